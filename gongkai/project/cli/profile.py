"""`gongkai profile`: what a district is made of, loaded from a file: its units and groups; columns and site data checked."""

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import click

from gongkai.project.cli import django, output

_SITE = ("SiteName", "SiteDomain", "SiteIDCode")  # RULES WEB-01
_KINDS = ("department", "office", "subdistrict", "town")
_CODE = re.compile("[-a-zA-Z0-9_]{1,40}")  # it stands in addresses
_CODE_WORDS = "要用字母、数字、- 和 _ 写成，不超过 40 个。"
_LONGEST = {"name": 80, "short_name": 40}


@click.group()
def profile() -> None:
    """地区配置：单位、机构组、专栏和网站信息。"""


@profile.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出报告。")
def load(file: Path, as_json: bool) -> None:
    """从 TOML 文件载入单位和机构组，核对专栏和网站信息，说明还缺什么；重复载入没有影响。"""
    django.setup()
    found = read(file)
    if faults := faults_of(found):
        output.fail(f"{file.name} 没有载入：{' '.join(faults)}")
    report = run_load(file, found)
    if as_json:
        output.emit_json(report)
        return
    say = output.console.print
    say(
        f"载入 {report['units']} 个单位、{report['groups']} 个机构组；核对 {report['columns']} 个专栏。",
        highlight=False,
    )
    if report["short_names_only"]:
        say(f"只有简称、全称待填：{'、'.join(report['short_names_only'])}。", highlight=False)
    if report["incomplete_groups"]:
        say(f"成员没有列全：{'、'.join(report['incomplete_groups'])}。", highlight=False)
    if report["site_missing"]:
        say(f"网站信息待填：{'、'.join(report['site_missing'])}。", highlight=False)


def read(path: Path) -> dict[str, Any]:
    """The profile as written; ends the command with a sentence when it is no TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as problem:
        output.fail(f"{path.name} 不是 TOML 文件（{problem}），请对照 profiles/putuo.toml 更正。")
        raise


def faults_of(found: dict[str, Any]) -> list[str]:
    """What keeps a profile from being loaded, each in a sentence; empty when nothing does."""
    faults = []
    units, groups = found.get("units", []), found.get("groups", [])
    for key, rows in (("units", units), ("groups", groups), ("columns", found.get("columns", []))):
        if not (isinstance(rows, list) and all(isinstance(row, dict) for row in rows)):
            return [f"{key} 应写成若干个 [[{key}]] 小节，请对照 profiles/putuo.toml 更正。"]
    if not isinstance(found.get("site", {}), dict):
        faults.append("site 应写成一个 [site] 小节，请对照 profiles/putuo.toml 更正。")
    if not units:
        faults.append("没有列出单位。")
    faults += [fault for unit in units for fault in _faults_of_unit(unit)]
    codes = [str(unit.get("code")) for unit in units]
    faults += [fault for group in groups for fault in _faults_of_group(group, codes)]
    for what, rows in (("单位", units), ("机构组", groups)):
        for key, called in (("code", "代码"), ("name", "名称")):
            times = Counter(str(row[key]) for row in rows if row.get(key))
            faults += [
                f"有两个{what}用了同一个{called}“{word}”。" for word, count in times.items() if count > 1
            ]
    faults += [
        f"专栏“{column.get('code', '')}”要写明 code 和 name。"
        for column in found.get("columns", [])
        if not (column.get("code") and column.get("name"))
    ]
    return faults


def _faults_of_unit(unit: dict[str, Any]) -> list[str]:
    called = f"单位“{unit.get('name') or unit.get('code') or '（无名）'}”"
    keys = ("code", "name", "short_name", "kind")
    lacking = [key for key in keys if not (isinstance(unit.get(key), str) and unit[key])]
    if lacking:
        return [f"{called}缺少 {'、'.join(lacking)}，或者不是用引号写的文字。"]
    faults = []
    if not _CODE.fullmatch(unit["code"]):
        faults.append(f"{called}的代码“{unit['code']}”{_CODE_WORDS}")
    faults += [f"{called}的 {key} 最多 {n} 个字。" for key, n in _LONGEST.items() if len(unit[key]) > n]
    if unit["kind"] not in _KINDS:
        faults.append(f"{called}的类别“{unit['kind']}”应当是 {'、'.join(_KINDS)} 之一。")
    if not isinstance(unit.get("guide", {}), dict):
        faults.append(f"{called}的 guide 应写成 [units.guide] 小节。")
    return faults


def _faults_of_group(group: dict[str, Any], codes: list[str]) -> list[str]:
    called = f"机构组“{group.get('name', '')}”"
    faults = []
    words = all(isinstance(group.get(key), str) and group[key] for key in ("code", "name"))
    if not (words and isinstance(group.get("complete"), bool)):
        faults.append(f"{called}要写明 code、name，并用 complete 写明成员是否列全。")
    elif not _CODE.fullmatch(group["code"]):
        faults.append(f"{called}的代码“{group['code']}”{_CODE_WORDS}")
    elif len(group["name"]) > _LONGEST["name"]:
        faults.append(f"{called}的 name 最多 {_LONGEST['name']} 个字。")
    members = group.get("units")
    if not isinstance(members, list):
        faults.append(f"{called}要用 units 列出成员的代码，没有的写成 []。")
    elif strange := [str(code) for code in members if code not in codes]:
        faults.append(f"{called}里的 {'、'.join(strange)} 不是列出的单位。")
    return faults


def run_load(path: Path, found: dict[str, Any]) -> dict[str, Any]:
    """Load the units and groups of a profile without faults; gives the counts and what is still to be filled in."""
    from gongkai.orgs.actions import load_units
    from gongkai.policies.models import Policy

    if Policy.objects.filter(is_sample=True).exists():
        output.fail("这个库里有示例区的单位和文件，不能再载入别的地区；请另设 GONGKAI_DATA 后重试。")
    count = load_units(path=path, actor="system:command")
    site = found.get("site", {})
    return {
        "units": count,
        "groups": len(found.get("groups", [])),
        "columns": len(found.get("columns", [])),
        "short_names_only": [
            unit["short_name"] for unit in found["units"] if not unit.get("full_name_known", True)
        ],
        "incomplete_groups": [group["name"] for group in found.get("groups", []) if not group["complete"]],
        "site_missing": [key for key in _SITE if not site.get(key)],
    }
