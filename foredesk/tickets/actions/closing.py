from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foredesk.attachments.models import Attachment
from foredesk.calendars.queries import working_time_of
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.people.models import Person

from ..effects import tell
from ..enums import Answer, CareStep, CloseReason, Holder, Kind, News, State
from ..models import Message, Solution, Ticket
from ..queries import is_understood, on_offer, open_parts, solution_met_by_silence, unanswered_words
from ..rules.courtesy import is_thanks
from .conversing import refuse_if_others_wrote
from .promises import word_came
from .states import (
    come_back,
    first_reply,
    forget_draft,
    happened,
    keep,
    lock,
    move,
    note,
    refuse_if_closed,
    refuse_unless_agent,
    refuse_unless_customer,
    work_began,
)


@transaction.atomic
def offer_solution(
    *,
    by: Person,
    ticket: Ticket,
    text: str,
    checked_how: str = "",
    attachments: Sequence[Attachment] = (),
    last_seen: int | None = None,
    despite_open_parts: bool = False,
) -> Solution:
    """Offer a fix and ask whether it completely solves it. It counts as done when the customer says so.

    Raises Refused without a restatement or a reason for none, or over open parts unless `despite_open_parts`; Changed
    when somebody else wrote meanwhile.
    """
    lock(ticket)
    refuse_unless_agent(by, ticket)
    refuse_if_closed(ticket)
    refuse_if_others_wrote(ticket, by, last_seen)
    if not is_understood(ticket):
        raise Refused(_("Please restate the need first, or say why it is not needed."))
    if not text.strip():
        raise Refused(_("Please say what was done and what to do next time."))
    if ticket.state == State.OFFERED:
        raise Refused(_("A fix is on offer already; the customer has not answered yet."))
    _refuse_over_open_parts(ticket, by, despite=despite_open_parts)
    work_began(ticket, by)
    working_time, now = working_time_of(ticket.customer), clock.now()
    patience = timedelta(minutes=ticket.service_class.closing_minutes)
    solution = Solution.objects.create(
        ticket=ticket,
        by=by,
        text=text.strip(),
        checked_how=checked_how.strip()[:200],
        at=now,
        remind_at=working_time.add(now, patience / 2),
        close_at=working_time.add(now, patience),
    )
    solution.attachments.add(*attachments)
    greeting = first_reply(ticket)
    word_came(ticket)
    move(ticket, State.OFFERED, holder=Holder.CUSTOMER, next_update_due=None, silent_since=clock.now(), **greeting)
    happened(
        ticket,
        *([CareStep.GREETING] if greeting else []),
        *(CareStep.PROPOSALS, CareStep.SELECTION, CareStep.EXECUTION),
        *([CareStep.CRAFT_VERIFICATION] if checked_how.strip() else []),
    )
    forget_draft(ticket, by, "solution")
    note(ticket, by, "solution:offered", solution=solution.pk)
    tell.enqueue(News.SOLUTION, ticket.pk, solution.pk, by.pk)
    return solution


def _refuse_over_open_parts(ticket: Ticket, by: Person, *, despite: bool) -> None:
    """A whole is not finished over open parts unawares; which ones were known goes into the record."""
    parts = open_parts(ticket, by)
    if parts and not despite:
        raise Refused(
            ngettext(
                "%(count)d part is still open: %(parts)s. Say that you know it, or wait for it.",
                "%(count)d parts are still open: %(parts)s. Say that you know it, or wait for them.",
                len(parts),
            )
            % {"count": len(parts), "parts": "; ".join(str(part) for part in parts)},
            "despite_open_parts",
        )
    for part in parts:
        note(ticket, by, "part:open", number=part.pk)


@transaction.atomic
def answer_solution(
    *, by: Person, solution: Solution, answer: Answer, words: str = "", despite_open_parts: bool = False
) -> None:
    """“Does this completely solve it?” Yes closes; partly and no bring the same request back, ahead of new ones.

    Raises Refused when it was answered already, when what is missing is not said, or when parts are still open that
    the customer was not told of (`despite_open_parts`).
    """
    ticket = solution.ticket
    lock(ticket)
    refuse_unless_customer(by, ticket)
    if answer == Answer.YES:
        _refuse_over_open_parts(ticket, by, despite=despite_open_parts)
    if answer != Answer.YES and not words.strip():
        raise Refused(_("Please tell us what is still missing; a few words are enough."))
    answered = (
        on_offer()
        .filter(pk=solution.pk)
        .update(answer=answer, answer_words=words.strip(), answered_by=by, answered_at=clock.now())
    )
    if not answered:
        raise Refused(_("This has been answered already."))
    solution.refresh_from_db()
    note(ticket, by, "solution:answered", answer=str(Answer(answer).label).lower(), solution=solution.pk)
    if answer == Answer.YES:
        happened(ticket, CareStep.CUSTOMER_VERIFICATION)
        _close(ticket, by, CloseReason.CONFIRMED)
    else:
        come_back(ticket, by, words.strip())
    tell.enqueue(News.ANSWERED, ticket.pk, solution.pk, by.pk)


@transaction.atomic
def confirm_late(*, by: Person, solution: Solution, words: str = "") -> None:
    """“Yes, it works”, after the request was closed over silence: it stays closed, and the last word is the customer's.

    Raises Refused for any other request, as when somebody was faster.
    """
    ticket = solution.ticket
    lock(ticket)
    refuse_unless_customer(by, ticket)
    if solution_met_by_silence(ticket, by) != solution:
        raise Refused(_("This has been answered already."))
    solution.answer, solution.answer_words = Answer.YES, words.strip()
    solution.answered_by, solution.answered_at = by, clock.now()
    solution.save(update_fields=["answer", "answer_words", "answered_by", "answered_at"])
    keep(ticket, close_reason=CloseReason.CONFIRMED)
    happened(ticket, CareStep.CUSTOMER_VERIFICATION)
    note(ticket, by, "solution:answered", answer=str(Answer.YES.label).lower(), solution=solution.pk)
    tell.enqueue(News.ANSWERED, ticket.pk, solution.pk, by.pk)


def _close(ticket: Ticket, by: Person | None, reason: CloseReason) -> None:
    move(
        ticket,
        State.CLOSED,
        holder=Holder.CUSTOMER,
        closed_at=clock.now(),
        close_reason=reason,
        next_update_due=None,
        ahead="",
        ahead_since=None,
    )
    closed = note(ticket, by, "closed", reason=str(reason.label))
    tell.enqueue(News.CLOSED, ticket.pk, ticket.version, by.pk if by else None)
    if ticket.parent_id is not None:  # told only if it was the last one, which the telling finds out
        tell.enqueue(News.PARTS_DONE, ticket.parent_id, closed.pk, by.pk if by else None)


@transaction.atomic
def withdraw(*, by: Person, ticket: Ticket, words: str = "") -> None:
    """The customer no longer needs it."""
    lock(ticket)
    refuse_unless_customer(by, ticket)
    refuse_if_closed(ticket)
    if words.strip():
        message = Message.objects.create(
            ticket=ticket, author=by, by_it=False, kind=Kind.REPLY, body=words.strip(), at=clock.now()
        )
        note(ticket, by, "customer:wrote", message=message.pk)
    _close(ticket, by, CloseReason.WITHDRAWN)


@transaction.atomic
def remind(*, solution: Solution) -> bool:
    """Ask once more whether an offered fix solves it; False when somebody was faster.

    From then on half of the closing period is left to answer, however late the reminder is.
    """
    now = clock.now()
    patience = timedelta(minutes=solution.ticket.service_class.closing_minutes)
    close_at = working_time_of(solution.ticket.customer).add(now, patience / 2)
    waiting = (
        on_offer()
        .filter(pk=solution.pk, reminded_at=None)
        .update(reminded_at=now, close_at=max(solution.close_at, close_at))
    )
    if waiting:
        note(solution.ticket, None, "reminded")
        tell.enqueue(News.REMINDER, solution.ticket_id, solution.pk, None)
    return bool(waiting)


@transaction.atomic
def close_unanswered(*, solution: Solution) -> bool:
    """Close a request whose offered fix met silence; False when the customer was faster.

    Never before the reminder has gone out, nor while a part of it is open, or while what the customer wrote instead of
    an answer waits for IT: then silence is counted anew.
    """
    ticket = solution.ticket
    lock(ticket)
    silent = on_offer().filter(pk=solution.pk, reminded_at__isnull=False)
    if not silent.exists() or open_parts(ticket):
        return False
    if any(not is_thanks(message.body) for message in unanswered_words(solution)):
        patience = timedelta(minutes=ticket.service_class.closing_minutes)
        silent.update(close_at=working_time_of(ticket.customer).add(clock.now(), patience / 2))
        return False
    _close(ticket, None, CloseReason.SILENT)
    return True
