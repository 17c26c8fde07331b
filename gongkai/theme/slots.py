"""The slots: places that a page offers to others by name, and the one registry of what fills them."""

import logging
from collections.abc import Callable, Mapping, Sequence

from django.conf import settings
from django.template import Context
from django.utils.html import conditional_escape
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString, mark_safe

logger = logging.getLogger(__name__)

#: What may fill a slot: called with the page's template context and the slot's objects, gives HTML or nothing.
Renderable = Callable[..., SafeString | str | None]

_filled: dict[str, tuple[str | Renderable, ...]] = {}


def fill(registry: Mapping[str, Sequence[str | Renderable]]) -> None:
    """Say what fills each named slot, in order; called by project/wiring.py alone.

    A slot named again is replaced, not added to, so that wiring may run twice. Dotted paths are imported at the
    first use, when all apps are ready; a wrong path is an error of the renderer (see `render`).
    """
    _filled.update({name: tuple(renderables) for name, renderables in registry.items()})


def filled() -> dict[str, tuple[str | Renderable, ...]]:
    """A copy of the registry, for the test that compares it with the slots that templates offer."""
    return dict(_filled)


def clear() -> None:
    """Empty every slot (for tests)."""
    _filled.clear()


def render(name: str, context: Context, *objects: object) -> SafeString:
    """The HTML of everything in the slot, joined; empty when nothing fills it or all stay silent.

    A renderer that raises is logged and leaves nothing, because a page must not fall for its margin; where
    settings.SLOTS_RAISE is true (default: settings.DEBUG) the error is raised so that tests see it.
    A plain string is escaped, only a SafeString is taken as HTML.
    """
    pieces = []
    for renderable in _filled.get(name, ()):
        try:
            call = import_string(renderable) if isinstance(renderable, str) else renderable
            piece = call(context, *objects)
        except Exception:
            if getattr(settings, "SLOTS_RAISE", settings.DEBUG):
                raise
            logger.exception("slot %s: %s failed and was left out of the page", name, renderable)
            continue
        if piece:
            pieces.append(conditional_escape(piece))
    return mark_safe("".join(pieces))  # noqa: S308 - every piece was escaped or marked safe by its renderer
