"""The app's name for Django."""

from django.apps import AppConfig


class ThemeConfig(AppConfig):
    """Theme."""

    name = "gongkai.theme"
    verbose_name = "外观"
