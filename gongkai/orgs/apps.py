"""The app's name for Django."""

from django.apps import AppConfig


class OrgsConfig(AppConfig):
    """Orgs."""

    name = "gongkai.orgs"
    verbose_name = "机构"
