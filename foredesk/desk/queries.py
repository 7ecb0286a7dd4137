"""What a page of the desk puts together from the rooms below."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from foredesk.activity.models import Event
from foredesk.activity.queries import read_events_about
from foredesk.calendars.queries import working_time_of
from foredesk.catalogue.models import CannedReply, Lane
from foredesk.catalogue.queries import canned_replies_for
from foredesk.catalogue.rules import fill_in
from foredesk.dispatch.queries import Work, effort_of
from foredesk.forecasts.queries import Promise, Timeline, outlook_of
from foredesk.intake.queries import Mails, ShownMail, hand_out_mails, mails_of
from foredesk.kit import clock
from foredesk.kit.built_once import BuiltOnce
from foredesk.mail.models import BadAddress, OutboxMessage
from foredesk.mail.queries import mails_about_open_to, troubles_with
from foredesk.people.models import Person
from foredesk.people.queries import active_people, find_people
from foredesk.shield.queries import waiting_for
from foredesk.tickets import queries as tickets
from foredesk.tickets.enums import Answer, CareStep, Kind, Prompt
from foredesk.tickets.models import (
    CareMoment,
    Draft,
    Follower,
    Interview,
    Message,
    Restatement,
    Solution,
    Span,
    Ticket,
    Visit,
)
from foredesk.tickets.rules import can_work_on, drafted_restatement
from foredesk.triage.queries import Shown, suggestion_for
from foredesk.ui.wording import held_up, when

from .rules import Doing, doings


def people_matching(words: str) -> list[Person]:
    """Who is meant by words typed without choosing from the list; nobody merely because a name looks alike."""
    terms = words.casefold().split()
    return [
        person
        for person in find_people(words)
        if all(term in f"{person.full_name} {person.email} {person.number} {person.phone}".casefold() for term in terms)
    ]


def people_on(lane: Lane) -> list[Person]:
    """Who works on a lane, by the teams it is given to; of each no more than the name is read."""
    return _ON_LANE(lane.pk)


_ON_LANE = BuiltOnce(lambda lane: active_people().filter(teams__lanes=lane).distinct().only("full_name"))


def counts_for(person: Person) -> tickets.DeskCounts:
    """What the navigation counts, read once for each `Person` in memory: once in a request, by its first entry."""
    known: tickets.DeskCounts | None = getattr(person, "_desk_counts", None)
    if known is None:
        known = person._desk_counts = tickets.desk_counts(person)  # type: ignore[attr-defined]
    return known


def mine_for(person: Person) -> int:
    """How many requests somebody holds that IT can act on, without what waits for the end of their focus."""
    waits = waiting_for(person)
    held = tickets.to_do_among(waits.tickets) if waits and waits.tickets else 0
    return max(0, counts_for(person).mine - held)


@dataclass(frozen=True)
class SteadyList:
    """A list as its reader left it: nothing moves under their hand, what is new is only announced."""

    rows: list[tickets.QueueRow]
    gone: frozenset[int]  # numbers still shown, though no longer in the list
    new: int
    moved: bool

    @property
    def is_stale(self) -> bool:
        return bool(self.gone or self.new or self.moved)


def steady(rows: Sequence[tickets.QueueRow], shown: Sequence[int], reader: Person) -> SteadyList:
    """`rows` in the order in which the reader has them before their eyes (`shown`, numbers from the top).

    The numbers come from outside: of those no longer in the list, `reader` is shown what they serve.
    """
    if not shown:
        return SteadyList(list(rows), frozenset(), 0, moved=False)
    now = {row.ticket.pk: row for row in rows}
    gone = [number for number in shown if number not in now]
    served = tickets.tickets_served_by(reader).filter(pk__in=gone).values_list("pk", flat=True)
    left = {row.ticket.pk: row for row in tickets.rows(list(served))} if gone else {}
    kept = [number for number in shown if number in now]
    return SteadyList(
        rows=[now.get(number) or left[number] for number in shown if number in now or number in left],
        gone=frozenset(left),
        new=len(now.keys() - set(shown)),
        moved=kept != [number for number in now if number in set(kept)],
    )


@dataclass(frozen=True)
class Words:
    """One answer of the interview, as the customer gave it."""

    prompt: Prompt
    label: str
    text: str


def words_of(interview: Interview | None) -> list[Words]:
    """What the customer said, prompt by prompt, without what was skipped."""
    if interview is None:
        return []
    labels = {
        Prompt.GOAL: _("Wanted to"),
        Prompt.HAPPENED: _("Instead"),
        Prompt.THEORY: _("Their theory"),
        Prompt.TRIED: _("Tried"),
        Prompt.IMPACT: _("Can’t until then"),
        Prompt.FIXED: _("Fixed is"),
    }
    said = [Words(prompt, label, getattr(interview, prompt.value)) for prompt, label in labels.items()]
    return [one for one in said if one.text]


@dataclass(frozen=True)
class Line:
    """One line of the conversation: an entry, or the customer's answer to one, where it fell in time."""

    kind: Literal["message", "restatement", "correction", "solution", "answer", "event", "mail"]
    at: datetime
    entry: tickets.Entry | None
    mail: ShownMail | None = None  # of a machine, or a plain answer: it stands beside what was said


def lines_of(entries: Sequence[tickets.Entry], beside: Sequence[ShownMail] = ()) -> list[Line]:
    """The conversation in the order of time; at one moment what happened, what was said, and what came of it."""
    lines = [Line(entry.kind, entry.at, entry) for entry in entries]
    lines += [Line("mail", one.mail.came_at, None, one) for one in beside]
    for entry in entries:
        if isinstance(entry.item, Restatement) and entry.item.is_right is False and entry.item.answered_at:
            lines.append(Line("correction", entry.item.answered_at, entry))
        elif isinstance(entry.item, Solution) and entry.item.answer and entry.item.answered_at:
            lines.append(Line("answer", entry.item.answered_at, entry))
    return sorted(lines, key=_order)


def _order(line: Line) -> tuple[datetime, int]:
    if line.entry is None or line.kind != "event":
        return line.at, 1
    outcome = isinstance(line.entry.item, Event) and line.entry.item.tag in {"ticket:closed", "ticket:reopened"}
    return line.at, 2 if outcome else 0


@dataclass(frozen=True)
class TicketPage:
    """Everything on the page of one ticket."""

    ticket: Ticket
    interview: Interview | None
    words: list[Words]
    lines: list[Line]
    record: list[tickets.Entry]
    span: Span | None
    clocks: tickets.Clocks
    past_time_box: bool
    target: timedelta
    promise: Promise | None
    timeline: Timeline | None
    care: list[tuple[CareStep, CareMoment | None]]
    restatement: Restatement | None
    understood: bool
    drafted: str
    followers: list[Follower]
    insiders: list[Person]  # who of IT sees a private ticket; of others empty
    earlier: list[Ticket]
    mails: list[OutboxMessage]
    came: Mails
    trouble: BadAddress | None  # with mail to the customer's address
    drafts: dict[str, Draft]
    canned: list[CannedReply]
    doings: list[Doing]
    may_work: bool
    last_seen: int
    belonging: tickets.Belonging
    split: frozenset[int]  # the messages that are in a request of their own too
    work: Work
    longest_silence: timedelta
    path: tickets.PathAhead | None
    suggestion: Shown | None

    @property
    def likely(self) -> list[Ticket]:
        """What the same customer has open beside this, and nobody has joined with it yet."""
        tied = {tie.ticket.pk for tie in self.belonging.ties}
        return [one for one in self.earlier if one.is_open and one.pk not in tied] if self.ticket.is_open else []

    @property
    def can_change(self) -> bool:
        """Facts are changed on open tickets, and not by the customer themselves."""
        return self.may_work and self.ticket.is_open

    @property
    def held_words(self) -> str:
        return held_up(self.ticket.severity, self.ticket.people_held_up)

    @property
    def overdue(self) -> bool:
        return tickets.is_late(self.ticket)

    @property
    def care_done(self) -> int:
        return sum(1 for _step, moment in self.care if moment)


def _conversation(ticket: Ticket, reader: Person, events: Sequence[Event], came: Mails) -> list[Line]:
    """What was said and done, with the mails that it came by and those that stand beside it."""
    if any(one.details.bounces for one in came.beside):  # these stand there themselves, and need not be told of too
        events = [event for event in events if event.tag != "ticket:mail:bounced"]
    said = tickets.conversation(ticket, reader, events)
    hand_out_mails((entry.item for entry in said if isinstance(entry.item, Message)), came)
    return lines_of(said, came.beside)


def ticket_page(ticket: Ticket, reader: Person) -> TicketPage:
    interview = getattr(ticket, "interview", None)
    tickets.read_ahead(ticket)
    everything = read_events_about(ticket)
    events = tickets.told_to(reader, everything)
    promise, timeline = outlook_of(ticket, reader)
    came = mails_of(ticket, reader)
    return TicketPage(
        ticket=ticket,
        interview=interview,
        words=words_of(interview),
        lines=_conversation(ticket, reader, events, came),
        record=tickets.activity(ticket, reader, events),
        span=tickets.present_span(ticket),
        clocks=tickets.clocks(ticket),
        past_time_box=tickets.past_time_box(ticket, events),
        target=working_time_of(ticket.customer).between(ticket.created_at, ticket.solution_target),
        promise=promise,
        timeline=timeline,
        care=tickets.care_steps(ticket),
        restatement=tickets.latest_restatement(ticket),
        understood=tickets.is_understood(ticket),
        drafted=drafted_restatement(interview) if interview else "",
        followers=list(ticket.followers.all()),
        insiders=list(tickets.agents_serving(ticket)) if ticket.service_class.is_private else [],
        earlier=tickets.earlier_requests(ticket, reader),
        mails=_mails(ticket, reader),
        came=came,
        trouble=_trouble(ticket, reader),
        drafts=tickets.drafts_of(ticket, reader),
        canned=canned_replies_for(reader, ticket.service_class),
        doings=doings(ticket, reader),
        may_work=can_work_on(reader, ticket),
        last_seen=tickets.last_said(ticket, everything),
        belonging=tickets.belonging(ticket, _served(reader)),
        split=_split(events),
        work=effort_of(ticket),
        longest_silence=tickets.longest_silence(ticket),
        path=tickets.path_ahead(ticket),
        suggestion=suggestion_for(ticket, reader) if _is_unsorted(ticket, reader) else None,
    )


def _served(reader: Person) -> QuerySet[Ticket]:
    return tickets.with_people(tickets.tickets_served_by(reader))


def _split(events: Sequence[Event]) -> frozenset[int]:
    return frozenset(message for event in events for message in event.data.get("messages", ()))


@dataclass(frozen=True)
class Said:
    """The conversation of a merged ticket, to be unfolded where it goes on."""

    interview: Interview | None
    lines: list[Line]
    came: Mails
    belonging: tickets.Belonging
    split: frozenset[int]


def what_was_said(ticket: Ticket, reader: Person) -> Said:
    events = tickets.events_for(ticket, reader)
    came = mails_of(ticket, reader)
    return Said(
        interview=Interview.objects.filter(ticket=ticket).first(),
        lines=_conversation(ticket, reader, events, came),
        came=came,
        belonging=tickets.belonging(ticket, _served(reader)),
        split=_split(events),
    )


def _mails(ticket: Ticket, reader: Person) -> list[OutboxMessage]:
    """The mails about a ticket; on their own request agents see those that went to themselves."""
    mails = mails_about_open_to(reader, f"ticket:{ticket.pk}")
    return mails if can_work_on(reader, ticket) else [mail for mail in mails if mail.to == reader.email]


def _trouble(ticket: Ticket, reader: Person) -> BadAddress | None:
    """What is known against the customer's address, for those who work for them."""
    is_known_good = not getattr(ticket, "customer_in_trouble", True)
    return None if is_known_good or not can_work_on(reader, ticket) else troubles_with(ticket.customer)


def _is_unsorted(ticket: Ticket, reader: Person) -> bool:
    """Whether what a ticket looks like is still news: once IT has answered, its kind has been looked at."""
    return ticket.is_open and ticket.first_reply_at is None and can_work_on(reader, ticket)


def tried_so_far(ticket: Ticket) -> str:
    """What a hand-off begins with: what the customer tried, what IT noted, and what was offered and did not help."""
    interview = Interview.objects.filter(ticket=ticket).first()
    lines = (
        [_("%(name)s tried: %(what)s") % {"name": ticket.customer.first_name, "what": interview.tried}]
        if (interview and interview.tried)
        else []
    )
    lines += ticket.messages.filter(kind=Kind.NOTE).values_list("body", flat=True)
    lines += [
        _("Offered, and it did not help: %(what)s") % {"what": one.text}
        for one in ticket.solutions.filter(answer__in=[Answer.PARTLY, Answer.NO])
    ]
    return "\n".join(f"- {' '.join(line.split())}" for line in lines)


def company(ticket: Ticket, person: Person) -> list[tuple[Visit, bool]]:
    """Who else has the ticket open, and whether they are writing."""
    return [(visit, tickets.is_writing(visit)) for visit in tickets.others_here(ticket, person)]


def canned_text(canned: CannedReply, ticket: Ticket, by: Person) -> str:
    """A canned reply with its variables filled for this ticket and this agent."""
    due = ticket.next_update_due
    return fill_in(
        canned.body,
        {
            "customer": ticket.customer.first_name,
            "agent": by.full_name,
            "number": ticket.pk,
            "subject": ticket.subject,
            "next_update": when(due) if due and due > clock.now() else _("the end of the day"),
        },
    )
