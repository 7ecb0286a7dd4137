"""How one mail is written that holds several: by thing, and of each piece of news what it says, without its frame."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from lxml import html as markup

from foredesk.people.queries import zone_for

from . import rules
from .emails import render_mail
from .enums import TOGETHER
from .models import OutboxMessage

# The last news of such a kind about a thing tells what those before it told.
TOLD_BY_THE_LAST = frozenset({"promised"})
# Between these stands what a mail has to say (mail/frame.html).
PAPER_BEGINS, PAPER_ENDS = "<!--paper-->", "<!--/paper-->"


@dataclass(frozen=True)
class Piece:
    """One piece of news: what happened, when, in which words, and where it can be answered."""

    heading: str
    at: str
    words: SafeString
    text: str
    links: list[dict[str, str]]  # label and url, those of its buttons

    @property
    def url(self) -> str:
        return self.links[0]["url"].partition("?answer=")[0] if self.links else ""


@dataclass(frozen=True)
class Section:
    """What there is about one thing. `thing`: None where it has no name, or the whole mail has that."""

    thing: rules.Thing | None
    pieces: list[Piece]


def written(mail: OutboxMessage) -> tuple[str, str]:
    """The plain text and the HTML of a mail as it was sent; "" where its words were let go."""
    parts = list(mail.parts.exclude(text="").order_by("pk")) if mail.is_bundle else []
    return together(mail, parts) if parts else (mail.text, mail.html)


def together(bundle: OutboxMessage, parts: Sequence[OutboxMessage]) -> tuple[str, str]:
    """The plain text and the HTML of one mail that holds several, in the order of things and of time."""
    things: dict[str, list[OutboxMessage]] = {}
    for part in parts:
        things.setdefault(part.about or f"mail:{part.pk}", []).append(part)
    reader = bundle.person
    named = rules.things_named(reader, list(things)) if reader else {}
    alone = next(iter(named.values()), None) if bundle.kind == TOGETHER and len(things) == 1 else None
    with timezone.override(zone_for(reader) if reader else None):
        sections = [
            Section(
                None if alone else named.get(about),
                [
                    _piece(one, bundle.queued_at, named.get(about), is_last=one is of_thing[-1])
                    for one in _to_tell(of_thing)
                ],
            )
            for about, of_thing in things.items()
        ]
    context = {
        "subject": bundle.subject,
        "heading": alone.title if alone else bundle.subject,
        "alone": alone,
        "sections": sections,
        "kind": bundle.kind,
        "answered": [thing for thing in named.values() if thing.may_answer],
        "is_about_one": bool(bundle.about),
    }
    return render_mail("mail/together", context)


def _to_tell(of_thing: Sequence[OutboxMessage]) -> list[OutboxMessage]:
    last = {one.kind: one for one in of_thing}
    return [one for one in of_thing if one.kind not in TOLD_BY_THE_LAST or one is last[one.kind]]


def _piece(mail: OutboxMessage, told_at: datetime, thing: rules.Thing | None, *, is_last: bool) -> Piece:
    """A mail without its frame and its buttons; what comes next is said by the last one about a thing."""
    _before, begins, rest = mail.html.partition(PAPER_BEGINS)
    paper, ends, _after = rest.rpartition(PAPER_ENDS)
    if not begins or not ends:  # it does not look like ours
        words = linebreaks(mail.text.strip(), autoescape=True)
        return Piece(mail.subject, _hour(mail.queued_at, told_at), mark_safe(words), mail.text.strip(), [])
    sheet = markup.fragment_fromstring(paper, create_parent="div")
    heading = " ".join(title.text_content() for title in _taken(sheet, ".//h1")).strip()
    links = [
        {"label": " ".join(link.text_content().split()), "url": link.get("href", "")}
        for row in _taken(sheet, ".//table[contains(@class, 'button-row')]")
        for link in row.iter("a")
    ]
    left_out = [one.text_content() for one in _taken(sheet, ".//p[contains(@class, 'kicker')]")]
    if not is_last:
        left_out += [one.text_content() for one in _taken(sheet, ".//p[contains(@class, 'next')]")]
    for element in list(sheet.iter()):
        if isinstance(element.tag, str):
            element.attrib.pop("style", None)  # written for a sheet of its own; this one has its rules
        else:
            element.drop_tree()
    words = "".join(markup.tostring(child, encoding="unicode") for child in sheet)
    if thing and len(links) == 1 and links[0]["url"].partition("#")[0] == thing.url:
        left_out.append("{label}: {url}".format(**links[0]))  # the whole section leads there
    text = _text(mail.text, heading, left_out)
    return Piece(heading, _hour(mail.queued_at, told_at), mark_safe(words), text, links)


def _taken(sheet: markup.HtmlElement, path: str) -> list[markup.HtmlElement]:
    """What is found at `path`, taken out of the sheet."""
    found: list[markup.HtmlElement] = sheet.xpath(path)
    for element in found:
        element.drop_tree()
    return found


def _text(text: str, heading: str, left_out: Sequence[str]) -> str:
    """The plain text without its heading, its foot, and the paragraphs in `left_out`."""
    words, foot, _after = text.rpartition("\n-- \n")
    gone = {" ".join(one.split()) for one in left_out}
    paragraphs = (words if foot else text).removeprefix(heading).strip().split("\n\n")
    return "\n\n".join(one for one in paragraphs if " ".join(one.split()) not in gone)


def _hour(moment: datetime, told_at: datetime) -> str:
    """The hour alone on the same day, else with its date."""
    local = localtime(moment)
    form = "G:i" if local.date() == localtime(told_at).date() else "j F, G:i"
    return date_format(local, form)
