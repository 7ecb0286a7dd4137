"""Requests as another desk knew them: their history comes here whole, silently, and once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from django.db import transaction
from django.utils.translation import gettext as _

from foredesk.activity.actions import record_all
from foredesk.catalogue.models import Lane, ServiceClass
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.people.models import Person

from ..enums import Audience, Channel, CloseReason, Holder, Kind, Severity, State
from ..models import Interview, Message, Solution, Span, Ticket
from ..rules import subject_of
from .states import first_word, targets

# Words beyond this make a page that no browser likes; a mail thread of a year has less.
LONGEST_WORDS = 200_000
LONGEST_ID = 120
LONGEST_SUBJECT = 120


@dataclass(frozen=True, kw_only=True)
class PastTicket:
    """One request of another desk. `closed_at` says whether it was closed; `state` what it is while it is not.

    `speaker` stands for whoever of IT spoke there. `notes` are for IT alone.
    """

    source_id: str
    customer: Person
    speaker: Person
    created_at: datetime
    closed_at: datetime | None = None
    state: State = State.ASKED
    subject: str = ""
    words: str = ""
    conversation: str = ""
    solution: str = ""
    notes: Sequence[str] = field(default_factory=tuple)
    service_class: ServiceClass
    lane: Lane
    assignee: Person | None = None
    severity: Severity = Severity.SLOWED


def ids_here(source: str, source_ids: Iterable[str]) -> dict[str, int]:
    """The numbers that requests of another desk have here, by the ones they had there."""
    found = Ticket.objects.filter(source=source, source_id__in=set(source_ids))
    return dict(found.values_list("source_id", "pk"))


def check_past(past: PastTicket) -> None:
    """Raises Refused with the reason why a request cannot come here."""
    if not past.source_id or len(past.source_id) > LONGEST_ID:
        raise Refused(_("Its number there has 1 to %(most)d characters.") % {"most": LONGEST_ID})
    if past.closed_at is not None and past.closed_at < past.created_at:
        raise Refused(_("It was closed before it was asked."))
    if max(map(len, (past.words, past.conversation, past.solution, *past.notes))) > LONGEST_WORDS:
        raise Refused(
            _("Its words have more than %(most)d characters. Keep the long part as a file.") % {"most": LONGEST_WORDS}
        )


@transaction.atomic
def import_tickets(*, by: Person | None, source: str, tickets: Sequence[PastTicket]) -> list[Ticket]:
    """Bring requests of another desk here, all or none, with everything that was said; nobody gets mail.

    Closed ones count as they were there. Open ones get their promises from now on, by their class. Those of `source`
    that are here already are left as they are, whatever the other desk says of them by now.

    Raises Refused for one that cannot come here, ValueError where `source` has no name.
    """
    if not source:
        raise ValueError("A source needs a name: without it a second run could not know what is here.")
    here = ids_here(source, (past.source_id for past in tickets))
    new = {past.source_id: past for past in tickets if past.source_id not in here}
    for past in new.values():
        check_past(past)
    made = Ticket.objects.bulk_create([_ticket(source, past) for past in new.values()])
    pairs = list(zip(made, new.values(), strict=True))
    Interview.objects.bulk_create([_interview(ticket, past) for ticket, past in pairs])
    Message.objects.bulk_create([message for ticket, past in pairs for message in _messages(ticket, past)])
    Solution.objects.bulk_create([_solution(ticket, past) for ticket, past in pairs if past.solution])
    Span.objects.bulk_create([span for ticket, past in pairs for span in _spans(ticket, past)])
    record_all(
        by=by,
        tag="ticket:imported",
        about=[(ticket, {"source": source, "source_id": ticket.source_id}) for ticket in made],
    )
    return made


def _ticket(source: str, past: PastTicket) -> Ticket:
    # What is still open was promised by others; what we promise begins today.
    promised = targets(past.customer, past.service_class, past.created_at if past.closed_at else clock.now())
    return Ticket(
        subject=_subject(past),
        customer=past.customer,
        opened_by=past.customer,
        channel=Channel.IMPORT,
        created_at=past.created_at,
        service_class=past.service_class,
        size=past.service_class.usual_size,
        lane=past.lane,
        severity=past.severity,
        state=State.CLOSED if past.closed_at else past.state,
        assignee=past.assignee,
        closed_at=past.closed_at,
        close_reason=CloseReason.IMPORTED if past.closed_at else "",
        source=source,
        source_id=past.source_id,
        **promised,
        **({} if past.closed_at else first_word(past.customer, promised)),
    )


def _subject(past: PastTicket) -> str:
    line = " ".join(past.subject.split()) or subject_of(past.words or past.conversation)
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1].rstrip() + "…"


def _interview(ticket: Ticket, past: PastTicket) -> Interview:
    """The customer's words stand where the words of every request stand."""
    return Interview(
        person=past.customer,
        customer=past.customer,
        started_at=past.created_at,
        saved_at=past.created_at,
        ticket=ticket,
        service_class=past.service_class,
        goal=past.words,
    )


def _messages(ticket: Ticket, past: PastTicket) -> list[Message]:
    # One moment apart, so that they keep their order; the other desk's own moments are not known.
    end = past.closed_at or past.created_at
    steps = (end + timedelta(microseconds=n) for n in count())
    found = []
    if past.conversation:
        found.append(Message(ticket=ticket, author=past.speaker, by_it=True, body=past.conversation, at=next(steps)))
    found += [
        Message(
            ticket=ticket,
            author=past.speaker,
            by_it=True,
            kind=Kind.NOTE,
            audience=Audience.IT,
            body=words,
            at=next(steps),
        )
        for words in past.notes
    ]
    return found


def _solution(ticket: Ticket, past: PastTicket) -> Solution:
    """How it was solved, never asked about: nobody said here whether it was."""
    at = past.closed_at or past.created_at
    return Solution(
        ticket=ticket, by=past.assignee or past.speaker, text=past.solution, at=at, remind_at=at, close_at=at
    )


def _spans(ticket: Ticket, past: PastTicket) -> list[Span]:
    if past.closed_at is None:
        if past.state == State.WAITING:
            # For what, only people remember. It has no end: the first word that is due brings it back to mind.
            reason = _("as it did at the desk you had before")
            return [
                Span(
                    ticket=ticket, state=State.WAITING, holder=Holder.SUPPLIER, reason=reason, began_at=past.created_at
                )
            ]
        return [Span(ticket=ticket, state=past.state, began_at=past.created_at)]
    return [
        Span(ticket=ticket, state=State.WORKING, began_at=past.created_at, ended_at=past.closed_at),
        Span(ticket=ticket, state=State.CLOSED, holder=Holder.CUSTOMER, began_at=past.closed_at),
    ]
