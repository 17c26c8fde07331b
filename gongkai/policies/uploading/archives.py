"""Zip files and letters that are handed in: whether they may be opened, and whether they hold one document or many."""

import io
import re
import zipfile

from django.utils.translation import gettext as _

from gongkai.policies.uploading.judge import refuse_harmful
from gongkai.reading.apart import Progress
from gongkai.reading.document import Classified, OfficialDocument, Unreadable
from gongkai.reading.formats import detect
from gongkai.reading.matter import Matter, open_matter
from gongkai.reading.read import read
from gongkai.reading.zipped import DAMAGED, TooLarge

_OUTSIDE = re.compile(r"^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)")
# A picture takes seconds a page to recognise, and the answer seldom depends on it.
_LOOKED_AT = {"docx", "html", "txt", "pdf", "doc", "ofd"}


def opened(data: bytes) -> Matter:
    """The files in a zip or a letter.

    Raises Unreadable with a sentence when it is damaged, encrypted, a bomb, empty, when a name in it leads out of it, or
    when one of its files could harm whoever opens it.
    """
    _refuse_names(data)
    matter = open_matter(data)
    for enclosure in matter.enclosures:
        try:
            refuse_harmful(enclosure.data)
        except Unreadable as refusal:
            words = _("里面的“%(name)s”：%(why)s去掉它以后可以重新上传。")
            raise Unreadable(words % {"name": enclosure.name, "why": refusal}) from None
    return matter


def is_one_document(matter: Matter, progress: Progress | None = None) -> bool:
    """True unless at least two of the files bear document numbers of their own: a notice with its attachments has one.

    Raises Classified, as every reading does.
    """
    numbers: set[str] = set()
    for place, enclosure in enumerate(matter.enclosures):
        if progress:
            progress(place, len(matter.enclosures))
        document = _looked_at(enclosure.data, enclosure.name)
        if document and document.document_number.value:
            numbers.add(document.document_number.value)
        if len(numbers) > 1:
            return False
    return True


def _looked_at(data: bytes, name: str) -> OfficialDocument | None:
    try:
        return read(data, name) if detect(data) in _LOOKED_AT else None
    except (Classified, TooLarge):
        raise
    except Unreadable:
        return None  # told when it is read in earnest


def _refuse_names(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except DAMAGED:
        return  # the reader says so
    if any(_OUTSIDE.search(name) for name in names):
        raise Unreadable(
            _(
                "压缩包里有指向压缩包以外的文件名（..、盘符或者以斜线开头），不是正常的压缩包，没有打开；请核实来源，解压后重新压缩再上传。"
            )
        )
