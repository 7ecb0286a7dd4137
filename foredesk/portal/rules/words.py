"""What the customer's pages say, worked out without a database."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foredesk.tickets.enums import PerceivedSize, Prompt, Severity
from foredesk.tickets.models import Interview

# What a page of the interview can hold; the answers are kept under these names.
FIELDS_OF: dict[Prompt, tuple[str, ...]] = {
    Prompt.GOAL: ("goal", "perceived_size"),
    Prompt.HAPPENED: ("happened",),
    Prompt.THEORY: ("theory",),
    Prompt.TRIED: ("tried",),
    Prompt.IMPACT: ("severity", "impact", "needed_by", "people_held_up"),
    Prompt.FIXED: ("fixed",),
}


@dataclass(frozen=True)
class Understood:
    """One line of “What we have understood”."""

    prompt: Prompt
    label: str
    words: str


def greeting(at: datetime) -> str:
    """How one greets at this local time."""
    if 5 <= at.hour < 12:
        return _("Good morning")
    if 12 <= at.hour < 18:
        return _("Good afternoon")
    return _("Good evening") if at.hour >= 18 else _("Hello")


def understood(interview: Interview) -> list[Understood]:
    """What the customer has told so far, in their own words, in the order of the questions."""
    labels = {
        Prompt.GOAL: _("You were trying to get this done"),
        Prompt.HAPPENED: _("What happened"),
        Prompt.THEORY: _("What you think"),
        Prompt.TRIED: _("What you tried"),
        Prompt.IMPACT: _("What hangs on it"),
        Prompt.FIXED: _("Solved would be"),
    }
    said = {
        Prompt.GOAL: _lines(interview.goal, _size(interview)),
        Prompt.HAPPENED: interview.happened,
        Prompt.THEORY: interview.theory,
        Prompt.TRIED: interview.tried,
        Prompt.IMPACT: _lines(_held_up(interview), interview.impact, _needed_by(interview)),
        Prompt.FIXED: interview.fixed,
    }
    return [Understood(prompt, labels[prompt], words) for prompt, words in said.items() if words]


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def _size(interview: Interview) -> str:
    if interview.perceived_size in {"", PerceivedSize.UNKNOWN}:
        return ""
    return _("You think it takes: %(size)s") % {"size": PerceivedSize(interview.perceived_size).label}


def _needed_by(interview: Interview) -> str:
    return _("Needed by: %(when)s") % {"when": interview.needed_by} if interview.needed_by else ""


def _held_up(interview: Interview) -> str:
    people = interview.people_held_up or 1
    if not interview.severity:
        return ngettext("%(people)d person", "%(people)d people", people) % {"people": people} if people > 1 else ""
    if people == 1:
        return {
            Severity.STOPPED: _("Your work stands still"),
            Severity.SLOWED: _("It slows you down"),
            Severity.ANNOYED: _("It is annoying, but you can work"),
        }[Severity(interview.severity)]
    return {
        Severity.STOPPED: _("%(people)d people cannot work"),
        Severity.SLOWED: _("%(people)d people are slowed down"),
        Severity.ANNOYED: _("%(people)d people are annoyed, but can work"),
    }[Severity(interview.severity)] % {"people": people}
