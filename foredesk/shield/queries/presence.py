"""Who of some people would not answer now, for those who plan whom to ask."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from foredesk.kit import clock
from foredesk.people.models import Person
from foredesk.people.rules import is_undisturbed
from foredesk.ui.wording import day, when

from ..models import Absence
from .roster import roster_zone


def presence_of(people: Collection[Person]) -> dict[int, str]:
    """Of those who are away today or in focus now what to say of them, by key; being away counts before focus."""
    focus = {one.pk: _("in focus until %(when)s") % {"when": when(one.undisturbed_until)} for one in people if (
        one.undisturbed_until and is_undisturbed(one)
    )}  # fmt: skip
    today = clock.now().astimezone(roster_zone()).date()
    away = Absence.objects.filter(person__in=people, first__lte=today, last__gte=today)
    return focus | {one.person_id: _("away until %(day)s") % {"day": day(one.last)} for one in away}
