"""`foredesk receive`: a mail server hands over a mail by starting a command."""

import os
import sys
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser

from foredesk.intake import actions, queries
from foredesk.intake.enums import Door
from foredesk.intake.rules.pace import MOST_BYTES

# sysexits.h; everything that is not named here ends with 75, "try again later" (see config.cli).
NOT_A_MAIL, NO_SUCH_MAILBOX, TRY_AGAIN_LATER = 65, 67, 75


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # a mail server waits
    help = "Take one mail from standard input. Ends with 0 only when it is on the disk, with 75 when it cannot be now."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mailbox", help="the address that it came for (default: $ORIGINAL_RECIPIENT, $RECIPIENT)")
        parser.add_argument("--sender", help="its envelope's sender (default: $SENDER)")

    def handle(self, *, mailbox: str | None, sender: str | None, **options: Any) -> None:
        wanted = mailbox or os.environ.get("ORIGINAL_RECIPIENT") or os.environ.get("RECIPIENT") or ""
        found = queries.mailbox_for(wanted) if wanted else None
        if found is None and mailbox:
            self._end(f"There is no mailbox {mailbox} here. Please check the address.", NO_SUCH_MAILBOX)
        if found is not None and not found.is_active:
            self._end(f"The mailbox {wanted} is paused.", TRY_AGAIN_LATER)
        raw = sys.stdin.buffer.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            self._end(f"The mail is larger than {MOST_BYTES // 1024**2} MB, which is too large.", NOT_A_MAIL)
        first, raw = _without_envelope_line(raw)
        if not raw.strip():
            self._end("There is no mail on standard input.", NOT_A_MAIL)
        if sender is None:
            sender = os.environ.get("SENDER", first)  # None: nobody says, which is not the null return path
        actions.store(
            raw=raw,
            door=Door.PIPE,
            mailbox=found,
            envelope_from="<>" if sender in {"", "MAILER-DAEMON"} else sender or "",
            envelope_to=[wanted] if wanted else [],
        )

    def _end(self, sentence: str, code: int) -> NoReturn:
        """The sentence alone, without the name of an error: mail servers put it into what they send back."""
        self.stderr.write(sentence)
        sys.exit(code)


def _without_envelope_line(raw: bytes) -> tuple[str | None, bytes]:
    """The sender of the line "From SENDER DATE" that some servers put on top, and the mail without that line."""
    if not raw.startswith(b"From "):
        return None, raw
    line, _end, rest = raw.partition(b"\n")
    words = line.split()
    return words[1].decode("ascii", "replace") if len(words) > 1 else "", rest
