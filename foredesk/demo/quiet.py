"""The shield at Ashgrove College: quiet that was planned, kept and broken, and a roster for the weeks to come."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial

from foredesk.kit import clock
from foredesk.kit.working_time import WorkingTime
from foredesk.shield import actions as shield
from foredesk.shield.models import Shift
from foredesk.shield.queries import roster_zone
from foredesk.tickets.enums import State
from foredesk.tickets.models import Ticket

from .organisation import College

Deed = Callable[[], None]


@dataclass(frozen=True, kw_only=True)
class Quiet:
    """A focus block that began on a morning so many days ago (or the next working day), in minutes."""

    days: int
    agent: str
    minutes: int
    shield: str
    ended_after: int = 0
    emergency_after: int = 0


PAST = (
    Quiet(days=17, agent="Mirela", minutes=90, shield="Ruth"),
    Quiet(days=14, agent="Owen", minutes=50, shield="Tomás"),
    Quiet(days=12, agent="Sanjay", minutes=90, shield="Kofi", emergency_after=62),
    Quiet(days=9, agent="Ada", minutes=120, shield="Lotte"),
    Quiet(days=8, agent="Mirela", minutes=90, shield="Ruth", ended_after=70),
    Quiet(days=6, agent="Owen", minutes=90, shield="Tomás"),
    Quiet(days=4, agent="Ada", minutes=50, shield="Kofi", emergency_after=35),
    Quiet(days=2, agent="Sanjay", minutes=120, shield="Lotte"),
)
EMERGENCIES = (
    shield.Emergency(cause="Many people cannot work", reason="The whole library is without its network"),
    shield.Emergency(
        cause="A lesson, exam or hearing cannot begin within the hour",
        reason="The exam server answers nobody, and 60 people wait before the hall",
    ),
)
# Who holds the rapid desk: mornings and afternoons, Monday first. On Wednesday afternoons nobody does, for all to see.
WEEK = (("Ruth", "Tomás"), ("Kofi", "Lotte"), ("Tomás", ""), ("Lotte", "Ruth"), ("Tomás", "Kofi"))
BEGINS = time(9, 20)
MORNING, NOON, EVENING = time(8), time(12, 30), time(17)


def past(college: College, now: datetime, hours: WorkingTime) -> Iterator[tuple[datetime, Deed]]:
    """What happened, and when."""
    emergencies = iter(EMERGENCIES)
    for quiet in PAST:
        day = now.astimezone(hours.zone).date() - timedelta(days=quiet.days)
        begin = hours.next_opening(datetime.combine(day, BEGINS, tzinfo=hours.zone))
        yield begin, partial(_begin, college, quiet)
        if quiet.emergency_after:
            pierced = begin + timedelta(minutes=quiet.emergency_after)
            yield pierced, partial(_pierce, college, quiet, next(emergencies))
        if quiet.ended_after:
            yield begin + timedelta(minutes=quiet.ended_after), partial(_end, college, quiet)
        yield begin + timedelta(minutes=quiet.minutes + 1), shield.keep_time


def _begin(college: College, quiet: Quiet) -> None:
    until = clock.now() + timedelta(minutes=quiet.minutes)
    shield.start_focus(by=college.agent(quiet.agent), until=until, shield=college.agent(quiet.shield))


def _pierce(college: College, quiet: Quiet, emergency: shield.Emergency) -> None:
    somebody, by = college.agent(quiet.agent), college.agent(quiet.shield)
    open_to_all = Ticket.objects.exclude(state=State.CLOSED).exclude(service_class__is_private=True)
    ticket = open_to_all.exclude(customer__in=[somebody, by]).order_by("-pk").first()
    if ticket is not None:
        words = f"@{somebody.first_name} can you look at once? I stay on the phone with them."
        shield.add_note(by=by, ticket=ticket, body=words, mentions=[somebody], emergency=emergency)


def _end(college: College, quiet: Quiet) -> None:
    person = college.agent(quiet.agent)
    block = person.focus_blocks.filter(over_at=None).first()
    if block is not None:
        shield.end_focus(by=person, block=block)


def make_roster(college: College) -> None:
    lead = college.agent("Ines")
    for weekday, names in enumerate(WEEK):
        for name, begins, ends in zip(names, (MORNING, NOON), (NOON, EVENING), strict=True):
            if name:
                shield.add_slot(by=lead, weekday=weekday, begins=begins, ends=ends, person=college.agent(name))


def present(college: College, next_morning: datetime) -> None:
    """Mirela is in focus and Sanjay plans to be; a swap is asked for, and Kofi will be away."""
    ruth, tomas, kofi = (college.agent(name) for name in ("Ruth", "Tomás", "Kofi"))
    ahead = Shift.objects.filter(begins_at__gt=clock.now() + timedelta(days=2)).order_by("begins_at")
    given, taken = ahead.filter(person=ruth).first(), ahead.filter(person=tomas).first()
    if given is not None:
        shield.ask_to_swap(by=ruth, shift=given, of=tomas, in_return=taken)
    away = clock.now().astimezone(roster_zone()).date() + timedelta(days=8)
    shield.add_absence(by=kofi, person=kofi, first=away, last=away + timedelta(days=1))
    shield.start_focus(by=college.agent("Mirela"), until=clock.now() + timedelta(minutes=90), shield=ruth)
    begins = next_morning + timedelta(hours=1)
    shield.plan_focus(by=college.agent("Sanjay"), begins_at=begins, ends_at=begins + timedelta(minutes=90), shield=ruth)
