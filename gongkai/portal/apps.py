"""The app's name for Django."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Portal."""

    name = "gongkai.portal"
    verbose_name = "门户"
