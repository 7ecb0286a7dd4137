"""Roster and focus in words."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from foredesk.people.models import Person
from foredesk.ui.wording import formatted, when

from ..models import Definition, FocusBlock


def default_definition() -> Definition:
    """The words with which an organisation begins."""
    return Definition(
        words=_(
            "An emergency cannot wait until the focus ends, and nobody who is free can help: somebody would come to "
            "harm, or many people would lose their time. Everything else waits, or goes to the shield."
        ),
        causes="\n".join(
            [
                _("Many people cannot work"),
                _("Data is being lost, or seen by the wrong people"),
                _("Somebody’s safety is at risk"),
                _("A lesson, exam or hearing cannot begin within the hour"),
            ]
        ),
    )


def clock_of(moment: datetime) -> str:
    """A moment of today as “11:30”, in the reader's zone; of another day with the day."""
    return when(moment).removeprefix(_("today %(hour)s") % {"hour": ""})


def span_words(begins: datetime, ends: datetime) -> str:
    """“Wed 25 November 13:00–17:00”."""
    first, last = timezone.localtime(begins), timezone.localtime(ends)
    return f"{date_format(first, 'D j F')} {formatted(first, 'G:i')}–{formatted(last, 'G:i')}"


def names_of(people: Sequence[Person]) -> str:
    return get_text_list([person.first_name for person in people], _("and"))


def told_before(block: FocusBlock, shield: Sequence[Person]) -> str:
    """What whoever wants something of somebody in focus is told first."""
    words = {"name": block.person.first_name, "until": clock_of(block.ends_at), "shield": names_of(shield)}
    if shield:
        return _("%(name)s is in focus until %(until)s; %(shield)s is the shield. %(name)s will see this then.") % words
    return _("%(name)s is in focus until %(until)s, and will see this then.") % words


def pierce_words(by: Person, cause: str, reason: str) -> str:
    """The reason on top of a notice that pierces."""
    return _("%(name)s says that this is an emergency (%(cause)s): %(reason)s") % {
        "name": by.full_name,
        "cause": cause,
        "reason": reason if reason.endswith((".", "!", "?")) else f"{reason}.",
    }
