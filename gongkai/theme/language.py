"""Which words of a page in another language are Chinese."""

import re
from typing import Any

from django.utils.html import format_html
from django.utils.translation import get_language

_WRITTEN = re.compile("[a-z\u4e00-\u9fff]")  # no capitals: WTO and AI stand in Chinese as well


def with_lang(value: Any) -> Any:
    """``value``, which on a page in another language is marked as Chinese if it is (WCAG 2.2, 3.1.2).

    By the words and not by where they come from: the same list holds names of units, which nobody translates, and
    labels that are translated. A sentence with a Chinese name in it stays one in the page's language: Chinese is what
    begins in Chinese or has more of it.
    """
    if (get_language() or "zh").startswith("zh"):
        return value
    written = _WRITTEN.findall(str(value))
    han = sum(letter > "z" for letter in written)
    chinese = bool(written) and (written[0] > "z" or han * 2 > len(written))
    return format_html('<span lang="zh-Hans">{}</span>', value) if chinese else value
