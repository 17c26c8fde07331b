"""How each column of a list of services is named and written: from the text of a cell to the values that ``schema`` checks."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from gongkai.guides.models import Audience, LimitUnit, MaterialForm
from gongkai.guides.schema import closing
from gongkai.text.dates import parse_date
from gongkai.text.normalise import bare, fold

#: Field or pair of fields → the names that its column may have; the first is the one of the template.
COLUMNS: dict[str, tuple[str, ...]] = {
    "code": ("事项编码", "编码", "实施编码"),
    "name": ("事项名称", "名称"),
    "unit": ("实施单位", "实施主体", "实施机关", "单位"),
    "audience": ("服务对象", "办理对象"),
    "category": ("主题", "主题分类"),
    "channel": ("办理渠道", "网上办理地址", "网址"),
    "basis": ("办理依据", "设定依据", "依据"),
    "conditions": ("申请条件", "受理条件", "条件"),
    "materials": ("申请材料", "办理材料", "材料"),
    "place": ("办理地点", "地点"),
    "hours": ("办理时间", "办公时间", "时间"),
    "phone": ("咨询电话", "联系电话", "电话"),
    "steps": ("办理流程", "流程"),
    "statutory": ("法定时限", "法定办结时限"),
    "promised": ("承诺时限", "承诺办结时限"),
    "fee": ("收费", "是否收费", "收费标准"),
    "result": ("办理结果", "结果名称"),
    "updated_on": ("更新日期",),
    "active": ("状态",),
    "is_sample": ("示例",),
}
_FIELD_OF = {name: field for field, names in COLUMNS.items() for name in names}
_NUMBERED = re.compile(r"\s*(?:\d{1,2}(?:[、)]|\.(?!\d))|[(]\d{1,2}[)]|[①-⑳])\s*")
_LIMIT = re.compile(r"(\d{1,4})\s*(?:个?(工作日)|(?:个自然)?(?:日|天))")
_AT_ONCE = {"当场办结", "即时办结", "当场", "即办", "即办件"}
_NONE = {"", "无", "不适用", "—", "-", "/"}
_BRACKETED = re.compile(r"\s*[（(]([^（）()]*)[）)]\s*")
_FORMS = {
    "原件": MaterialForm.ORIGINAL, "复印件": MaterialForm.COPY, "电子": MaterialForm.ELECTRONIC,
    "电子件": MaterialForm.ELECTRONIC, "电子证照": MaterialForm.ELECTRONIC,
}  # fmt: skip
_SERIAL_DAYS = range(20_000, 80_000)  # how spreadsheets keep the days from 1954 to 2119


def field_of(heading: str) -> str | None:
    """The field that a column of this name holds, None for a column that is not ours."""
    return _FIELD_OF.get(bare(heading).strip("*"))


def parsed(field: str, text: str) -> dict[str, Any]:
    """The values that a cell of ``field`` gives, by the names of ``schema``. Raises ValueError with a sentence."""
    if field in {"statutory", "promised"}:
        value, unit = limit(text)
        return {f"{field}_value": value, f"{field}_unit": unit}
    read = _READERS.get(field)
    return {field: read(text) if read else text}


def limit(text: str) -> tuple[int | None, str]:
    """20个工作日 → (20, "working_days"); 当场办结 → (0, "working_days"); nothing → (None, "")."""
    tight = re.sub(r"\s+", "", fold(text))
    if tight in _NONE:
        return None, ""
    if tight in _AT_ONCE:
        return 0, LimitUnit.WORKING_DAYS
    match = _LIMIT.fullmatch(tight)
    if not match:
        raise ValueError(_("看不懂时限“%s”，请写成“20个工作日”“30日”或者“当场办结”。") % text[:40])
    return int(match[1]), LimitUnit.WORKING_DAYS if match[2] else LimitUnit.DAYS


def lines(text: str) -> list[str]:
    """One entry a line, without the numbers that people put before them: the page numbers them itself."""
    return [line for each in text.splitlines() if (line := _unnumbered(each))]


def _unnumbered(line: str) -> str:
    # Half-width for the match only; folding keeps every character in its place.
    match = _NUMBERED.match(fold(line))
    return line[match.end() if match else 0 :].strip()


def _audience(text: str) -> str:
    tight = bare(text)
    person, company = re.search("个人|自然人", tight), re.search("企业|法人|单位|组织", tight)
    if person and company:
        return Audience.BOTH
    if person or company:
        return Audience.PERSON if person else Audience.COMPANY
    return tight and _unknown(text, _("个人、企业、个人和企业"))


def _unknown(text: str, words: str) -> Any:
    raise ValueError(_("不认识“%(value)s”，可以写：%(words)s。") % {"value": text[:40], "words": words})


def _basis(text: str) -> list[dict[str, str]]:
    """《title》（number）clause, one a line; without 《》 the whole line is the title."""
    return [_one_basis(line) for line in lines(text)]


def _one_basis(line: str) -> dict[str, str]:
    end = closing(line)
    if end is None:
        return {"title": line, "number": "", "clause": ""}
    rest = line[end + 1 :]
    number = _BRACKETED.match(rest)
    clause = rest[number.end() :] if number else rest
    return {
        "title": line[1:end],
        "number": number[1].strip() if number else "",
        "clause": clause.strip(" ，,。"),
    }


def _materials(text: str) -> list[dict[str, Any]]:
    """名称｜形式｜份数｜说明｜样表网址, one a line; whatever is not known is left empty."""
    return [_one_material(line) for line in lines(text)]


def _one_material(line: str) -> dict[str, Any]:
    pieces = [piece.strip() for piece in re.split(r"[|｜]", line)]
    if len(pieces) > 5:
        raise ValueError(
            _("材料“%s”的竖线过多，每条写成：名称｜形式｜份数｜说明｜样表网址。") % pieces[0][:40]
        )
    name, form, copies, note, template = (pieces + [""] * 5)[:5]
    forms = [each for each in re.split(r"[、,，/和或及]", form) if each]
    if unknown := [each for each in forms if each not in _FORMS]:
        _unknown(unknown[0], _("原件、复印件、电子件"))
    number = re.fullmatch(r"(\d{1,2})\s*份?", fold(copies))
    if copies and not number:
        raise ValueError(
            _("材料“%(name)s”的份数“%(copies)s”不是数字，请写成“1份”。")
            % {"name": name[:40], "copies": copies[:20]}
        )
    return {
        "name": name,
        "forms": [str(_FORMS[each]) for each in forms],
        "copies": int(number[1]) if number else None,
        "note": note,
        "template": template,
    }


def _day(text: str) -> str:
    tight = text.strip()
    if tight.isdecimal() and int(tight) in _SERIAL_DAYS:
        return (date(1899, 12, 30) + timedelta(days=int(tight))).isoformat()
    day = parse_date(tight)
    return day.isoformat() if day else tight


def _either(yes: set[str], no: set[str], empty: bool) -> Callable[[str], bool]:
    def read(text: str) -> bool:
        tight = bare(text)
        if not tight:
            return empty
        return tight in yes or (tight not in no and _unknown(text, "、".join(sorted(yes | no))))

    return read


_READERS: dict[str, Callable[[str], Any]] = {
    "audience": _audience,
    "basis": _basis,
    "conditions": lines,
    "materials": _materials,
    "steps": lines,
    "updated_on": _day,
    "active": _either({"在用"}, {"停用", "停办"}, empty=True),
    "is_sample": _either({"是", "示例"}, {"否"}, empty=False),
}
