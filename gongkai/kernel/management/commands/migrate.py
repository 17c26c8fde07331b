"""Django's migrate, with the triggers of generation.py off while tables are altered and on every table afterwards."""

from typing import Any

from django.core.management.commands.migrate import Command as Migrate
from django.db import connections

from gongkai.kernel import generation


class Command(Migrate):
    """Bring the tables to the newest state, or to the one that is asked for."""

    def handle(self, *args: Any, **options: Any) -> None:
        """As Django's; SQLite loses the triggers of a table that it builds anew, PostgreSQL refuses to alter under them."""
        connection = connections[options["database"]]
        watched = not (options["plan"] or options["check_unapplied"])
        if watched:
            generation.remove(connection)
        try:
            super().handle(*args, **options)
        finally:
            if watched and "kernel_generation" in connection.introspection.table_names():
                generation.install(connection)
