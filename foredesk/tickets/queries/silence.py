"""Promised updates: which are due, how long IT has been silent, and how well they are kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet

from foredesk.calendars.queries import working_time_of
from foredesk.catalogue.queries import classes_hidden_from
from foredesk.kit import clock
from foredesk.people.enums import Role
from foredesk.people.models import Person
from foredesk.people.rules import is_agent

from ..enums import OPEN_STATES, Audience, PromiseOutcome, State
from ..models import PromisedUpdate, Span, Ticket
from ..rules import can_work_on
from ..rules.silence import GRACE
from .visibility import agents_serving, tickets_served_by, with_people

FEW = 5  # below so many promises no share is shown


def silent_since(ticket: Ticket) -> datetime:
    """IT's last word to the customer, or since when it owes one; for tickets older than this record, from messages."""
    if ticket.silent_since is not None:
        return ticket.silent_since
    said = ticket.messages.filter(by_it=True, at__lt=clock.now()).exclude(audience=Audience.IT).order_by("at").last()
    return said.at if said else ticket.created_at


def silence_between(ticket: Ticket, until: datetime) -> timedelta:
    """Working time without a word, from IT's last one to `until`; nothing when that came first."""
    return max(working_time_of(ticket.customer).between(silent_since(ticket), until), timedelta())


def longest_silence(ticket: Ticket) -> timedelta:
    """The longest working time without a word on a ticket so far, the present one too while a word is owed."""
    found = timedelta(seconds=_longest_past(ticket) or 0)
    return max(found, silence_between(ticket, clock.now())) if ticket.next_update_due is not None else found


def _longest_past(ticket: Ticket) -> int | None:
    found: int | None
    if hasattr(ticket, "longest_past_silence"):  # read together with the ticket (visibility.ticket_served)
        found = ticket.longest_past_silence
    else:
        found = ticket.promised_updates.aggregate(longest=Max("silence_seconds"))["longest"]
    return found


def who_answers_for(ticket: Ticket) -> list[Person]:
    """Who is told when an update lapses: the desk's leads who serve it, else who is responsible for its class.

    Where there is neither, whoever holds it.
    """
    leads = [person for person in agents_serving(ticket).filter(role=Role.LEAD) if can_work_on(person, ticket)]
    if leads:
        return leads
    others = [ticket.service_class.owner, ticket.assignee]
    return [person for person in others if person is not None and can_work_on(person, ticket)][:1]


def still_promised(person: Person, promises: Iterable[tuple[int, str]]) -> list[Ticket]:
    """Of tickets with the moment promised on each, those on which it still stands and that `person` works on."""
    moments = {number: datetime.fromisoformat(due) for number, due in promises}
    found = with_people(tickets_served_by(person).filter(pk__in=moments, state__in=OPEN_STATES))
    still = [one for one in found if one.next_update_due == moments[one.pk] and can_work_on(person, one)]
    return sorted(still, key=lambda one: (moments[one.pk], one.pk))


def to_nudge() -> QuerySet[Ticket]:
    """Open tickets whose holder is to be reminded by now that an update is due."""
    return with_people(Ticket.objects.filter(state__in=OPEN_STATES, nudge_at__lte=clock.now())).order_by("pk")


def lapses() -> QuerySet[Ticket]:
    """Open tickets whose promised update has passed and is not stored as missed, the longest passed first.

    Not those whose wait ends at the same time: the mail that tells of it is the word that was promised.
    """
    now = clock.now()
    known = PromisedUpdate.objects.filter(
        ticket=OuterRef("pk"), due=OuterRef("next_update_due"), outcome=PromiseOutcome.MISSED
    )
    wait_is_over = Span.objects.filter(
        ticket=OuterRef("pk"), state=State.WAITING, ended_at=None, until__lte=F("ticket__next_update_due")
    )
    past = Ticket.objects.filter(state__in=OPEN_STATES, next_update_due__lte=now - GRACE)
    return with_people(past.filter(~Exists(known), ~Exists(wait_is_over))).order_by("next_update_due", "pk")


@dataclass(frozen=True)
class KeptInMonth:
    """How well updates were kept on the requests of one class in one month."""

    name: str
    kept: int
    missed: int
    moved: int
    longest: timedelta  # working time without a word, of the ticket that waited longest

    @property
    def promised(self) -> int:
        return self.kept + self.missed

    @property
    def percent(self) -> int | None:
        """The share that was kept; None below `FEW` promises, where a share says nothing."""
        return round(100 * self.kept / self.promised) if self.promised >= FEW else None


def kept_in_month(person: Person, begin: datetime, end: datetime) -> list[KeptInMonth]:
    """By class in the order of their names, from the promises that ended from `begin` to before `end`.

    Of the tickets that `person` serves, by the class that each has now.
    """
    ended = PromisedUpdate.objects.filter(ended_at__gte=begin, ended_at__lt=end)
    if hidden := classes_hidden_from(person):
        ended = ended.exclude(ticket__service_class__in=hidden)
    if not is_agent(person):
        ended = ended.none()
    counted = (
        ended.order_by()
        .values("ticket__service_class__name")
        .annotate(
            kept=Count("pk", filter=Q(outcome=PromiseOutcome.KEPT)),
            missed=Count("pk", filter=Q(outcome=PromiseOutcome.MISSED)),
            moved=Count("pk", filter=Q(outcome=PromiseOutcome.MOVED)),
            longest=Max("silence_seconds"),
        )
        .order_by("ticket__service_class__name")
    )
    return [
        KeptInMonth(
            name=row["ticket__service_class__name"],
            kept=row["kept"],
            missed=row["missed"],
            moved=row["moved"],
            longest=timedelta(seconds=row["longest"]),
        )
        for row in counted
    ]


def together(rows: Sequence[KeptInMonth]) -> KeptInMonth | None:
    """All classes as one; None where there are none."""
    if not rows:
        return None
    return KeptInMonth(
        name="",
        kept=sum(row.kept for row in rows),
        missed=sum(row.missed for row in rows),
        moved=sum(row.moved for row in rows),
        longest=max(row.longest for row in rows),
    )
