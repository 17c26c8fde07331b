"""The body of a policy as a clerk edits it: a stream of parts, paragraphs, set lines and tables."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock

from gongkai.orgs.desk_blocks import NamedText
from gongkai.policies.body import is_table
from gongkai.reading.document import BlockKind, PartKind

PART_CHOICES = [
    (PartKind.MAIN.value, _("正文")),
    (PartKind.COVER.value, _("印发、转发或者公布的通知（令）")),
    (PartKind.ENCLOSED.value, _("所印发、转发或者公布的文件")),
    (PartKind.ATTACHMENT.value, _("附件")),
]
LINE_CHOICES = [
    (BlockKind.LETTERHEAD.value, _("发文机关标志")),
    (BlockKind.TITLE.value, _("标题")),
    (BlockKind.NUMBER.value, _("发文字号")),
    (BlockKind.RECIPIENT.value, _("主送机关")),
    (BlockKind.ATTACHMENTS.value, _("附件说明")),
    (BlockKind.SIGNATURE.value, _("署名")),
    (BlockKind.DATE.value, _("成文日期")),
    (BlockKind.NOTE.value, _("附注")),
]


_MENU = {
    "row_above": "在上方插入行",
    "row_below": "在下方插入行",
    "col_left": "在左侧插入列",
    "col_right": "在右侧插入列",
    "remove_row": "删除行",
    "remove_col": "删除列",
    "mergeCells": "合并或者拆分格子",
    "undo": "撤销",
    "redo": "重做",
}


class PartBlock(blocks.StructBlock):
    """Where a part begins: the clause numbers of each part count for themselves."""

    kind = blocks.ChoiceBlock(choices=PART_CHOICES, label=_("部分"))
    label = blocks.CharBlock(required=False, label=_("序号"), help_text=_("如：附件1"))
    title = blocks.CharBlock(required=False, label=_("标题"))

    class Meta:
        icon = "doc-full"
        label = _("部分的开始")


class LineBlock(blocks.StructBlock):
    """A line that is no clause: recipients, signature, date, notes."""

    kind = blocks.ChoiceBlock(choices=LINE_CHOICES, label=_("类别"))
    text = blocks.TextBlock(label=_("文字"), rows=1)

    class Meta:
        icon = "minus"
        label = _("版式行")


class BodyBlock(blocks.StreamBlock):
    """The whole body. Paths of clauses are not kept here: they follow from the numbers in the text."""

    part = PartBlock()
    paragraph = NamedText(
        label=_("段落"), rows=2, icon="pilcrow", help_text=_("条款序号写在段首，如“一、”“（一）”“第十二条”。")
    )
    line = LineBlock()
    table = TableBlock(
        label=_("表格"),
        table_options={
            "mergeCells": True,
            "language": "en-US",  # the editor has no Chinese of its own: the words of its menu are given here
            "contextMenu": {"items": {name: {"name": words} for name, words in _MENU.items()}},
        },
    )

    def value_from_datadict(self, data: Any, files: Any, prefix: str) -> Any:
        """What the form says. Raises ValueError for a table that could not be read again: Wagtail takes whatever comes."""
        value = super().value_from_datadict(data, files, prefix)
        for child in value:
            if child.block_type == "table" and not is_table(child.value):
                raise ValueError("a table without rows of cells")
        return value
