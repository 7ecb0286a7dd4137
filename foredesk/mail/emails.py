"""How a mail is written: one template for eyes, one for plain text."""

import re
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

import css_inline
from django.conf import settings
from django.template.loader import render_to_string

from foredesk.people.queries import organisation_name

# Mail programs look at style attributes; the rules that only a style sheet can carry (dark, narrow) stay beside them.
_INLINER = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
WIDEST = 72  # characters of a line; one that begins a signature ends with a space
SIGNATURE = "-- "
_ADDRESS = re.compile(r"https?://\S+")
_GAP = re.compile(r"\n[ \t]*(?:\n[ \t]*)+\n")


def render_mail(template: str, context: Mapping[str, Any]) -> tuple[str, str]:
    """The plain text and the HTML of a mail. `template`: a name without its ending, "tickets/mail/reply".

    Both templates extend mail/frame (or are it) and find `base_url` and `organisation` in the context.
    Raises TemplateDoesNotExist.
    """
    values = {"base_url": settings.BASE_URL, "organisation": organisation_name(), **context}
    text = _GAP.sub("\n\n", render_to_string(f"{template}.txt", dict(values))).strip() + "\n"
    return text, _html(template, values)


def letter(subject: str, text: str) -> str:
    """The HTML for a mail that was written as plain text only, so that it looks like the others.

    The last address that stands by itself becomes its button.
    """
    values: dict[str, Any] = {"base_url": settings.BASE_URL, "organisation": organisation_name()}
    paragraphs = text.strip().split("\n\n")
    addresses = [number for number, words in enumerate(paragraphs) if _ADDRESS.fullmatch(words)]
    values |= {
        "subject": subject,
        "letter": text,
        "paragraphs": paragraphs,
        "button": addresses[-1] if addresses else None,
    }
    return _html("mail/letter", values)


def flowed(text: str) -> str:
    """Plain text in lines that any program shows well and those that know how make whole again (RFC 3676, 4)."""
    return "".join(f"{line}\n" for whole in text.splitlines() for line in _in_lines(whole))


def _in_lines(whole: str) -> Iterator[str]:
    if whole == SIGNATURE:
        yield whole
        return
    words = whole.rstrip().lstrip(">")
    marks = whole[: len(whole.rstrip()) - len(words)]
    words = words.removeprefix(" ") if marks else words
    parts = [words]
    if len(words) > WIDEST:
        parts = textwrap.wrap(words, WIDEST, break_long_words=False, break_on_hyphens=False)
    for number, part in enumerate(parts, 1):
        # A space stands before what would be taken for something else, and after what goes on.
        stuffed = part.startswith((" ", ">", "From ")) or (marks and part)
        yield f"{marks}{' ' if stuffed else ''}{part}{' ' if number < len(parts) else ''}"


def _html(template: str, values: Mapping[str, Any]) -> str:
    html = _INLINER.inline(render_to_string(f"{template}.html", dict(values)).strip())
    return str(html)
