"""A mail server hands mails over by starting a command, and understands its number alone."""

import subprocess
import sys

import pytest

from tests.intake.conftest import letter
from tests.intake.installed import STORED
from tests.operations.installation import Installation


def receive(installed: Installation, raw: bytes, *arguments: str, **more: str) -> tuple[int, str]:
    ended = subprocess.run(
        [sys.executable, "-m", "foredesk", "receive", *arguments],
        input=raw,
        env={**installed.environment, **more},
        capture_output=True,
        check=False,
        timeout=60,
    )
    return ended.returncode, ended.stderr.decode()


def test_it_ends_well_when_the_mail_is_stored_and_takes_it_in_once(installed: Installation) -> None:
    raw = letter().as_bytes()
    for _ in range(2):
        assert receive(installed, raw, "--mailbox", "Desk+x@example.org", "--sender", "maya@example.org") == (0, "")
    assert installed.ask(STORED) == [["Desk", "pipe", "maya@example.org", ["Desk+x@example.org"], raw.decode()]]


def test_postfix_and_exim_say_whom_it_is_for_in_the_environment(installed: Installation) -> None:
    raw = letter().as_bytes()
    line = b"From maya@example.org  Mon Nov 16 09:00:00 2026\n"
    assert receive(installed, line + raw, ORIGINAL_RECIPIENT="desk@example.org") == (0, "")
    other = letter().as_bytes()
    assert receive(installed, other, RECIPIENT="unheard@example.org", SENDER="") == (0, "")
    assert installed.ask(STORED) == [
        ["Desk", "pipe", "maya@example.org", ["desk@example.org"], raw.decode()],
        [None, "pipe", "<>", ["unheard@example.org"], other.decode()],
    ]


@pytest.mark.parametrize(
    ("raw", "arguments", "more", "number", "says"),
    [
        (
            b"Subject: x\n\n",
            ["--mailbox", "nobody@example.org"],
            {},
            67,
            "There is no mailbox nobody@example.org here. Please check the address.",
        ),
        (b"\n\n", ["--mailbox", "desk@example.org"], {}, 65, "There is no mail on standard input."),
        (
            b"x" * (40 * 1024**2 + 1),
            ["--mailbox", "desk@example.org"],
            {},
            65,
            "The mail is larger than 40 MB, which is too large.",
        ),
        (b"Subject: x\n\n", ["--mailbox", "paused@example.org"], {}, 75, "is paused"),
        (b"Subject: x\n\n", ["--nonsense"], {}, 75, "unrecognized arguments"),
        (b"Subject: x\n\n", [], {"EMAIL_URL": "nonsense://"}, 75, "EMAIL_URL has to begin with"),
        (b"Subject: x\n\n", [], {"DATABASE_URL": "postgres://x@127.0.0.1:1/x"}, 75, "cannot take it now"),
        (b"Subject: x\n\n", [], {"FOREDESK_FILES": "/dev/null/x"}, 75, "cannot take it now"),
    ],
)
def test_the_number_says_whether_to_try_again(
    installed: Installation, raw: bytes, arguments: list[str], more: dict[str, str], number: int, says: str
) -> None:
    """65 and 67 send a mail back to its author; everything that may pass, and every fault of ours, is 75."""
    code, said = receive(installed, raw, *arguments, **more)
    assert code == number
    assert said == f"{says}\n" if code in {65, 67} else says in said  # whose mail comes back reads it
    assert "Traceback" not in said
    assert installed.ask(STORED) == []
