"""Opening zip files from anywhere: damaged, locked and bomb-like ones are refused in a sentence before anything unpacks."""

import io
import zipfile
import zlib

from lxml import etree

from gongkai.reading.document import Unreadable

MAX_UNPACKED = 256 * 1024 * 1024
MAX_ENTRIES = 20_000
MAX_XML = (
    16 * 1024 * 1024
)  # of one part that becomes a tree: a tree of small elements takes fifty times its file
_TOO_LARGE = "文件展开后过大，可能是恶意构造的压缩文件，没有读取；请核实来源后提供原来的文件。"
DAMAGED = (zipfile.BadZipFile, KeyError, ValueError, EOFError, zlib.error, NotImplementedError, OSError)
"""What zipfile raises for broken archives; NotImplementedError is its word for an unknown compression."""


class TooLarge(Unreadable):
    """It would unpack to more than may be: the file is a bomb, or as good as one."""


def open_zip(data: bytes, limit: int = MAX_UNPACKED) -> zipfile.ZipFile:
    """The archive in ``data``, at most ``limit`` bytes unpacked in all.

    zipfile never unpacks more of an entry than its declared size, so that the sum of the declared sizes is a bound.
    Raises Unreadable when the archive is damaged or encrypted, TooLarge when it is that.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except DAMAGED:
        raise Unreadable("文件已损坏（压缩结构不完整），请重新取得原件。") from None
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > limit:
        raise TooLarge(_TOO_LARGE)
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable("文件已加密，请去除密码后再导入。")
    return archive


def xml_root(archive: zipfile.ZipFile, name: str) -> etree._Element | None:
    """The root element of one entry, None where there is no such entry.

    Entities are not expanded and nothing is fetched. Raises Unreadable when the entry is broken.
    """
    try:
        if archive.getinfo(name).file_size > MAX_XML:
            raise TooLarge(_TOO_LARGE)
        content = archive.read(name)
    except KeyError:
        return None
    except DAMAGED:
        raise Unreadable("文件已损坏（压缩内容校验不符），请重新取得原件。") from None
    return xml_of(content)


def xml_of(content: bytes) -> etree._Element:
    """The root element of ``content``; a document type, which office formats never have, is refused."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise Unreadable("文件已损坏，内部结构不完整，请重新取得原件。") from None
    if root.getroottree().docinfo.doctype:
        raise Unreadable("文件内部带有实体定义，可能是恶意构造的，没有读取；请核实来源后提供原来的文件。")
    return root


def local(element: etree._Element) -> str:
    """An element's name without its namespace: the strict and the transitional formats differ in that alone."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
