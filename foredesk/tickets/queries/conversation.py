"""Everything said and done on one ticket, as far as the reader may read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from foredesk.activity.models import Event
from foredesk.activity.queries import events_about, read_events_about
from foredesk.attachments.models import Attachment
from foredesk.catalogue.queries import classes_hidden_from
from foredesk.kit import clock
from foredesk.kit.built_once import BuiltOnce, hand_out
from foredesk.people.models import Person

from ..enums import Audience, CloseReason, Kind, Prompt, State
from ..models import CareMoment, Draft, Follower, Interview, Message, Restatement, Solution, Span, Ticket, Visit
from ..rules import can_answer_as_customer, can_work_on, is_party, open_questions, reads_conversation, serves
from ..rules.wording import SAID, words_of
from .joining import hidden_among, numbers_in

# A page tells the server that it is open every ten seconds; two missed beats, and the reader has gone.
HERE = timedelta(seconds=30)
WRITING = timedelta(seconds=20)


@dataclass(frozen=True)
class Entry:
    kind: Literal["message", "restatement", "solution", "event"]
    at: datetime
    by: Person | None
    item: Message | Restatement | Solution | Event
    text: str


def audiences_for(reader: Person, ticket: Ticket) -> list[Audience]:
    """Which messages somebody may read; on their own request even an agent is a customer."""
    if not reads_conversation(reader, ticket):
        return []
    if can_work_on(reader, ticket):
        return list(Audience)
    if is_party(reader, ticket):
        return [Audience.EVERYONE, Audience.CUSTOMER]
    return [Audience.EVERYONE]


def messages_for(ticket: Ticket, reader: Person) -> QuerySet[Message]:
    """The messages that `reader` may read, oldest first.

    People who share a department but do not follow read no more than followers do.
    """
    readable = _readable(ticket.pk, reader.pk, audiences_for(reader, ticket))
    return readable.prefetch_related("attachments", "mentions")


def _readable(ticket: int, reader: int, audiences: Sequence[str]) -> QuerySet[Message]:
    written = Q(author=reader) & ~Q(audience=Audience.IT, by_it=True)  # not the notes of somebody who left the team
    return Message.objects.filter(Q(audience__in=audiences) | written, ticket=ticket).select_related("author")


_READABLE = BuiltOnce(_readable)
_FILES_SAID = BuiltOnce(
    lambda ticket: (
        Message.attachments.through.objects.filter(message__ticket=ticket)
        .select_related("attachment")
        .order_by("attachment__at", "attachment_id")
    )
)
_MENTIONED = BuiltOnce(
    lambda ticket: (
        Message.mentions.through.objects.filter(message__ticket=ticket)  # type: ignore[attr-defined]
        .select_related("person")
        .order_by("person__full_name", "person_id")
    )
)


def _said(ticket: Ticket, reader: Person) -> list[Message]:
    """The same as `messages_for`, for the pages that are opened all day."""
    found = _READABLE(ticket.pk, reader.pk, audiences_for(reader, ticket))
    hand_out(found, "attachments", ((one.message_id, one.attachment) for one in _FILES_SAID(ticket.pk)))
    if any(message.audience == Audience.IT and message.by_it for message in found):  # only notes mention somebody
        hand_out(found, "mentions", ((one.message_id, one.person) for one in _MENTIONED(ticket.pk)))
    return found


def events_for(ticket: Ticket, reader: Person) -> list[Event]:
    """What happened to a ticket, without what would tell of another ticket that `reader` may not know of."""
    return told_to(reader, read_events_about(ticket))


def told_to(reader: Person, events: Sequence[Event]) -> list[Event]:
    """Those of a ticket's `events` that name no ticket of which `reader` may not know."""
    hidden = hidden_among(events, reader)
    return [event for event in events if hidden.isdisjoint(numbers_in(event))]


def conversation(ticket: Ticket, reader: Person, events: Sequence[Event] | None = None) -> list[Entry]:
    """What was said and done, oldest first; `events` are those of `events_for` where the caller has them already."""
    reads = reads_conversation(reader, ticket)
    in_it = can_work_on(reader, ticket)
    # Of a request whose words were let go, rows without any are left.
    said = (m for m in _said(ticket, reader) if m.body or m.attachments.all())
    entries = [Entry("message", m.at, m.author, m, m.body) for m in said]
    if reads:
        entries += [Entry("restatement", r.at, r.by, r, r.text) for r in restatements(ticket) if r.text]
        entries += [Entry("solution", s.at, s.by, s, s.text) for s in solutions(ticket) if s.text]
    for event in events_for(ticket, reader) if events is None else events:
        if words := words_of(event, in_it=in_it, reads=reads):
            entries.append(Entry("event", event.at, event.by, event, words))
    return sorted(entries, key=lambda entry: entry.at)


def activity(ticket: Ticket, reader: Person, events: Sequence[Event] | None = None) -> list[Entry]:
    """The whole record of a ticket for IT; of their own request, agents read what any customer reads."""
    events = events_for(ticket, reader) if events is None else events
    if not can_work_on(reader, ticket):
        told = ((event, words_of(event, in_it=False)) for event in events)
        return [Entry("event", event.at, event.by, event, words) for event, words in told if words]
    return [
        Entry("event", event.at, event.by, event, words_of(event, in_it=True, whole=True) or event.tag)
        for event in events
    ]


def read_ahead(ticket: Ticket) -> None:
    """Read at once what a page about one ticket asks for again and again; locking the ticket forgets them."""
    solutions = _SOLUTIONS(ticket.pk)
    if solutions:
        hand_out(solutions, "attachments", ((one.solution_id, one.attachment) for one in _FILES_OFFERED(ticket.pk)))
    read: dict[str, list[Any]] = {
        "spans": _SPANS(ticket.pk),
        "restatements": _RESTATEMENTS(ticket.pk),
        "solutions": solutions,
        "followers": _FOLLOWERS(ticket.pk),
        "care": _CARE(ticket.pk),
    }
    for name, found in read.items():
        for one in found:
            one.ticket = ticket
        hand_out([ticket], name, ((ticket.pk, one) for one in found))


_SPANS = BuiltOnce(lambda ticket: Span.objects.filter(ticket=ticket))
_RESTATEMENTS = BuiltOnce(lambda ticket: Restatement.objects.filter(ticket=ticket).select_related("by", "answered_by"))
_SOLUTIONS = BuiltOnce(lambda ticket: Solution.objects.filter(ticket=ticket).select_related("by", "answered_by"))
_FILES_OFFERED = BuiltOnce(
    lambda ticket: (
        Solution.attachments.through.objects.filter(solution__ticket=ticket)
        .select_related("attachment")
        .order_by("attachment__at", "attachment_id")
    )
)
_FOLLOWERS = BuiltOnce(lambda ticket: Follower.objects.filter(ticket=ticket).select_related("person__department"))
_CARE = BuiltOnce(lambda ticket: CareMoment.objects.filter(ticket=ticket))


def is_read(ticket: Ticket, name: str) -> bool:
    """Whether `read_ahead` has read these for the ticket."""
    return name in getattr(ticket, "_prefetched_objects_cache", {})


def read_restatements(ticket: Ticket) -> None:
    """Of `read_ahead` only these."""
    hand_out([ticket], "restatements", ((ticket.pk, one) for one in _RESTATEMENTS(ticket.pk)))


def restatements(ticket: Ticket) -> list[Restatement]:
    """All of them, oldest first."""
    if is_read(ticket, "restatements"):
        return list(ticket.restatements.all())
    return list(ticket.restatements.select_related("by", "answered_by"))


def solutions(ticket: Ticket) -> list[Solution]:
    """All of them, oldest first."""
    if is_read(ticket, "solutions"):
        return list(ticket.solutions.all())
    return list(ticket.solutions.select_related("by", "answered_by").prefetch_related("attachments"))


def latest_restatement(ticket: Ticket) -> Restatement | None:
    found = restatements(ticket)
    return found[-1] if found else None


def latest_solution(ticket: Ticket) -> Solution | None:
    found = solutions(ticket)
    return found[-1] if found else None


def open_restatement(ticket: Ticket, reader: Person) -> Restatement | None:
    """The restatement that awaits `reader`'s answer."""
    if not can_answer_as_customer(reader, ticket):
        return None
    latest = latest_restatement(ticket)
    return latest if latest and latest.is_right is None and ticket.is_open else None


def open_solution(ticket: Ticket, reader: Person) -> Solution | None:
    """The offered fix that awaits `reader`'s answer."""
    if not can_answer_as_customer(reader, ticket):
        return None
    latest = latest_solution(ticket)
    return latest if latest and not latest.answer and ticket.state == State.OFFERED else None


def solution_met_by_silence(ticket: Ticket, reader: Person) -> Solution | None:
    """The fix of a request that was closed as nobody answered it, for whoever may still say that it works."""
    if ticket.close_reason != CloseReason.SILENT or not can_answer_as_customer(reader, ticket):
        return None
    latest = latest_solution(ticket)
    return latest if latest and not latest.answer and ticket.forgotten_at is None else None


def on_offer() -> QuerySet[Solution]:
    """Fixes that await the customer's word: the newest of each request that stands at “fix offered”.

    An older one can stay unanswered for ever, when its request closed over silence and came back.
    """
    newer = Solution.objects.filter(ticket=OuterRef("ticket"), pk__gt=OuterRef("pk"))
    return Solution.objects.filter(~Exists(newer), answer="", ticket__state=State.OFFERED)


def unanswered_words(solution: Solution) -> list[Message]:
    """What was written after a fix was offered, other than a plain answer to it, and IT has not answered since."""
    said = solution.ticket.messages.filter(at__gte=solution.at).exclude(audience=Audience.IT)
    last = said.filter(by_it=True, kind=Kind.REPLY).order_by("pk").last()
    return list(said.filter(by_it=False, pk__gt=last.pk if last else 0).order_by("pk"))


def questions_asked(ticket: Ticket) -> list[Prompt]:
    """The questions that the acknowledgement of a mailed request asked, in the order of their numbers."""
    event = events_about(ticket).filter(tag="ticket:submitted").last()
    asked = event.data.get("asked") if event else None
    return open_questions(ticket.interview) if asked is None else [Prompt(one) for one in asked if one in Prompt.values]


def is_understood(ticket: Ticket) -> bool:
    """There is a restatement that the customer has not corrected, or a reason why none was needed."""
    latest = latest_restatement(ticket)
    return bool(ticket.restatement_skipped_because) or (latest is not None and latest.is_right is not False)


def has_file(ticket: Ticket, sha256: str) -> bool:
    """Whether a file of this content came with the request or with something said on it."""
    return (
        ticket.messages.filter(attachments__sha256=sha256).exists()
        or Interview.objects.filter(ticket=ticket, attachments__sha256=sha256).exists()
    )


def last_message(ticket: Ticket) -> Message | None:
    return ticket.messages.select_related("author").last()


def last_said(ticket: Ticket, events: Sequence[Event] | None = None) -> int:
    """The number of the latest event in which something was said or decided; 0 for none.

    A form carries it, so that the action can tell whether its writer knows the latest. `events`: all of the ticket's,
    where the caller has them; one left out for its reader would be taken for news for ever.
    """
    if events is not None:
        return max((event.pk for event in events if event.tag in SAID), default=0)
    latest = events_about(ticket).filter(tag__in=SAID).values_list("pk", flat=True).last()
    return latest or 0


def said_since(ticket: Ticket, seen: int, by: Person) -> list[Event]:
    """What others than `by` said or decided after the event `seen`, oldest first, as far as `by` may know of it."""
    others = events_about(ticket).filter(tag__in=SAID, pk__gt=seen).exclude(by_id=by.pk)
    return told_to(by, list(others[:20]))


def words_said(ticket: Ticket, event: Event) -> str:
    """What an event of `said_since` amounts to, for somebody of IT: the words themselves where there are any."""
    said = ""
    if "message" in event.data:
        said = ticket.messages.filter(pk=event.data["message"]).values_list("body", flat=True).first() or ""
    elif event.tag == "ticket:restatement:corrected":
        said = ticket.restatements.values_list("correction", flat=True).get(pk=event.data["restatement"])
    elif event.tag == "ticket:solution:answered":
        said = ticket.solutions.values_list("answer_words", flat=True).get(pk=event.data["solution"])
    sentence = words_of(event, in_it=True, whole=True)
    if event.tag in {"ticket:restatement:corrected", "ticket:solution:answered"} and said:
        return f"{sentence} {said}"
    return said or sentence


def drafts_of(ticket: Ticket, person: Person) -> dict[str, Draft]:
    """What somebody has begun to write on a ticket, by the form it belongs to."""
    return {draft.purpose: draft for draft in _DRAFTS(ticket.pk, person.pk)}


_DRAFTS = BuiltOnce(lambda ticket, author: Draft.objects.filter(ticket=ticket, author=author))


def others_here(ticket: Ticket, person: Person) -> list[Visit]:
    """Who else of IT has the ticket open now; `wrote_at` within `WRITING` means that they are writing."""
    return _VISITS(ticket.pk, person.pk, clock.now() - HERE)


_VISITS = BuiltOnce(
    lambda ticket, person, since: (
        Visit.objects.filter(ticket=ticket, seen_at__gt=since).exclude(person=person).select_related("person")
    )
)


def is_writing(visit: Visit) -> bool:
    return visit.wrote_at is not None and visit.wrote_at > clock.now() - WRITING


def mentions_of(person: Person, limit: int = 20, without: Sequence[int] = ()) -> list[Message]:
    """Notes in which somebody of IT is mentioned, on tickets that they serve still, latest first.

    `without`: keys of those that they are not to see yet.
    """
    mentioned = Message.objects.filter(mentions=person).exclude(ticket__customer=person)
    mentioned = mentioned.exclude(ticket__service_class__in=classes_hidden_from(person))
    if without:
        mentioned = mentioned.exclude(pk__in=without)
    return list(mentioned.select_related("author", "ticket__customer").order_by("-at")[:limit])


def files_of(ticket: Ticket, reader: Person) -> QuerySet[Attachment]:
    """The files on a ticket that `reader` may open."""
    if not reads_conversation(reader, ticket):
        return Attachment.objects.none()
    said = messages_for(ticket, reader).values("attachments")
    offered = ticket.solutions.values("attachments")
    asked = Attachment.objects.none().values("pk")
    if serves(reader, ticket) or is_party(reader, ticket):
        asked = Attachment.objects.filter(pk__in=_interview_files(ticket)).values("pk")
    return Attachment.objects.filter(Q(pk__in=said) | Q(pk__in=offered) | Q(pk__in=asked))


def _interview_files(ticket: Ticket) -> list[UUID]:
    interview = getattr(ticket, "interview", None)
    return list(interview.attachments.values_list("pk", flat=True)) if interview else []
