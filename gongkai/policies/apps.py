"""The app's name for Django."""

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    """Policies."""

    name = "gongkai.policies"
    verbose_name = "政策文件"
