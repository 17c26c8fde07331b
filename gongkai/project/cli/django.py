"""What every command that needs the record does first."""

import django
from django.apps import apps


def setup() -> None:
    """Load Django once."""
    if not apps.ready:
        django.setup()
