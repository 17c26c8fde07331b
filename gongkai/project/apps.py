"""The top floor for Django: when every app is loaded, the wiring is connected."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """Project."""

    name = "gongkai.project"
    verbose_name = "项目"

    def ready(self) -> None:
        """Connect the wiring."""
        from gongkai.project import wiring

        wiring.connect()
