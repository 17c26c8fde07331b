"""What import-linter cannot see: relations by string, templates and addresses point to the same app or a lower floor."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.test.utils import isolate_apps

from tests.contracts.tree import (
    HOUSE,
    ROOT,
    dotted,
    imported_names,
    layers,
    may_use,
    python_files,
    resolved,
    shown,
    source,
    templates,
)

#: Whose models, templates and addresses ours may point to besides our own.
OUTSIDE_MODELS = ("django.", "wagtail.", "wagtail", "taggit", "modelcluster")
OUTSIDE_TEMPLATES = ("wagtailadmin/", "wagtailsnippets/", "wagtailusers/")
OUTSIDE_NAMES = ("wagtailadmin_", "wagtailsnippets_", "wagtailusers_")
PURE = ("text", "law", "reading", "engine")


# --- the floors themselves -----------------------------------------------------------------------------------


def folders_off_the_floors(house: Path, floors: list[list[str]]) -> list[str]:
    """Folders with code that no layer names, and layers without a folder."""
    present = {path.parent.name for path in house.glob("*/*.py")}
    named = {name for floor in floors for name in floor}
    return sorted(present ^ named)


def test_every_folder_stands_on_a_floor_and_every_floor_exists():
    assert folders_off_the_floors(HOUSE, layers()) == []


def test_a_folder_without_a_floor_and_a_floor_without_a_folder_are_found(tmp_path):
    for name in ("law", "shed"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
    assert folders_off_the_floors(tmp_path, [["text"], ["law"]]) == ["shed", "text"]


def test_no_name_stands_on_two_floors():
    names = [name for floor in layers() for name in floor]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("user", "used", "allowed"),
    [("top", "low", True), ("low", "top", False), ("left", "right", False), ("left", "left", True)],
)
def test_an_app_may_use_itself_and_what_lies_below_but_not_its_neighbour(user, used, allowed):
    assert may_use(user, used, [["low"], ["left", "right"], ["top"]]) is allowed


# --- relations -----------------------------------------------------------------------------------------------


def relations(model: type[models.Model]) -> Iterator[tuple[str, str]]:
    """(relation, app it points to) of every ForeignKey, many-to-many and generic relation that a model declares."""
    meta = model._meta
    for field in (*meta.local_fields, *meta.local_many_to_many, *meta.private_fields):
        if field.is_relation and field.related_model:
            yield f"{meta.label}.{field.name}", field.related_model._meta.app_config.name


def upward_relations(found: list[type[models.Model]]) -> list[str]:
    """Relations of our models that point to a floor above, to a neighbour, or to an app nobody knows."""
    wrong = []
    for model in found:
        owner = model._meta.app_config.name
        if not owner.startswith("gongkai."):
            continue
        for relation, target in relations(model):
            ours = target.startswith("gongkai.")
            if not ours and target.startswith(OUTSIDE_MODELS):
                continue
            if not ours or not may_use(owner.split(".")[1], target.split(".")[1]):
                wrong.append(f"{relation} → {target}")
    return wrong


def test_every_relation_points_to_the_same_app_or_a_lower_floor():
    ours = apps.get_models(include_auto_created=True)
    assert sum(len(list(relations(model))) for model in ours) > 5
    assert upward_relations(ours) == []


@pytest.mark.parametrize(
    "field",
    [
        lambda: models.ForeignKey("policies.Above", models.CASCADE),
        lambda: models.OneToOneField("policies.Above", models.CASCADE),
        lambda: models.ManyToManyField("policies.Above"),
        lambda: GenericRelation("policies.Above"),
    ],
    ids=["foreign key", "one to one", "many to many", "generic relation"],
)
def test_a_relation_to_a_floor_above_is_found(field):
    with isolate_apps("gongkai.policies", "gongkai.orgs", "django.contrib.contenttypes"):

        class Above(models.Model):
            class Meta:
                app_label = "policies"

        class Below(models.Model):
            link = field()

            class Meta:
                app_label = "orgs"

        assert "orgs.Below.link → gongkai.policies" in upward_relations([Above, Below])


# --- templates and addresses ---------------------------------------------------------------------------------

_TEMPLATE_TAG = re.compile(r"{%\s*(extends|include|url)\s+(\S+)")


def owners() -> dict[str, str]:
    """Template name → the app whose folder it is in."""
    return {
        str(path.relative_to(app / "templates")): app.name
        for app in HOUSE.iterdir()
        for path in (app / "templates").rglob("*.html")
    }


def spaces() -> dict[str, str]:
    """Namespace of addresses → the app in whose files it is given."""
    return {
        name: app.name
        for app in HOUSE.iterdir()
        for path in app.rglob("*urls.py")
        for name in re.findall(r'^app_name = "(\w+)"', path.read_text(encoding="utf-8"), re.M)
    }


def wrong_target(app: str, kind: str, name: str) -> str:
    """Why an app may not point to this template or address; "" if it may."""
    if kind == "url":
        space, colon, _ = name.partition(":")
        if not colon:
            return "" if name.startswith(OUTSIDE_NAMES) else f"address {name} has no namespace"
        if space.startswith(OUTSIDE_NAMES):
            return ""
        known, target = {floor for row in layers() for floor in row}, spaces().get(space, space)
    else:
        if name.startswith(OUTSIDE_TEMPLATES):
            return ""
        known, target = set(owners().values()), owners().get(name, "")
    if target not in known:
        return f"{kind} {name} is nobody's"
    return "" if may_use(app, target) else f"{kind} {name} lies above"


def upward_tags(app: str, text: str) -> list[str]:
    """What in a template of `app` points upwards, or cannot be read because its name is a variable."""
    wrong = []
    for kind, argument in _TEMPLATE_TAG.findall(text):
        name = argument.strip("'\"")
        if name == argument:
            wrong.append(f"{kind} {argument} is not written out")
        elif why := wrong_target(app, kind, name):
            wrong.append(why)
    return wrong


_CALLS = {
    "django.urls.reverse": ("url", 0),
    "django.urls.reverse_lazy": ("url", 0),
    "django.shortcuts.redirect": ("url", 0),
    "django.shortcuts.render": ("include", 1),
    "django.template.loader.render_to_string": ("include", 0),
    "django.template.loader.get_template": ("include", 0),
}


def upward_calls(app: str, text: str) -> list[str]:
    """What in Python of `app` names an address or a template that lies above."""
    tree = ast.parse(text)
    names = imported_names(tree)
    wrong = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        kind, place = _CALLS.get(resolved(node.func, names), ("", len(node.args)))
        for argument in node.args[place : place + 1]:
            why = wrong_target(app, kind, argument.value) if isinstance(argument, ast.Constant) else ""
            wrong += [f"line {node.lineno}: {why}"] if why else []
    return wrong


@pytest.mark.parametrize("path", templates(), ids=shown)
def test_a_template_points_to_its_own_app_or_a_lower_floor(path):
    assert upward_tags(path.relative_to(HOUSE).parts[0], source(path)) == []


@pytest.mark.parametrize(
    ("app", "text"),
    [
        ("theme", '{% extends "portal/home.html" %}'),
        ("theme", "{% include 'policies/policy.html' with a=1 %}"),
        ("policies", "{% url 'search:results' as action %}"),
        ("policies", '{% include "nobody/there.html" %}'),
        ("policies", "{% extends chosen %}"),
        ("policies", "{% url 'home' %}"),
    ],
)
def test_a_template_that_points_upwards_is_found(app, text):
    assert upward_tags(app, text)
    assert upward_tags("portal", '{% extends "theme/base.html" %}{% url "policies:policy" 1 %}') == []


def test_code_names_no_address_or_template_of_a_floor_above():
    wrong = [
        f"{shown(path)} {why}"
        for path in python_files("gongkai")
        if len(path.relative_to(HOUSE).parts) > 1
        for why in upward_calls(path.relative_to(HOUSE).parts[0], source(path))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    [
        "from django.urls import reverse\nreverse('search:results')",
        "from django import shortcuts\nshortcuts.render(request, 'portal/home.html')",
    ],
)
def test_code_that_names_what_lies_above_is_found(text):
    assert upward_calls("policies", text)


# --- pure packages -------------------------------------------------------------------------------------------

_IMPORT_ALL = """
import importlib, pkgutil, sys
sys.path.insert(0, sys.argv[1])
top = importlib.import_module(sys.argv[2])
names = [sys.argv[2], *(m.name for m in pkgutil.walk_packages(top.__path__, sys.argv[2] + "."))]
for name in names:
    importlib.import_module(name)
print(len(names), *sorted(sys.modules))
"""


def loaded_by(package: str, folder: Path) -> tuple[int, set[str]]:
    """Import every module of a package in a bare child process; their number, and all modules loaded by then."""
    child = [sys.executable, "-P", "-c", _IMPORT_ALL, str(folder), package]
    done = subprocess.run(child, capture_output=True, text=True, env={}, cwd="/", check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    number, *modules = done.stdout.split()
    return int(number), set(modules)


def strangers(package: str, folder: Path) -> list[str]:
    """What a pure package loads and may not have heard of: Django, Wagtail, apps, the other pure packages."""
    number, modules = loaded_by(package, folder)
    assert number > 1
    own = re.compile(rf"gongkai$|({re.escape(package)}|gongkai\.text)(\.|$)")
    return sorted(
        name for name in modules if re.match(r"(django|wagtail|gongkai)\b", name) and not own.match(name)
    )


@pytest.mark.parametrize("package", PURE)
def test_a_pure_package_loads_neither_django_nor_a_neighbour(package):
    assert strangers(f"gongkai.{package}", ROOT) == []


def test_a_package_that_loads_django_is_found(tmp_path):
    (tmp_path / "planted").mkdir()
    (tmp_path / "planted" / "__init__.py").touch()
    (tmp_path / "planted" / "rule.py").write_text("__import__('importlib').import_module('django')")
    assert "django" in strangers("planted", tmp_path)


def late_imports(text: str) -> list[str]:
    """Imports of Django or Wagtail anywhere in a file, inside functions and by name as well."""
    found = []
    for node in ast.walk(ast.parse(text)):
        names: list[object] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        elif isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] in {
            "import_module",
            "__import__",
        }:
            names = [argument.value for argument in node.args[:1] if isinstance(argument, ast.Constant)]
        found += [
            f"line {node.lineno}: {name}" for name in names if re.match(r"(django|wagtail)\b", str(name))
        ]
    return found


@pytest.mark.parametrize("package", PURE)
def test_a_pure_package_does_not_import_django_later_either(package):
    paths = python_files(f"gongkai/{package}")
    assert paths
    assert [f"{shown(path)} {why}" for path in paths for why in late_imports(source(path))] == []


@pytest.mark.parametrize(
    "text",
    [
        "def f():\n    from django.utils import timezone",
        "def f():\n    import wagtail.models",
        "import importlib\ndef f():\n    importlib.import_module('django.conf')",
    ],
)
def test_a_late_import_is_found(text):
    assert late_imports(text)
