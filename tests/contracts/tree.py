"""The tree as the checks see it: its files, its Python parsed once, and the floors as pyproject.toml states them."""

import ast
import subprocess
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOUSE = ROOT / "gongkai"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@cache
def tracked() -> tuple[Path, ...]:
    """Every file of the repository, with those not yet added and without those that git ignores."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    files = {ROOT / name for name in listed.split("\0") if name}
    return tuple(sorted(path for path in files if path.is_file()))


def python_files(*folders: str) -> list[Path]:
    """Python of the given folders of the repository (all of it without any), migrations left out."""
    roots = [ROOT / folder for folder in folders] or [ROOT]
    return [
        path
        for path in tracked()
        if path.suffix == ".py"
        and "migrations" not in path.parts
        and any(path.is_relative_to(root) for root in roots)
    ]


def templates() -> list[Path]:
    """Every template of ours."""
    return sorted(HOUSE.glob("*/templates/**/*.html"))


@cache
def source(path: Path) -> str:
    """The text of a file; one sample page is in an older encoding on purpose."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return path.read_text(encoding="gb18030")


def shown(path: Path) -> str:
    """A file's name as a finding writes it."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name


def dotted(node: ast.AST) -> str:
    """`a.b.c` of an expression made of names alone, else ""."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""


def imported_names(tree: ast.AST) -> dict[str, str]:
    """What each name that a file imports stands for: {"dt": "datetime", "now": "django.utils.timezone.now"}."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname:
                    names[alias.asname] = alias.name
                else:
                    top = alias.name.partition(".")[0]
                    names[top] = top
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def resolved(node: ast.AST, names: dict[str, str]) -> str:
    """The full dotted name that an expression stands for in a file that imports `names`."""
    first, _, rest = dotted(node).partition(".")
    full = names.get(first, first)
    return f"{full}.{rest}" if rest else full


# --- floors ------------------------------------------------------------------------------------------------


def layers() -> list[list[str]]:
    """The floors from the bottom up, neighbours together."""
    contracts = PROJECT["tool"]["importlinter"]["contracts"]
    (stated,) = [contract["layers"] for contract in contracts if contract["type"] == "layers"]
    return [[name.strip(" ()") for name in floor.split("|")] for floor in reversed(stated)]


def may_use(user: str, used: str, floors: list[list[str]] | None = None) -> bool:
    """True if an app may use another: itself, or one on a lower floor; never a neighbour. KeyError off the floors."""
    level = {name: number for number, floor in enumerate(floors or layers()) for name in floor}
    return user == used or level[used] < level[user]
