"""Fields of the desk's block forms that say what they are: Wagtail writes a block's label as a heading, bound to nothing."""

from typing import Any

from django.utils.functional import cached_property
from wagtail import blocks


class NamedText(blocks.TextBlock):
    """A text of several lines whose field has the block's label as its name."""

    @cached_property
    def field(self) -> Any:
        """Wagtail's own field, named."""
        field = super().field
        field.widget.attrs["aria-label"] = self.label
        return field

    def deconstruct(self) -> tuple[str, Any, Any]:
        """For migrations the plain block: what is stored is the same."""
        _path, args, kwargs = super().deconstruct()
        return "wagtail.blocks.TextBlock", args, kwargs


class NamedChar(blocks.CharBlock):
    """A text of one line whose field has the block's label as its name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field.widget.attrs["aria-label"] = self.label
