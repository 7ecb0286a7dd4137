from django.db import transaction
from django.utils.translation import gettext as _

from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.people.models import Person

from ..effects import tell
from ..enums import CareStep, News, Stance
from ..models import Restatement, Ticket
from .states import (
    forget_draft,
    happened,
    keep,
    lock,
    note,
    refuse_if_closed,
    refuse_unless_agent,
    refuse_unless_customer,
    spoke,
    work_began,
)


@transaction.atomic
def restate(*, by: Person, ticket: Ticket, text: str, expected_version: int | None = None) -> Restatement:
    """Put the need before the customer in one sentence of IT's: “Did we understand you?”

    The sentence that is before them already, or that they agreed to, is not put before them once more.
    Raises Refused for no sentence or a long one; Changed when the ticket changed since `expected_version`.
    """
    lock(ticket, expected_version)
    refuse_unless_agent(by, ticket)
    refuse_if_closed(ticket)
    if not text.strip():
        raise Refused(_("Please write the need down in a sentence."))
    if len(text.strip()) > 400:
        raise Refused(_("One or two sentences are enough: at most 400 characters."))
    latest = ticket.restatements.last()
    if latest is not None and latest.text == text.strip() and latest.is_right is not False:
        forget_draft(ticket, by, "restatement")
        return latest
    restatement = Restatement.objects.create(ticket=ticket, by=by, text=text.strip(), at=clock.now())
    work_began(ticket, by)
    spoke(ticket)
    happened(ticket, CareStep.STATEMENT)
    forget_draft(ticket, by, "restatement")
    note(ticket, by, "restated", restatement=restatement.pk)
    tell.enqueue(News.RESTATED, ticket.pk, restatement.pk, by.pk)
    return restatement


def _answer(by: Person, restatement: Restatement, *, is_right: bool, correction: str = "") -> None:
    ticket = restatement.ticket
    lock(ticket)
    refuse_unless_customer(by, ticket)
    refuse_if_closed(ticket)
    if ticket.restatements.filter(pk__gt=restatement.pk).exists():
        raise Refused(_("This was put in other words meanwhile. Please look at the newer ones."))
    answered = Restatement.objects.filter(pk=restatement.pk, is_right=None).update(
        is_right=is_right, correction=correction, answered_by=by, answered_at=clock.now()
    )
    if not answered:
        raise Refused(_("This has been answered already."))
    restatement.refresh_from_db()
    keep(ticket)


@transaction.atomic
def confirm_restatement(*, by: Person, restatement: Restatement) -> None:
    """“That’s it.”"""
    _answer(by, restatement, is_right=True)
    happened(restatement.ticket, CareStep.VERIFICATION)
    note(restatement.ticket, by, "restatement:confirmed", restatement=restatement.pk)


@transaction.atomic
def correct_restatement(*, by: Person, restatement: Restatement, correction: str) -> None:
    """“Not quite”: what is different is kept in the customer's words."""
    if not correction.strip():
        raise Refused(_("Please tell us what is different; a few words are enough."))
    _answer(by, restatement, is_right=False, correction=correction.strip())
    note(restatement.ticket, by, "restatement:corrected", restatement=restatement.pk)
    tell.enqueue(News.CORRECTED, restatement.ticket_id, restatement.pk, by.pk)


@transaction.atomic
def skip_restatement(*, by: Person, ticket: Ticket, reason: str) -> None:
    """Go on without a restatement, for a reason that stays on the record."""
    lock(ticket)
    refuse_unless_agent(by, ticket)
    refuse_if_closed(ticket)
    if not reason.strip():
        raise Refused(_("Please say why no restatement is needed."))
    keep(ticket, restatement_skipped_because=reason.strip()[:300])
    note(ticket, by, "restatement:skipped", reason=reason.strip())


@transaction.atomic
def take_stance(*, by: Person, ticket: Ticket, stance: Stance, because: str = "") -> None:
    """Say what IT makes of the customer's own theory: acknowledged, agreed, or differing for a reason."""
    lock(ticket)
    refuse_unless_agent(by, ticket)
    interview = ticket.interview
    if not interview.theory:
        raise Refused(_("The customer gave no theory."))
    if stance == Stance.DIFFER and not because.strip():
        raise Refused(_("Please say why you see it differently, kindly."))
    interview.stance = stance
    interview.stance_because = because.strip()[:300]
    interview.stance_by = by
    interview.save(update_fields=["stance", "stance_because", "stance_by"])
    keep(ticket)
    words = {
        Stance.ACKNOWLEDGED: _("acknowledged."),
        Stance.AGREE: _("agrees."),
        Stance.DIFFER: _("sees it differently:"),
    }[Stance(stance)]
    note(ticket, by, "stance", stance=words, because=because.strip())
