"""Walls that keep the house easy to find one's way in. The ladders are import-linter's (pyproject.toml)."""

import ast
import re
import subprocess
import sys

import pytest
from django.apps import apps
from django.contrib.staticfiles import finders
from django.urls import URLPattern, URLResolver, get_resolver

from foredesk.kit.access import is_declared
from tests.architecture.source import PACKAGE, ROOT, imports, modules, part_of, room_of, rooms

FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}
DOORS = {"actions", "queries", "rules", "models", "enums", "signals"}
OPEN_ROOMS = {"kit", "ui"}
WORDS = DOORS | {"urls", "views", "api", "jobs", "forms", "effects", "emails"}
LONGEST_FILE = 420  # lines; "about 400"


def test_both_import_ladders_hold() -> None:
    linted = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_rooms_are_entered_through_their_doors_only() -> None:
    names = frozenset(modules())
    detours = [
        f"{name} imports {imported}"
        for name, tree in modules().items()
        if room_of(name) not in {"config", "__main__"}
        for imported in imports(tree, modules=names)
        if imported.startswith("foredesk.")
        and room_of(imported) != room_of(name)
        and room_of(imported) not in OPEN_ROOMS
        and part_of(imported) not in DOORS
    ]
    assert not detours, "From another room, import only its " + ", ".join(sorted(DOORS)) + ":\n" + "\n".join(detours)


def test_no_module_has_a_name_that_says_nothing() -> None:
    vague = [name for name in modules() if FORBIDDEN_NAMES & set(name.split("."))]
    assert not vague, f"Look for the noun that is missing: {vague}"


@pytest.mark.parametrize("part", ["views", "forms", "api", "urls"])
def test_pages_leave_writing_to_actions(part: str) -> None:
    writing = {"save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
    found = []
    for name, tree in modules().items():
        if part_of(name) != part:
            continue
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            target = ast.unparse(node.func.value)
            if node.func.attr == "save" or (node.func.attr in writing and ".objects" in target):
                found.append(f"{name}:{node.lineno} {ast.unparse(node.func)}()")
    assert not found, "Call an action instead:\n" + "\n".join(found)


def test_models_keep_business_logic_out_of_save() -> None:
    found = []
    for name, tree in modules().items():
        if part_of(name) == "models":
            found += [
                f"{name}.{owner.name}.{method.name}"
                for owner in ast.walk(tree)
                if isinstance(owner, ast.ClassDef)
                for method in owner.body
                if isinstance(method, ast.FunctionDef) and method.name in {"save", "delete"}
            ]
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == "django.db.models.signals":
                found.append(f"{name} imports model signals")
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("library", "home"),
    [
        ("django_tasks", {"foredesk.kit.queue"}),
        (
            "django_tasks_db",
            {
                "foredesk.kit.traced_queue",
                "foredesk.operations.worker",
                "foredesk.operations.actions",
                "foredesk.operations.queries.tasks",
            },
        ),
        ("nh3", {"foredesk.kit.html", "foredesk.intake.rules.pages"}),
        ("holidays", {"foredesk.calendars"}),
    ],
)
def test_a_library_is_imported_in_one_place(library: str, home: set[str]) -> None:
    users = {
        name
        for name, tree in modules().items()
        if any(imported.split(".")[0] == library for imported in imports(tree, modules=frozenset()))
    }
    strangers = {name for name in users if not any(name == place or name.startswith(place + ".") for place in home)}
    assert not strangers, f"{library} is imported by {sorted(strangers)}; its place is {sorted(home)}."


def test_time_comes_from_the_clock() -> None:
    found = [
        f"{name}:{node.lineno} {ast.unparse(node.func)}()"
        for name, tree in modules().items()
        if name != "foredesk.kit.clock"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"timezone.now", "datetime.now", "datetime.utcnow", "date.today", "localdate"}
    ]
    assert not found, "Use foredesk.kit.clock.now():\n" + "\n".join(found)


def test_every_room_is_installed_and_its_models_have_tables_of_their_own_name() -> None:
    installed = {config.label for config in apps.get_app_configs() if config.name.startswith("foredesk.")}
    assert installed == set(rooms()) - {"config"}
    for label in installed:
        for model in apps.get_app_config(label).get_models():
            assert model._meta.db_table.startswith(f"{label}_")
            assert (PACKAGE / label / "migrations" / "0001_initial.py").exists(), label


def test_every_address_says_who_may_open_it() -> None:
    shut = [f"{address} ({view})" for address, view in _views(get_resolver()) if not is_declared(view)]
    assert not shut, "Decorate with @allow or @public:\n" + "\n".join(shut)


def _views(resolver: URLResolver, prefix: str = "") -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for entry in resolver.url_patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            found.append((address, entry.callback))
        else:
            found += _views(entry, address)
    return found


def test_files_stay_short_enough_to_read_at_once() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in PACKAGE.rglob("*.py")
        if "migrations" not in path.parts and (lines := len(path.read_text().splitlines())) > LONGEST_FILE
    }
    assert not long, f"Look for the missing noun: {long}"


def test_every_static_file_that_a_template_names_is_there() -> None:
    """In production a page that names a missing one is an error 500."""
    named = {
        (str(path.relative_to(ROOT)), name)
        for path in PACKAGE.rglob("templates/**/*")
        if path.is_file()
        for name in re.findall(r"""{%\s*static\s+["']([^"'{]+)["']""", path.read_text())
    }
    assert named
    assert not [f"{name} ({template})" for template, name in named if not finders.find(name)]


def test_no_page_carries_scripts_or_styles_in_itself() -> None:
    """The content policy would drop them without a word. Mails are no pages: theirs are inlined on purpose."""
    found = []
    for path in PACKAGE.rglob("templates/**/*.html"):
        if "mail" in path.parts or "emails" in path.parts:
            continue
        text = path.read_text()
        signs = ("<style", " style=", "<script>", " onclick=", " onsubmit=", " onchange=", "javascript:", "hx-on")
        found += [f"{path.relative_to(ROOT)}: {sign.strip()}" for sign in signs if sign in text]
    assert not found, "\n".join(found)
