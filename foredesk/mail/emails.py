"""How a mail is written: one template for eyes, one for plain text."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from foredesk.people.queries import organisation_name

from .enums import AFTERWARDS, DIGEST
from .models import OutboxMessage

# Between these stands what a mail has to say (mail/frame.html).
PAPER_BEGINS, PAPER_ENDS = "<!--paper-->", "<!--/paper-->"
# Mail programs look at style attributes; the rules that only a style sheet can carry (dark, narrow) stay beside them.
_INLINER = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
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
    """The HTML for a mail that was written as plain text only, so that it looks like the others."""
    values = {"base_url": settings.BASE_URL, "organisation": organisation_name()}
    return _html("mail/letter", {**values, "subject": subject, "letter": text})


def together(bundle: OutboxMessage, parts: Sequence[OutboxMessage]) -> tuple[str, str]:
    """The plain text and the HTML of one mail that holds several, in the order of things and of time."""
    things: dict[str, list[Any]] = {}
    for part in parts:
        things.setdefault(part.about or f"mail:{part.pk}", []).append(part)
    sections = [
        {
            "number": of_thing[0].ticket_number if len(things) > 1 else None,
            "parts": [{"subject": one.subject, "text": _words_of(one), "html": _paper_of(one)} for one in of_thing],
        }
        for of_thing in things.values()
    ]
    kind = {DIGEST: "digest", AFTERWARDS: "afterwards"}.get(bundle.kind, "")
    return render_mail("mail/together", {"subject": bundle.subject, "sections": sections, "kind": kind})


def _words_of(mail: OutboxMessage) -> str:
    """What a mail says, without what stands at the foot of each."""
    words, foot, _ = mail.text.rpartition("\n-- \n")
    return words.strip() if foot else mail.text.strip()


def _paper_of(mail: OutboxMessage) -> str:
    """What stands on the paper of a mail in HTML, its own styles with it; "" if it does not look like ours."""
    _before, begins, rest = mail.html.partition(PAPER_BEGINS)
    paper, ends, _after = rest.rpartition(PAPER_ENDS)
    return mark_safe(paper.replace("<h1", "<h2").replace("</h1>", "</h2>")) if begins and ends else ""


def _html(template: str, values: Mapping[str, Any]) -> str:
    html = _INLINER.inline(render_to_string(f"{template}.html", dict(values)).strip())
    return str(html)
