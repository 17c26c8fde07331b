"""What may not be in the repository: traces of a machine, addresses of registries, texts and licences of others."""

import html
import importlib.metadata
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.contracts.tree import ROOT, shown, source, tracked

REQUIREMENTS = sorted((ROOT / "requirements").glob("*.txt"))
_BINARY = {".docx", ".xlsx", ".pdf", ".png", ".ico", ".woff2", ".gz"}


def texts() -> list[Path]:
    """Every tracked file that is text."""
    return [path for path in tracked() if path.suffix not in _BINARY]


# --- traces of a machine -------------------------------------------------------------------------------------

# Written in pieces, so that this file does not find itself.
_TRACES = re.compile(
    "|".join(
        [
            r"(?<![\w.}])/(?:wo" + r"rk|ro" + r"ot)/[\w.]",
            r"(?<![\w.}])/(?:ho" + r"me|Us" + r"ers)/[a-z][\w-]*/",
            r"/tmp/ba" + r"sh_jobs",
            r"\b(?:pyp" + r"i|pythonho" + r"sted|npm" + r"js|crat" + r"es)\.(?:org|com|io)\b",
            r"\bregis" + r"try\.\w[\w-]*\.(?:org|com|io|cn)\b",
            r"\bmirr" + r"ors?\.[\w.-]+\.(?:org|com|cn)\b",
        ]
    )
)


def traces(text: str) -> list[str]:
    """Folders of one machine and hosts of package registries."""
    return [
        f"line {n}: {found}" for n, line in enumerate(text.splitlines(), 1) for found in _TRACES.findall(line)
    ]


def test_no_file_names_a_folder_of_a_machine_or_a_registry():
    assert [f"{shown(path)} {what}" for path in texts() for what in traces(source(path))] == []


@pytest.mark.parametrize(
    "planted",
    [
        "open('/wo" + "rk/main/x')",
        "cd /ro" + "ot/.cache",
        "/ho" + "me/li/var",
        "https://pyp" + "i.org/simple",
        "/tmp/ba" + "sh_jobs.0",
    ],
)
def test_a_trace_is_found(planted):
    assert traces(planted)
    assert not traces("GONGKAI_DATA=/var/lib/gongkai; see desk/work/list and root/x")


# --- requirements --------------------------------------------------------------------------------------------


def requirements(text: str) -> Iterator[tuple[str, list[str]]]:
    """(requirement, its hashes) of a pinned file, options as they stand."""
    joined = re.sub(r"\\\n", " ", text)
    for line in joined.splitlines():
        stated, *hashes = re.split(r"\s--hash=", re.sub(r"(^|\s)#.*", "", line).strip())
        if stated:
            yield stated.strip(), [one.strip() for one in hashes]


def loose_requirements(text: str) -> list[str]:
    """Lines that are no requirement of one version with SHA-256 hashes."""
    return [
        stated
        for stated, hashes in requirements(text)
        if not re.match(r"[A-Za-z0-9][\w.-]*(\[[\w,-]+\])?==[\w.!+]+(\s*;.*)?$", stated)
        or not hashes
        or not all(re.fullmatch(r"sha256:[0-9a-f]{64}", one) for one in hashes)
    ]


@pytest.mark.parametrize("path", REQUIREMENTS, ids=shown)
def test_every_requirement_is_pinned_and_hashed(path):
    assert len(list(requirements(source(path)))) > 20
    assert loose_requirements(source(path)) == []


def test_both_lists_are_there_and_agree():
    run, dev = (dict(_versions(source(ROOT / "requirements" / f"{name}.txt"))) for name in ("run", "dev"))
    assert {name: (version, dev.get(name)) for name, version in run.items() if dev.get(name) != version} == {}


def _versions(text: str) -> Iterator[tuple[str, str]]:
    for stated, _ in requirements(text):
        name, _, version = stated.partition("==")
        yield name + version.partition(";")[2], version.partition(";")[0].strip()


@pytest.mark.parametrize(
    "line",
    [
        "django==5.2",
        "django>=5 --hash=sha256:" + "a" * 64,
        "--index-url x",
        "-f x",
        "-r run.in",
        "a @ x --hash=sha256:" + "a" * 64,
    ],
)
def test_a_loose_requirement_is_found(line):
    assert loose_requirements(line)
    assert not loose_requirements("django==5.2 ; python_version > '3' \\\n    --hash=sha256:" + "a" * 64)


# --- licences ------------------------------------------------------------------------------------------------

_FINE = re.compile(
    r"(0BSD|BSD|MIT|MIT-CMU|Apache|ISC|PSF|Python Software Foundation|MPL-2|Mozilla Public License 2|LGPL|Lesser General"
    r"|Unlicense|Zlib|HPND|CC0|Historical Permission)",
    re.IGNORECASE,
)
_STRONG = re.compile(
    r"(?<!L)(?<!Lesser )(A?GPL|General Public)|Affero|SSPL|Commons Clause|Proprietary", re.IGNORECASE
)
#: Packages whose metadata say nothing clear, and what their licence file says.
CLEARED = {"python-dateutil": "Apache-2.0 or BSD-3-Clause, at the user's choice"}


def licence_of(name: str) -> list[str]:
    """What an installed package says of its licence: the expression, else the classifiers, else the free text."""
    told = importlib.metadata.metadata(name)
    if told.get("License-Expression"):
        return re.split(r"\s+OR\s+", told["License-Expression"])
    classifiers = [one for one in told.get_all("Classifier") or [] if one.startswith("License ::")]
    return [" ".join(classifiers) or (told.get("License") or "")[:200]]


def acceptable(choices: Iterable[str]) -> bool:
    """True if at least one licence on offer is permissive, MPL or LGPL, and that one is nothing stronger besides."""
    return any(_FINE.search(one) and not _STRONG.search(one) for one in choices)


def test_every_runtime_dependency_may_be_used_and_passed_on():
    stated = [Requirement(line) for line, _ in requirements(source(ROOT / "requirements" / "run.txt"))]
    used = [one.name for one in stated if one.marker is None or one.marker.evaluate()]
    assert len(used) > 20
    wrong = {name: told for name in used if name not in CLEARED and not acceptable(told := licence_of(name))}
    assert wrong == {}


@pytest.mark.parametrize(
    ("choices", "fine"),
    [
        (["MIT"], True),
        (["LGPL-3.0-only"], True),
        (["License :: OSI Approved :: GNU Lesser General Public License v3 (LGPLv3)"], True),
        (["GPL-3.0-or-later", "MIT"], True),
        (["MIT AND GPL-3.0-or-later"], False),
        (["GPL-3.0-or-later"], False),
        (["License :: OSI Approved :: GNU Affero General Public License v3"], False),
        (["AGPL-3.0"], False),
        ([""], False),
    ],
)
def test_a_licence_that_binds_others_is_found(choices, fine):
    assert acceptable(choices) is fine


def test_our_own_licence_is_here():
    assert "Apache License" in source(ROOT / "LICENSE")


# --- texts of others -----------------------------------------------------------------------------------------

_RUN = 40
_CHINESE_RUN = re.compile(rf"[\u3400-\u9fff〇，。、；：（）《》〔〕“”0-9]{{{_RUN},}}")


def runs(text: str) -> list[str]:
    """Stretches of Chinese of 40 characters and more, without markup and spaces."""
    plain = html.unescape(re.sub(r"<[^>]{0,300}>", "\n", text))
    return _CHINESE_RUN.findall(re.sub(r"[ \t\u3000*\\]", "", plain))


def windows(found: Iterable[str]) -> set[str]:
    """Every 40 characters in a row of a sentence; a title, which has no commas, may be cited."""
    every = (run[i : i + _RUN] for run in found for i in range(len(run) - _RUN + 1))
    return {window for window in every if re.search("[，。；：]", window)}


def our_chinese() -> Iterator[str]:
    """The Chinese of every tracked file, of Word files too."""
    for path in tracked():
        if path.suffix == ".docx":
            with zipfile.ZipFile(path) as archive:
                xml = archive.read("word/document.xml").decode()
            yield from runs("\n".join(re.sub(r"<[^>]+>", "", line) for line in xml.split("</w:p>")))
        elif path.suffix not in _BINARY:
            yield from runs(source(path))


def sampled(folder: Path, limit: int) -> list[str]:
    """Lines of real documents and laws, spread evenly over all files."""
    files = [p for p in sorted(folder.rglob("*")) if p.suffix in {".md", ".txt", ".html", ".jsonl", ".csv"}]
    lines = [line for path in files for line in runs(path.read_bytes()[:400_000].decode("utf-8", "replace"))]
    return lines[:: max(1, len(lines) // limit)]


@pytest.mark.data
def test_no_text_of_the_shared_folder_is_in_the_repository(data):
    ours = windows(our_chinese())
    assert len(ours) > 1000
    for folder in (data.parent / "law", data / "documents", data / "plan", data / "letters"):
        lines = sampled(folder, 800)
        assert lines, folder.name
        assert [line for line in lines if windows([line]) & ours] == [], folder.name


def test_a_copied_sentence_is_found():
    sentence = "行政机关收到政府信息公开申请，能够当场答复的，应当当场予以答复；不能当场答复的，应当自收到申请之日起答复。"
    assert windows(runs(f"<p>  {sentence[3:50]}</p>")) & windows(runs(f'x = "{sentence}"'))
    assert not runs(sentence[:30])
