"""Bytes to characters: what the page declares, then what fits, for the encodings that offices use."""

import codecs
import re

from gongkai.reading.document import Unreadable

_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_\-]+)""", re.I)


def decode(data: bytes) -> str:
    """``data`` as text. GBK and GB2312 are read as GB18030, which contains both.

    Raises Unreadable when no encoding fits.
    """
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(name, errors="replace")
    declared = _DECLARED.search(data[:4096])
    names = ["utf-8", "gb18030"]
    if declared:
        name = declared[1].decode("ascii").lower()
        names.insert(0, "gb18030" if name in {"gbk", "gb2312", "gb18030", "cp936"} else name)
    for name in names:
        try:
            return data.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    # A stray byte must not lose a whole page: keep what fits if nearly everything does.
    text = data.decode("utf-8", errors="replace")
    if text.count("\ufffd") * 100 > len(text):
        text = data.decode("gb18030", errors="replace")
    if text.count("\ufffd") * 100 > len(text):
        raise Unreadable("文件的文字编码无法识别，请另存为 UTF-8 编码后再导入。")
    return text
