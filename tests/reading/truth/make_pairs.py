"""Writes pairs.toml from the hand-written pairs_source.toml: the documents, their variants and the pairs."""

import json
import random
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
FULL, ASCII = "，；：（）？！％", ",;:()?!%"
HALF = str.maketrans(FULL, ASCII)
WIDE = str.maketrans("0123456789", "".join(chr(0xFF10 + n) for n in range(10)))
NUMERALS = "〇一二三四五六七八九"
CHINESE = str.maketrans("0123456789", NUMERALS)
TEN = 10
# what a recogniser takes for one another
SLIPS = (
    "己已 未末 日曰 土士 大太 人入 间问 千干 天夫 力刀 市巿 本木 由田 今令 元无 发友 口囗 目自 各名 且旦 贝见 住往 "
    "侯候 治冶 拆折 拔拨 析折 准淮 晴睛 幕慕 帐账 徒徙 兔免 鸟乌 竞竟 理埋 管菅 位拉 项顶 政改 作件 规现 标际 月用 "
    "年午 区医 工土 民艮 会金 定走 公么 行仃 及反 不木 水永 业亚 应庞 时吋 生牛 可司 上土 下卞 期朝 化比 报极 和利 "
    "责贵 施旋 请清 通诵 补朴 第笫 部郎 有冇 单革 员贝 办力 务劳 县具 府俯 通逋 知和 设没 检捡 查杳 安女"
)
SLIP = {pair[0]: pair[1] for pair in reversed(SLIPS.split())}


@dataclass(frozen=True)
class Line:
    """One line and the part it plays: furniture, title, number, body, signature, date or attachment."""

    role: str
    text: str


Lines = list[Line]


def _rewrap(lines: Lines, argument: str, _: random.Random) -> Lines:
    width = int(argument)
    return [
        Line(line.role, line.text[at : at + width])
        for line in lines
        for at in range(0, max(len(line.text), 1), width)
    ]


def _pages(lines: Lines, _: str, __: random.Random) -> Lines:
    out: Lines = []
    for number, line in enumerate(lines, 1):
        out.append(line)
        if number % 12 == 0 or number == len(lines):
            out.append(Line("furniture", f"— {(number + 11) // 12} —"))
    return out


def _without(*roles: str) -> Callable[[Lines, str, random.Random], Lines]:
    return lambda lines, _, __: [line for line in lines if line.role not in roles]


def _only_attachment(lines: Lines, _: str, __: random.Random) -> Lines:
    return [line for line in lines if line.role == "attachment"]


def _each(change: Callable[[str], str], *roles: str) -> Callable[[Lines, str, random.Random], Lines]:
    return lambda lines, _, __: [
        replace(line, text=change(line.text)) if not roles or line.role in roles else line for line in lines
    ]


def _squash(lines: Lines, _: str, __: random.Random) -> Lines:
    head = [line for line in lines if line.role in {"title", "number"}]
    rest = "".join(line.text for line in lines if line.role not in {"title", "number"})
    return [*head, Line("body", rest)]


def _spaces(text: str) -> str:
    text = re.sub(r"(?<=[\u4e00-\u9fff])(?=\d)|(?<=\d)(?=[\u4e00-\u9fff])", " ", text)
    return text.replace("。", "。 ").rstrip()


def _numeral(match: re.Match[str]) -> str:
    year, month, day = match.groups()

    def small(number: int) -> str:
        tens, ones = divmod(number, TEN)
        lead = "" if not tens else ("" if tens == 1 else NUMERALS[tens]) + "十"
        return lead + (NUMERALS[ones] if ones else "")

    return f"{year.translate(CHINESE)}年{small(int(month))}月{small(int(day))}日"


def _date_cn(text: str) -> str:
    return re.sub(r"(\d{4})年(\d+)月(\d+)日", _numeral, text)


def _furniture(lines: Lines, _: str, chance: random.Random) -> Lines:
    before = chance.choice(
        [
            ["首页 > 政务公开 > 政策文件 > 正文", "字号：[大 中 小] 打印 收藏"],
            ["当前位置：网站首页 / 通知公告", "浏览次数：1286 次 分享到：微信 微博"],
            ["无障碍浏览 长者模式 登录", "您所在的位置：首页 > 法定主动公开内容"],
        ]
    )
    after = chance.choice(
        [
            ["上一篇：关于召开座谈会的通知", "下一篇：没有了", "版权所有 网站标识码9999000001"],
            ["扫一扫在手机打开当前页", "关闭窗口", "主办单位 网站地图 联系我们"],
            ["相关附件下载", "【返回顶部】 【打印本页】", "建议使用1920×1080分辨率浏览"],
        ]
    )
    return [*(Line("furniture", t) for t in before), *lines, *(Line("furniture", t) for t in after)]


def _ocr(lines: Lines, argument: str, chance: random.Random) -> Lines:
    total = sum(len(line.text) for line in lines)
    spots = [
        (row, column)
        for row, line in enumerate(lines)
        for column, character in enumerate(line.text)
        if character in SLIP
    ]
    texts = [list(line.text) for line in lines]
    for row, column in chance.sample(spots, min(len(spots), round(total * float(argument)))):
        texts[row][column] = SLIP[texts[row][column]]
    return [replace(line, text="".join(text)) for line, text in zip(lines, texts, strict=True)]


OPERATIONS: dict[str, Callable[[Lines, str, random.Random], Lines]] = {
    "rewrap": _rewrap,
    "pages": _pages,
    "no_number": _without("number"),
    "no_signature": _without("signature", "date"),
    "no_attachment": _without("attachment"),
    "only_attachment": _only_attachment,
    "halfwidth": _each(lambda text: text.translate(HALF)),
    "wide_digits": _each(lambda text: text.translate(WIDE)),
    "spaces": _each(_spaces, "body", "attachment", "title"),
    "indent": _each(lambda text: "\u3000\u3000" + text, "body", "attachment"),
    "date_cn": _each(_date_cn, "date"),
    "squash": _squash,
    "furniture": _furniture,
    "ocr": _ocr,
    # the title itself stands in the entry
    "short_title": _each(str),
    "wrap_title": _each(str),
}


def lines_of(entry: dict[str, Any]) -> Lines:
    """The whole text of a document, line by line."""
    main, _, attachment = entry["body"].strip("\n").partition("\n@@\n")
    if entry.get("bare"):
        return [Line("body", text) for text in main.split("\n")]
    lines = [Line("title", entry["title"])]
    if entry["number"]:
        lines.append(Line("number", entry["number"]))
    lines += [Line("body", text) for text in main.split("\n")]
    lines += [Line("signature", entry["issuer"]), Line("date", entry["date"])]
    return lines + [Line("attachment", text) for text in attachment.split("\n") if text]


def _swap(text: str, pairs: list[list[str]]) -> str:
    for old, new in pairs:
        text = text.replace(old, new)
    return text


def variant_of(base: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    """A variant as a document: the base with what the entry changes."""
    pairs = entry.get("replace", [])
    whole = base["title"] + base["issuer"] + base["body"]
    step = whole
    for old, new in pairs:
        if old not in step:
            raise ValueError(f"{entry['id']}: {old} is not in {base['id']}")
        step = step.replace(old, new)
    chance = random.Random(entry["id"])
    told = {name: entry.get(name, _swap(base[name], pairs)) for name in ("title", "number", "issuer", "date")}
    operations = [spec.partition(" ")[::2] for spec in entry.get("ops", [])]
    names = {name for name, _ in operations}
    forwarded = "cover" in entry or "before" in entry
    inner = (
        dict(base) if forwarded else {**base, **told, "body": entry.get("body", _swap(base["body"], pairs))}
    )
    inner["bare"] = entry.get("bare", False)
    lines = lines_of(inner)
    for name, argument in operations:
        lines = OPERATIONS[name](lines, argument, chance)
    if "cover" in entry:
        lines = lines_of({**told, "body": entry["cover"]}) + lines
    lines = [Line("furniture", text) for text in entry.get("before", [])] + lines
    lines += [Line("furniture", text) for text in entry.get("after", [])]
    if not forwarded:
        if names & {"no_number", "only_attachment"}:
            told["number"] = ""
        if names & {"no_signature", "only_attachment"} or entry.get("bare"):
            told["issuer"] = told["date"] = ""
    return {"id": entry["id"], **told, "text": "\n".join(line.text for line in lines)}


def _iso(date: str) -> str:
    match = re.fullmatch(r"(\d{4})年(\d+)月(\d+)日", date)
    return f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}" if match else ""


def _document(document: dict[str, Any]) -> str:
    out = ["[[document]]"]
    for name in ("id", "title", "number", "issuer"):
        out.append(f"{name} = {json.dumps(document[name], ensure_ascii=False)}")
    out.append(f"date = {json.dumps(_iso(document['date']))}")
    return "\n".join([*out, f"text = '''\n{document['text']}\n'''\n"])


def main() -> None:
    """Write pairs.toml."""
    source = tomllib.loads((HERE / "pairs_source.toml").read_text("utf-8"))
    bases = {entry["id"]: entry for entry in source["base"]}
    documents = [
        {**entry, "text": "\n".join(line.text for line in lines_of(entry))} for entry in source["base"]
    ]
    pairs: list[dict[str, str]] = []
    for entry in source["variant"]:
        documents.append(variant_of(bases[entry["of"]], entry))
        if entry["relation"]:
            ends = [entry.get("against", entry["of"]), entry["id"]]
            a, b = reversed(ends) if entry.get("reverse") else ends
            pairs.append({"a": a, "b": b, "relation": entry["relation"], "why": entry["why"]})
    parts = ["# Written by make_pairs.py out of pairs_source.toml; every place and office is invented.\n"]
    parts += [_document(document) for document in documents]
    for pair in pairs:
        lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in pair.items()]
        parts.append("\n".join(["[[pair]]", *lines, ""]))
    (HERE / "pairs.toml").write_text("\n".join(parts), "utf-8")


if __name__ == "__main__":
    main()
