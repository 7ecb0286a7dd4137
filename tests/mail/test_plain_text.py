"""Plain text as it goes out: in short lines, which programs that know how make whole again (RFC 3676)."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foredesk.kit.html import plain_text
from foredesk.mail import actions
from foredesk.mail.effects import deliver
from foredesk.mail.emails import WIDEST, flowed
from foredesk.people.models import Person

WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs")), min_size=1, max_size=30
)
LINES = st.builds(lambda marks, words: marks + " ".join(words), st.sampled_from(["", "> ", ">> "]), st.lists(WORDS))


def made_whole(text: str) -> list[str]:
    """The paragraphs that a program reads from flowed lines, as RFC 3676, 4.1 to 4.5, says."""
    whole: list[tuple[str, str]] = []
    goes_on = False
    for line in text.splitlines():
        depth = re.match(">*", line)[0]  # type: ignore[index]
        words = line[len(depth) :].removeprefix(" ")
        if goes_on and whole[-1][0] == depth:
            whole[-1] = (depth, whole[-1][1] + words)
        else:
            whole.append((depth, words))
        goes_on = words.endswith(" ") and words != "-- "
    return [f"{depth} {words}" if depth and words else f"{depth}{words}" for depth, words in whole]


@given(st.lists(LINES, min_size=1, max_size=8))
def test_lines_are_short_and_nothing_is_lost(lines: list[str]) -> None:
    sent = flowed("\n".join(lines) + "\n")
    marks = re.compile("(>*) ?(.*?) ?$")
    wanted = [marks.fullmatch(line.rstrip()).groups() for line in lines]  # type: ignore[union-attr]
    found = [marks.fullmatch(line).groups() for line in made_whole(sent)]  # type: ignore[union-attr]
    assert found == wanted
    for line in sent.splitlines():
        assert len(line) <= WIDEST + 5 or " " not in line.strip("> ")


def test_what_looks_like_something_else_is_told_apart() -> None:
    assert flowed("From here on\n> said\n-- \nfoot\n") == " From here on\n> said\n-- \nfoot\n"


def test_a_mail_says_that_it_flows(sink: Any, person: Callable[..., Person]) -> None:
    words = "It takes a while, " * 12
    address = "https://desk.example/answer/" + "k" * 120 + "/"
    message = actions.post(to=person(), kind="reply", key="x", subject="x", text=f"{words}\n\nHere:\n{address}\n")
    deliver.call(message.pk)
    part = sink.mails[0].get_body(("plain",)) or sink.mails[0]
    assert part.get_param("format") == "flowed"
    lines = part.get_content().splitlines()
    assert address in lines
    assert max(len(line) for line in lines if line != address) <= WIDEST + 1
    assert lines[0].endswith(" ")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("See [the page](https://a.example/b?c=1&d=2).", "See the page <https://a.example/b?c=1&d=2>."),
        ("See https://a.example/b.", "See https://a.example/b."),
        ("Write to <desk@a.example>", "Write to desk@a.example"),
        ("First:\n\n1. off\n2. on\n\nThen wait.", "First:\n\n1. off\n2. on\n\nThen wait."),
        ("3. off\n4. **on**", "3. off\n4. on"),
    ],
)
def test_no_markup_is_left_and_no_address_is_lost(written: str, told: str) -> None:
    assert plain_text(written, with_links=True) == told
