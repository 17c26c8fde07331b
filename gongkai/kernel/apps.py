"""The app's name for Django."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """Kernel."""

    name = "gongkai.kernel"
    verbose_name = "底座"
