"""How well mail is read: python -m evaluations.email --score DIR [--json]

Takes every input in DIR/email through the product's own intake into a scratch database: stored, filed or held, one
after the other. What each file is, DIR/email/manifest.csv says. An input is a file that begins with a mail's header:
its first line is a field, after at most one "From " line of a file of mails, and one of the lines before the first
empty one is a field that mails have; where other lines come first, it takes Received, Message-ID or MIME-Version.
Expected outputs (by their names) and the Discourse texts, which serve trimming only, are no inputs.

Where the same mail lies there twice, with other line ends, it is one mail for the product, and both are held to be read
as it was. The shares are agreement with what lies beside the input (see `expected`); for `hard_bounce` the input counts
as hard where any address of it is at fault.
"""

import argparse
import csv
import json
import logging
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .expected import collapsed, expected_of, visible
from .folders import read as rows_of

if TYPE_CHECKING:
    from foredesk.intake.models import Incoming
    from foredesk.intake.rules.letters import Reading

# One mail each so many minutes, so that nobody's many mails look like a flood.
APART = timedelta(minutes=20)
KEYS = (
    "inputs",
    "crashed",
    "lost",
    "quarantined",
    "subject",
    "from",
    "attachments",
    "body",
    "hard_bounce",
    "auto_recall",
    "auto_false",
    "trimming_exact",
    "answer_hidden",
)
COUNTED = frozenset({"auto_false", "answer_hidden"})  # what has to be 0 is counted; the rest are shares
FEW = COUNTED | {"quarantined"}  # what is better the less there is of it

_OUTPUT = re.compile(
    r"\.(?:yml|json|xml|out|csv|html|bin|gif|png|jpe?g|tnef)$|_decoded|_fragment|\.golden$", re.IGNORECASE
)
_ENVELOPE = re.compile(rb"\A(?:\s|\x00|\xef\xbb\xbf)*(?:>?From [^\r\n]*(?:\r\n|\r|\n))?")
_FIELD = re.compile(rb"[!-9;-~]+[ \t]*:")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_OF_MAIL = frozenset(
    b"from to cc bcc sender subject date message-id in-reply-to references received return-path reply-to mime-version "
    b"content-type content-transfer-encoding content-disposition delivered-to x-mailer resent-from".split()
)
_SURELY = frozenset({b"received", b"message-id", b"mime-version"})


@dataclass
class Tally:
    """How many of how many, and which."""

    hits: list[str] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)

    def count(self, is_hit: bool, name: str) -> None:
        (self.hits if is_hit else self.misses).append(name)

    @property
    def cases(self) -> int:
        return len(self.hits) + len(self.misses)

    @property
    def share(self) -> float:
        return len(self.hits) / self.cases if self.cases else 0.0


@dataclass(frozen=True)
class Input:
    name: str  # "zammad/mail001.box"
    path: Path
    kind: str
    collection: str


def is_input(path: Path, head: bytes) -> bool:
    """Whether a file is one, by its name and its first bytes."""
    if _OUTPUT.search(path.name):
        return False
    start = _ENVELOPE.match(head)
    lines = _LINE_END.split(head[start.end() if start else 0 :])
    block = lines[: lines.index(b"")] if b"" in lines else lines
    names = {found.group().rstrip(b": \t").lower() for line in block if (found := _FIELD.match(line))}
    begins = bool(block) and bool(_FIELD.match(block[0]))
    return bool(names & (_OF_MAIL if begins else _SURELY))


def inputs_in(folder: Path) -> Iterator[Input]:
    for row in rows_of(folder / "manifest.csv"):
        path = folder.parent / row["file"]
        name = str(path.relative_to(folder))
        if row["kind"].startswith("reply trimming"):
            continue
        with path.open("rb") as file:
            if is_input(path, file.read(16_384)):
                yield Input(name, path, row["kind"], name.partition("/")[0])


# --- Through the product ----------------------------------------------------------------------------------------------


@dataclass
class Seen:
    """What came of one input."""

    given: Input
    row: "Incoming | None" = None
    reading: "Reading | None" = None
    crash: str = ""

    @property
    def is_lost(self) -> bool:
        """Neither to be read nor held with a reason; a crash is counted for itself."""
        if self.row is None or self.row.raw is None:
            return True
        if self.row.state == "quarantined":
            return not self.row.reason
        read = self.reading
        return (
            self.row.state == "stored" or read is None or not (read.sender or read.subject or read.text or read.files)
        )


def taken_in(inputs: list[Input]) -> list[Seen]:
    """Each input, as the product has it in the end."""
    from foredesk.intake.actions import file_waiting, store
    from foredesk.intake.enums import Door
    from foredesk.intake.models import Incoming, Mailbox
    from foredesk.kit import clock

    mailbox = Mailbox.objects.create(name="Desk", address="desk@foredesk.invalid")
    begun = datetime(2024, 1, 1, tzinfo=UTC)
    seen = []
    for number, given in enumerate(inputs):
        one = Seen(given)
        seen.append(one)
        with clock.at(begun + number * APART):
            try:
                one.row = store(raw=given.path.read_bytes(), door=Door.PIPE, mailbox=mailbox)
                file_waiting()
            except Exception as wrong:
                one.crash = repr(wrong)
    for round_ in range(1, 5):  # what waits for another mail, or failed and is tried again
        with clock.at(begun + len(inputs) * APART + timedelta(days=round_)):
            file_waiting(most=100_000)
    for one in seen:
        if one.row is not None:
            one.row = Incoming.objects.select_related("raw").get(pk=one.row.pk)
            _read_again(one)
    return seen


def _read_again(one: Seen) -> None:
    """What was made of it, from the bytes that were stored: the row keeps only what lists show."""
    from django.core.files.storage import default_storage

    from foredesk.intake.rules.letters import Unreadable
    from foredesk.intake.rules.reading import read

    if one.row is None or one.row.raw is None:
        return
    with default_storage.open(one.row.raw.path) as file:
        raw = file.read()
    try:
        one.reading = read(raw)
    except Unreadable:
        if one.row.state != "quarantined":
            one.crash = "filed, and cannot be read"
    except Exception as wrong:
        one.crash = repr(wrong)


# --- Scores -----------------------------------------------------------------------------------------------------------


def score(folder: Path) -> dict[str, Any]:
    """Values by their keys; for the table, tallies stand in for shares."""
    inputs = list(inputs_in(folder))
    seen = taken_in(inputs)
    found: dict[str, Any] = {key: Tally() for key in KEYS}
    found["inputs"] = len(inputs)
    found["crashed"] = sum(bool(one.crash) or "stumbled" in (one.row.reason if one.row else "") for one in seen)
    found["lost"] = sum(one.is_lost for one in seen)
    hard = _hard_bounces(folder)
    for one in seen:
        found["quarantined"].count(one.row is not None and one.row.state == "quarantined", one.given.name)
        _compare(one, found)
        _judge(one, found, hard)
    _trim(folder, found)
    return found


def _hard_bounces(folder: Path) -> dict[str, bool]:
    hard: dict[str, bool] = {}
    for row in rows_of(folder / "sisimai_expected.csv"):
        name = f"sisimai/bsd/{row['file']}"
        hard[name] = hard.get(name, False) or row["hard_bounce"] == "true"
    return hard


def _compare(one: Seen, found: dict[str, Any]) -> None:
    expected, read = expected_of(one.given.path), one.reading
    if expected is None:
        return
    name = one.given.name
    if expected.subject is not None:
        found["subject"].count(read is not None and collapsed(read.subject) == expected.subject, name)
    if expected.address is not None:
        address, shown = (read.sender.address, read.sender.name) if read and read.sender else ("", "")
        is_sender = address == expected.address and expected.name in ("", collapsed(shown))
        found["from"].count(read is not None and is_sender, name)
    if expected.files is not None:
        found["attachments"].count(read is not None and expected.files in _file_names(read), name)
    if expected.bodies:
        ours = {collapsed(read.text), collapsed(read.plain), visible(read.html)} if read else set[str]()
        found["body"].count(bool(ours & set(expected.bodies)), name)


def _file_names(read: "Reading") -> tuple[Counter[str], Counter[str]]:
    """The names of its files: as the mail gives them, and with ours for those that it gives none."""
    return Counter(file.name for file in read.files if file.is_named), Counter(file.name for file in read.files)


def _judge(one: Seen, found: dict[str, Any], hard: dict[str, bool]) -> None:
    name, read = one.given.name, one.reading
    is_machine = read is not None and bool(read.machine.kind)
    if one.given.kind == "bounce/auto-reply":
        found["auto_recall"].count(is_machine, name)
    if one.given.kind == "ham":
        found["auto_false"].count(is_machine, name)
    if name in hard:
        is_hard = read is not None and any(bounce.is_address_at_fault for bounce in read.bounces)
        found["hard_bounce"].count(is_hard == hard[name], name)


def _trim(folder: Path, found: dict[str, Any]) -> None:
    """The Discourse texts: trimmed exactly as expected, and whether a line of what is expected is missing."""
    from foredesk.intake.rules.trimming import trim

    for path in sorted((folder / "discourse-email-reply-trimmer").glob("emails__*")):
        beside = path.with_name(path.name.replace("emails__", "trimmed__", 1))
        if not beside.exists():
            continue
        text, expected = path.read_bytes().decode("utf-8", "replace"), beside.read_bytes().decode("utf-8", "replace")
        answer = trim(text).answer
        wanted = "\n".join(expected.splitlines()).strip()
        found["trimming_exact"].count(answer.strip() == wanted, path.name)
        kept = {line.strip() for line in answer.splitlines()}
        found["answer_hidden"].count(not {line.strip() for line in wanted.splitlines()} <= kept | {""}, path.name)


# --- The command ------------------------------------------------------------------------------------------------------


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evaluations.email", description=__doc__)
    parser.add_argument("--score", type=Path, required=True, metavar="DIR", help="folder that holds email/manifest.csv")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.add_argument("--wrong", action="store_true", help="name each case that does not agree")
    given = parser.parse_args()
    folder = given.score.resolve() / "email"
    if not (folder / "manifest.csv").exists():
        parser.error(f"{folder / 'manifest.csv'} is not there")
    with tempfile.TemporaryDirectory(prefix="foredesk-email-") as home:
        _set_up(home)
        found = score(folder)
    if given.json:
        json.dump(values(found), sys.stdout, indent=1)
        print()
    else:
        _print(found, wrong=given.wrong)


def _set_up(home: str) -> None:
    """The product with a database and files of its own, which go when the command ends."""
    os.environ.pop("DATABASE_URL", None)
    os.environ |= {"DJANGO_SETTINGS_MODULE": "foredesk.config.settings", "FOREDESK_HOME": home, "FOREDESK_DEMO": "1"}
    import django
    from django.core.management import call_command

    django.setup()
    logging.disable(logging.INFO)
    call_command("migrate", verbosity=0)


def values(found: dict[str, Any]) -> dict[str, float]:
    """Plain numbers: a count for what has to be 0, else a share."""
    return {key: _value(key, found[key]) for key in KEYS}


def _value(key: str, value: Any) -> float:
    if not isinstance(value, Tally):
        return int(value)
    return len(value.hits) if key in COUNTED else round(value.share, 4)


def _print(found: dict[str, Any], *, wrong: bool) -> None:
    for key in KEYS:
        value = found[key]
        cases = f"{len(value.hits)} of {value.cases}" if isinstance(value, Tally) else ""
        print(f"{key:16} {_value(key, value):<8} {cases}".rstrip())
        if wrong and isinstance(value, Tally):
            for name in value.hits if key in FEW else value.misses:
                print(f"    {name}")


if __name__ == "__main__":
    csv.field_size_limit(10**9)
    main()
