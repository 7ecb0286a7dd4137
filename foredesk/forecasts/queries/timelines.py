"""Timelines of significant requests, and the pace that their dates come from."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foredesk.calendars.queries import working_time_at
from foredesk.kit import clock
from foredesk.kit.built_once import BuiltOnce
from foredesk.tickets.enums import OPEN_STATES, CloseReason, State
from foredesk.tickets.models import Ticket
from foredesk.ui.wording import day

from ..models import Milestone
from ..rules.intervals import MEMORY_DAYS
from ..rules.timelines import working_days

_MILESTONES = BuiltOnce(lambda ticket: Milestone.objects.filter(ticket=ticket).select_related("owner"))


@dataclass(frozen=True)
class Step:
    """A milestone as its readers see it."""

    milestone: Milestone
    is_next: bool

    @property
    def state(self) -> str:
        return "done" if self.milestone.done_at else "now" if self.is_next else "ahead"

    @property
    def date_words(self) -> str:
        """“85 of 100: by Thursday 14 May”, or that there is no forecast."""
        one = self.milestone
        if one.done_at:
            return _("done on %(day)s") % {"day": day(localtime(one.done_at).date())}
        if one.promised_on is None:
            return _("no forecast yet")
        return _("85 %%: by %(day)s") % {"day": date_words(one.promised_on)}

    @property
    def planned_words(self) -> str:
        one = self.milestone
        return _("planned for %(day)s") % {"day": day(one.planned_on)} if one.planned_on and not one.done_at else ""

    @property
    def before_words(self) -> str:
        """What was promised first, where it is another date now."""
        one = self.milestone
        if one.first_promised_on is None or one.first_promised_on == one.promised_on or one.done_at:
            return ""
        return _("First promised by %(day)s.") % {"day": day(one.first_promised_on)}


@dataclass(frozen=True)
class Timeline:
    steps: list[Step]

    @property
    def done(self) -> int:
        return sum(1 for step in self.steps if step.milestone.done_at)

    @property
    def source(self) -> str:
        """Where the dates come from."""
        cases = max((step.milestone.cases for step in self.steps if not step.milestone.done_at), default=0)
        if not cases:
            return _("Dates are forecast once its lane has finished 20 things within 90 days.")
        return ngettext(
            "By these dates 85 of 100 tries were done that replay the lane’s own pace: %(cases)d thing finished in the "
            "last %(days)d days.",
            "By these dates 85 of 100 tries were done that replay the lane’s own pace: %(cases)d things finished in "
            "the last %(days)d days.",
            cases,
        ) % {"cases": cases, "days": MEMORY_DAYS}


def date_words(on: date) -> str:
    """A date with its weekday: “Thursday 14 May”."""
    return date_format(on, "l j F")


def timeline_of(ticket: Ticket) -> Timeline | None:
    """The milestones of a request in their order; None where it has none. One query."""
    found = _MILESTONES(ticket.pk)
    if not found:
        return None
    following = next((one.pk for one in found if one.done_at is None), None)
    return Timeline([Step(one, one.pk == following) for one in found])


def milestones_of(ticket: Ticket) -> QuerySet[Milestone]:
    return Milestone.objects.filter(ticket=ticket).select_related("owner")


@dataclass(frozen=True)
class Pace:
    """What a lane finished on each working day of the last 90 days, and how many requests it has in hand."""

    finished: list[int]
    in_hand: int

    @property
    def cases(self) -> int:
        return sum(self.finished)


def pace_of(lane: int, now: datetime | None = None) -> Pace:
    """What is finished on a day off counts for the working day before it. Four queries."""
    now = now or clock.now()
    since = now - timedelta(days=MEMORY_DAYS)
    time = working_time_at(None)
    today = now.astimezone(time.zone).date()
    days = working_days(today - timedelta(days=MEMORY_DAYS), today - timedelta(days=1), time)
    solved = Ticket.objects.filter(
        lane=lane,
        state=State.CLOSED,
        closed_at__gte=since,
        closed_at__lt=now,
        close_reason__in=[CloseReason.CONFIRMED, CloseReason.SILENT],
    )
    steps = Milestone.objects.filter(ticket__lane=lane, done_at__gte=since, done_at__lt=now)
    moments = [
        *solved.order_by().values_list("closed_at", flat=True),
        *steps.order_by().values_list("done_at", flat=True),
    ]
    working = Ticket.objects.filter(lane=lane, state=State.WORKING).count()
    return Pace(_by_day(days, (one.astimezone(time.zone).date() for one in moments if one)), max(working, 1))


def _by_day(days: list[date], finished: Iterable[date]) -> list[int]:
    counted = Counter[int]()
    for one in finished:
        counted[max(bisect_right(days, one) - 1, 0)] += 1
    # A desk that is younger than 90 days has the pace of its own days.
    return [counted[place] for place in range(min(counted, default=0), len(days))]


def tickets_with_steps_ahead() -> QuerySet[Ticket]:
    """Open requests of which a step is still to be done."""
    return (
        Ticket.objects.filter(milestones__done_at=None, milestones__isnull=False, state__in=OPEN_STATES)
        .distinct()
        .order_by("pk")
    )
