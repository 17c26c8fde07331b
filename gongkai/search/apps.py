"""The app's name for Django."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Search."""

    name = "gongkai.search"
    verbose_name = "检索"
