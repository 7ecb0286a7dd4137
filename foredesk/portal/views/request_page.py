"""One request, as its reader may see it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from foredesk.activity.queries import events_about
from foredesk.catalogue.queries import path_of
from foredesk.catalogue.rules import path_sentence
from foredesk.forecasts.queries import outlook_of
from foredesk.intake.queries import hand_out_mails, mails_of
from foredesk.intake.rules.questions import questions_for
from foredesk.kit.access import allow
from foredesk.people.models import Person
from foredesk.people.rules import is_customer
from foredesk.tickets.enums import Answer, Channel, CloseReason, State
from foredesk.tickets.models import Message, Ticket
from foredesk.tickets.queries import (
    belonging,
    clocks,
    conversation,
    drafts_of,
    events_for,
    is_late,
    next_word,
    open_parts,
    open_restatement,
    open_solution,
    read_ahead,
    solution_met_by_silence,
    tickets_visible_to,
    timeline,
    what_next,
)
from foredesk.tickets.rules import (
    can_answer_as_customer,
    can_reply,
    can_share,
    department_that_sees,
    is_party,
    reads_conversation,
    serves,
)

from ..forms import CorrectionForm, FollowerForm, MeasureForm, MissingForm, ReplyForm, SharingForm, WithdrawalForm
from ..queries import own_following
from ..rules import understood
from .base import reader_of, visible_ticket

CHOICES = {*Answer.values, "right", "different"}


@allow(is_customer)
def page(request: HttpRequest, number: int) -> HttpResponse:
    """A request with everything that its reader may do. `?answer=` only preselects: a POST records."""
    return show(request, visible_ticket(request, number))


def show(request: HttpRequest, ticket: Ticket, **given: Any) -> HttpResponse:
    """The page of a request; `given` replaces what is shown usually, such as a form with its errors."""
    person = reader_of(request)
    read_ahead(ticket)
    follower = own_following(ticket, person)
    draft = drafts_of(ticket, person).get("reply")
    reads = reads_conversation(person, ticket)
    interview = getattr(ticket, "interview", None)
    tied = belonging(ticket, tickets_visible_to(person))
    stands = tied.goes_on or ticket  # where it is now is told by the one in which it goes on
    events = events_for(ticket, person)
    promise, steps = outlook_of(ticket, person)
    came = mails_of(ticket, person)
    entries = conversation(ticket, person, events)
    hand_out_mails((entry.item for entry in entries if isinstance(entry.item, Message)), came)
    context = {
        "ticket": ticket,
        "interview": interview,
        "told": understood(interview) if interview and reads else [],
        "told_files": list(interview.attachments.all())
        if interview and (is_party(person, ticket) or serves(person, ticket))
        else [],
        "belonging": tied,
        "open_parts": open_parts(ticket, person) if ticket.state == State.OFFERED else [],
        "split": {message for event in events for message in event.data.get("messages", ())},
        "stages": timeline(stands, person),
        "entries": entries,
        "came": came,
        "questions": questions_for(interview, given.get("given_answers"))
        if interview and _asks(ticket, person)
        else [],
        "next": what_next(stands, person),
        "next_word": next_word(ticket),
        "path_words": _path_words(ticket),
        "is_late": is_late(ticket),
        "promise": promise,
        "timeline": steps,
        "clocks": clocks(ticket),
        "restatement": open_restatement(ticket, person),
        "solution": open_solution(ticket, person),
        "unheard": solution_met_by_silence(ticket, person),
        "chosen": _chosen(request),
        "sent": _submission(ticket) if _just_sent(request, ticket) else None,
        "is_party": is_party(person, ticket),
        "answers": can_answer_as_customer(person, ticket),
        "replies": can_reply(person, ticket),
        "reads": reads,
        # Who follows a merged request follows the one in which it goes on; there is no use in naming more here.
        "shares": can_share(person, ticket) and ticket.merged_into_id is None,
        "department": department_that_sees(ticket),
        "manager": _manager_to_name(ticket),
        "sees_as_it": serves(person, ticket) and not is_party(person, ticket),
        "follower": follower,
        "followers": [one for one in ticket.followers.all() if one.person_id != person.pk],
        "is_solved": ticket.state == State.CLOSED and ticket.close_reason == CloseReason.CONFIRMED,
        "reply_form": ReplyForm(initial={"body": draft.body if draft else ""}),
        "correction_form": CorrectionForm(),
        "missing_form": MissingForm(),
        "withdrawal_form": WithdrawalForm(),
        "follower_form": FollowerForm(by=person),
        "sharing_form": SharingForm(),
        "measure_form": MeasureForm(initial={"measure": follower.measure}) if follower else None,
    }
    return render(request, "portal/request.html", context | given)


def _asks(ticket: Ticket, person: Person) -> bool:
    """Whether the page puts what a mailed request left open; elsewhere the interview has asked for itself."""
    return ticket.channel == Channel.EMAIL and ticket.is_open and can_answer_as_customer(person, ticket)


def _manager_to_name(ticket: Ticket) -> Person | None:
    """The customer's manager, as long as they do not hear of the request yet."""
    manager = ticket.customer.manager
    following = {follower.person_id for follower in ticket.followers.all()}
    return manager if manager and manager.pk not in {*following, ticket.opened_by_id} else None


def _path_words(ticket: Ticket) -> str:
    """The published escalation path, as long as it can come to that."""
    path = path_of(ticket.service_class) if ticket.is_open else None
    return path_sentence(path.steps, ticket.service_class.owner) if path else ""


def _chosen(request: HttpRequest) -> str:
    answer = request.GET.get("answer", "")
    return answer if answer in CHOICES else ""


def _just_sent(request: HttpRequest, ticket: Ticket) -> bool:
    return "sent" in request.GET and ticket.state == State.ASKED and is_party(reader_of(request), ticket)


def _submission(ticket: Ticket) -> dict[str, Any]:
    """What was worked out when the request was sent: the reason for its lane, and how its size was seen."""
    event = events_about(ticket).filter(tag="ticket:submitted").first()
    return {"why": "", "mismatch": "", **(event.data if event else {})}
