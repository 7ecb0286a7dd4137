"""The product's source, for tests that read it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import foredesk

PACKAGE = Path(foredesk.__file__).parent
ROOT = PACKAGE.parent


@cache
def modules() -> dict[str, ast.Module]:
    """All modules by dotted name (`foredesk.mail.actions`), parsed; migrations are left out, which Django writes."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        found[name] = ast.parse(path.read_text())
    return found


def rooms() -> list[str]:
    """The names of all rooms."""
    return sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))


def part_of(module: str) -> str:
    """The part of its room that a module belongs to: `views` for `foredesk.desk.views.ticket`; "" for the room."""
    return [*module.split("."), "", ""][2]


def room_of(module: str) -> str:
    """The room of a module: `desk` for `foredesk.desk.views.ticket`; "" for `foredesk` itself."""
    return [*module.split("."), ""][1]


def imports(tree: ast.Module, *, modules: frozenset[str]) -> Iterator[str]:
    """Dotted names of what a module imports; `from a import b` gives `a.b` where that is a module, else `a`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in modules else node.module
