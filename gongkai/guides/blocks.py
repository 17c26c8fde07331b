"""The lists of a guide as a clerk edits them: rows of basis and papers, lines of conditions and steps."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from gongkai.guides.models import MaterialForm

_ROW = "row"


class BasisBlock(blocks.StructBlock):
    """A document that the service rests on, as it is named."""

    title = blocks.CharBlock(label=_("文件名称"), max_length=300, help_text=_("不写书名号。"))
    number = blocks.CharBlock(label=_("文号"), max_length=300, required=False)
    clause = blocks.CharBlock(label=_("条款"), max_length=300, required=False, help_text=_("如：第三十五条"))

    class Meta:
        label = _("依据")
        icon = "doc-full"


class MaterialBlock(blocks.StructBlock):
    """A paper that is handed in."""

    name = blocks.CharBlock(label=_("材料名称"), max_length=300)
    forms = blocks.MultipleChoiceBlock(label=_("形式"), choices=MaterialForm.choices, required=False)
    copies = blocks.IntegerBlock(label=_("份数"), min_value=1, max_value=99, required=False)
    note = blocks.CharBlock(label=_("说明"), max_length=300, required=False)
    template = blocks.URLBlock(label=_("样表网址"), required=False, help_text=_("https 网址。"))

    class Meta:
        label = _("材料")
        icon = "doc-empty"


def list_of(child: blocks.Block) -> blocks.BlockField:
    """A form field for a list of such rows, which may be empty.

    A stream of one kind of row and not a ListBlock: Wagtail's script wants a stream where a field is one block.
    """
    return blocks.BlockField(block=blocks.StreamBlock([(_ROW, child)], required=False), required=False)


def shown(field: blocks.BlockField, rows: list[Any]) -> Any:
    """The rows as the field shows them."""
    return field.block.to_python([{"type": _ROW, "value": row} for row in rows])


def given(value: Any) -> list[Any]:
    """The rows that the field gave, as plain values for ``schema``."""
    return [dict(row.value) if isinstance(row.value, dict) else row.value for row in value]
