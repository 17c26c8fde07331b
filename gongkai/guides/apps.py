"""The app's name for Django."""

from django.apps import AppConfig


class GuidesConfig(AppConfig):
    """Guides."""

    name = "gongkai.guides"
    verbose_name = "办事指南"
