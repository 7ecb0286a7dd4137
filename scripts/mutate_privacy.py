"""Takes away each scoping of private requests in turn and sees a test fail: scripts/mutate_privacy.py [WORD ...]

Whatever hides a private request does so by calling one of a few functions (`HIDING` below). For every call of one of
them this script makes a copy of the tree in which that one call answers as if nothing were private, runs the tests of
privacy there, and prints a table: the place, what it was, the test that noticed. A place that no test notices is a
hole in the proof, and ends the script with 1. WORDs keep only places whose file or name contains one of them.
"""

import ast
import concurrent.futures
import os
import queue
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# The quick ones first: each run ends at the first failure.
TESTS = (
    "tests/tickets/test_private.py",
    "tests/tickets/test_private_together.py",
    "tests/catalogue/test_private.py",
    "tests/desk/test_private.py",
    "tests/intake/test_private.py",
    "tests/intake/test_pages_quarantine.py",
    "tests/intake/test_pages_ticket.py",
    "tests/intake/test_pages_answers.py",
    "tests/intake/test_forged.py",
    "tests/mail/test_views.py",
    "tests/mail/test_private.py",
    "tests/desk/test_updates.py",
    "tests/catalogue/test_paths.py",
    "tests/dispatch/test_placing.py",
    "tests/dispatch/test_serving.py",
    "tests/dispatch/test_views.py",
    "tests/dispatch/test_effort.py",
    "tests/forecasts/test_pages.py",
    "tests/forecasts/test_timelines.py",
    "tests/triage/test_views.py",
    "tests/triage/test_actions.py",
    "tests/shield/test_private.py",
    "tests/operations/test_private.py",
    "tests/operations/importing/test_pages.py",
    "tests/tickets/test_joining.py",
    "tests/tickets/test_parts.py",
)
OPTIONS = ("-q", "-x", "-n", "0", "--reuse-db", "--no-header", "--tb=no", "-rfE")
# Guarded by the address or the list before them, these only choose what else a page says.
BEHIND_A_GUARD = (
    "foredesk/desk/queries.py",
    "foredesk/desk/rules.py",
    "foredesk/desk/views/",
    "foredesk/intake/views/",
)
AT_ONCE = int(os.environ.get("JOBS", "2"))

Arguments = list[str]


def _of(module: str, name: str) -> str:
    return f'__import__("{module}", fromlist=["{name}"]).{name}'


# What a call answers instead, as source; given its arguments as source.
HIDING: dict[str, Callable[[Arguments], str]] = {
    "classes_hidden_from": lambda _: "frozenset()",
    "scopes_hidden_from": lambda _: "frozenset()",
    "hide_scopes": lambda _: "None",
    "keep_secrets": lambda _: "None",
    "secrets_of": lambda _: "[]",
    "hidden_among": lambda _: "set()",
    "told_to": lambda given: f"list({given[1]})",
    "is_hidden_from": lambda _: "False",
    "counts_as_follower": lambda _: "True",
    "may_be_told": lambda _: "True",
    "serves": lambda given: f'({given[0]}.is_active and {given[0]}.role != "customer")',
    "can_see": lambda given: f"{given[0]}.is_active",
    "can_work_on": lambda given: (
        f'({given[0]}.is_active and {given[0]}.role != "customer" and {given[0]}.pk != {given[1]}.customer_id)'
    ),
    "tickets_served_by": lambda _: _of("foredesk.tickets.models", "Ticket") + ".objects.all()",
    "tickets_visible_to": lambda _: (
        f"{_of('foredesk.tickets.queries', 'with_people')}({_of('foredesk.tickets.models', 'Ticket')}.objects.all())"
    ),
    "agents_serving": lambda _: _of("foredesk.people.queries", "agents") + "()",
    "incoming_open_to": lambda _: _of("foredesk.intake.models", "Incoming") + ".objects.all()",
    "_told_of": lambda _: "None",
    "can_open": lambda _: "True",
    "can_read_body": lambda _: "True",
    "still_theirs": lambda given: f"list({given[1]})",
    "ask_before_telling": lambda _: "None",
    "without_keys": lambda given: given[1],
    "without_tokens": lambda given: given[0],
    "mails_open_to": lambda _: _of("foredesk.mail.models", "OutboxMessage") + ".objects.all()",
    "replies_open_to": lambda _: _of("foredesk.catalogue.queries", "canned_replies") + "()",
    "change_scope": lambda _: "None",
    "let_go_of": lambda _: "None",
    "close_off": lambda _: "None",
    "can_decide_privacy": lambda _: "True",
    "can_change_team": lambda _: "True",
}


@dataclass(frozen=True)
class Place:
    """One call, or one look at whether a class is private, and what it becomes."""

    path: Path
    line: int
    inside: str
    what: str
    begin: int  # in bytes
    end: int
    becomes: str

    @property
    def name(self) -> str:
        return f"{self.path}:{self.line} {self.inside}"


def places() -> Iterator[Place]:
    for path in sorted((ROOT / "foredesk").rglob("*.py")):
        if {"migrations", "demo"} & set(path.parts):
            continue
        yield from _places_in(path)


def _places_in(path: Path) -> Iterator[Place]:
    source = path.read_bytes()
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    tree = ast.parse(source)
    inside: dict[ast.AST, str] = {}

    def name_all(node: ast.AST, name: str) -> None:
        for child in ast.iter_child_nodes(node):
            inner = child.name if isinstance(child, ast.FunctionDef | ast.ClassDef) else ""
            inside[child] = f"{name}.{inner}".strip(".") if inner else name
            name_all(child, inside[child])

    name_all(tree, "")
    for node in ast.walk(tree):
        found = _becomes(node, source.decode(), path.relative_to(ROOT))
        if found is None:
            continue
        assert isinstance(node, ast.expr)
        begin = starts[node.lineno - 1] + node.col_offset
        end = starts[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)
        what, becomes = found
        yield Place(path.relative_to(ROOT), node.lineno, inside[node], what, begin, end, becomes)


def _becomes(node: ast.AST, source: str, path: Path) -> tuple[str, str] | None:
    """What a node hides by, and what it becomes; None for all that hides nothing."""
    if isinstance(node, ast.Call):
        called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if called in HIDING and not (called == "can_work_on" and path.as_posix().startswith(BEHIND_A_GUARD)):
            given = [
                ast.get_source_segment(source, one) or "" for one in [*node.args, *(k.value for k in node.keywords)]
            ]
            return f"{called}()", HIDING[called](given)
        if called == "Q" and any(key.arg and key.arg.endswith("is_private") for key in node.keywords):
            return ast.unparse(node), _of("django.db.models", "Q") + "(pk__isnull=False)"
    if isinstance(node, ast.Attribute) and node.attr == "is_private" and isinstance(node.ctx, ast.Load):
        owner = ast.unparse(node.value)
        if owner.endswith("service_class") and owner != "service_class":
            return ast.unparse(node), "False"
    return None


def tree_copy(folder: Path) -> Path:
    copy = folder / "tree"
    for name in ("foredesk", "scripts", "tests", "pyproject.toml"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, copy / name)
    return copy


def noticed(copy: Path, place: Place | None) -> str:
    """The first test that fails without the scoping of `place`; "" when none does."""
    original = b""
    if place is not None:
        target = copy / place.path
        original = target.read_bytes()
        target.write_bytes(original[: place.begin] + place.becomes.encode() + original[place.end :])
    try:
        run = subprocess.run(
            [sys.executable, "-m", "pytest", *OPTIONS, *sorted(TESTS, key=lambda test: _far(test, place))],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": str(copy), "FOREDESK_TEST_DATABASE": f"{copy}.sqlite3"},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        if place is not None:
            (copy / place.path).write_bytes(original)
    if run.returncode == 0:
        return ""
    failed = re.search(r"^FAILED (\S+?)(?: - .*)?$", run.stdout, re.MULTILINE)
    if run.returncode != 1 or failed is None:
        raise SystemExit(f"Not a failing test but a broken run at {place}:\n{run.stdout[-3000:]}{run.stderr[-2000:]}")
    return failed[1]


def _far(test: str, place: Place | None) -> bool:
    """False for the tests that stand nearest to a place: they come first, and end the run soonest."""
    room = place.path.parts[1] if place else ""
    return {"people": "catalogue", "portal": "desk"}.get(room, room) not in Path(test).parts


def main() -> int:
    wanted = sys.argv[1:]
    found = [place for place in places() if not wanted or any(word in f"{place.name} {place.what}" for word in wanted)]
    if not found:
        sys.exit("No such place.")
    with tempfile.TemporaryDirectory(prefix="foredesk-privacy-") as folder:
        copies: queue.SimpleQueue[Path] = queue.SimpleQueue()
        for number in range(AT_ONCE):
            copies.put(tree_copy(Path(folder) / str(number)))

        def try_one(place: Place | None) -> str:
            copy = copies.get()
            try:
                return noticed(copy, place)
            finally:
                copies.put(copy)

        if failing := try_one(None):
            sys.exit(f"As it is, {failing} fails already: nothing can be shown.")
        print("| place | taken away | noticed by |\n|---|---|---|", flush=True)
        survived = 0
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            for place, test in zip(found, pool.map(try_one, found), strict=True):
                survived += not test
                shown = f"`{test.removeprefix('tests/')}`" if test else "**SURVIVED**"
                print(f"| {place.name} | `{place.what}` | {shown} |", flush=True)
    print(f"\n{len(found)} scopings taken away one by one, {len(found) - survived} noticed, {survived} survived.")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
