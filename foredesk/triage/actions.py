import time

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from foredesk.activity.actions import record
from foredesk.activity.models import Event
from foredesk.catalogue.enums import Size
from foredesk.catalogue.queries import lane as lane_by_key
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.people.models import Person
from foredesk.tickets import actions as tickets
from foredesk.tickets.models import Ticket
from foredesk.tickets.rules import can_work_on

from . import queries
from .enums import Answer
from .models import Learning, Reason, Suggestion
from .rules import FORMAT, Saying, learn, to_bytes

KEPT = 2  # what was learned before is kept once, for a worker that is reading it
CLASS, SIZE, LANE = "class", "size", "lane"


def learn_again() -> Learning:
    """Learn from the requests that are done by now, and let go of what was learned before. Takes minutes."""
    now, began = clock.now(), time.monotonic()
    last_event = Event.objects.aggregate(last=Max("pk"))["last"] or 0
    lessons = queries.lessons()
    learned = learn(lessons)
    expected = {aspect: {"right": head.right, "spoken": head.spoken} for aspect, head in learned.heads.items()}
    with transaction.atomic():
        learning = Learning.objects.create(
            at=now,
            requests=len(lessons),
            corrections=sum(1 for lesson in lessons if lesson.weight > 1),
            seconds=time.monotonic() - began,
            last_event=last_event,
            expected=expected,
            learned=to_bytes(learned),
            format=FORMAT,
        )
        keep = list(Learning.objects.values_list("pk", flat=True)[:KEPT])
        Learning.objects.exclude(pk__in=keep).delete()
    return learning


def suggest(*, ticket: Ticket) -> Suggestion | None:
    """Say what a ticket looks like, once; None when it was said before or nothing has been learned.

    Where it is not sure of the class, or no solved request is like it, the suggestion is there and says nothing: what
    nobody recognises has no usual size or lane either.
    """
    if Suggestion.objects.filter(ticket=ticket).exists() or (learned := queries.learned()) is None:
        return None
    words = queries.words_of(ticket)
    says = learned.says(words)
    service_class = queries.class_said(says.get(CLASS))
    reasons = queries.reasons_among(learned.similar(words, but=ticket.pk)) if service_class else []
    size, lane_key = (_said(says.get(SIZE)), _said(says.get(LANE))) if reasons else ("", "")
    lane = lane_by_key(lane_key) if lane_key else None
    with transaction.atomic():
        suggestion, is_new = Suggestion.objects.get_or_create(
            ticket=ticket,
            defaults={
                "service_class": service_class if reasons else None,
                "size": size,
                "lane": lane,
                "confidence": {aspect: round(saying.confidence, 3) for aspect, saying in says.items()},
            },
        )
        if is_new:
            Reason.objects.bulk_create(
                [Reason(suggestion=suggestion, ticket_id=key, place=place) for place, key in enumerate(reasons)]
            )
    return suggestion if is_new else None


def _said(saying: Saying | None) -> str:
    return saying.label if saying is not None and saying.is_said else ""


@transaction.atomic
def keep_suggestion(*, by: Person, ticket: Ticket, reason: str = "", expected_version: int | None = None) -> None:
    """Take the suggested class and size over; into the other lane a ticket is handed with what was tried, not so.

    Raises Refused where the suggestion was answered meanwhile, or a changed size has no reason; Changed when the
    ticket changed since `expected_version`.
    """
    suggestion = _answer(by, ticket, Answer.KEPT)
    service_class = suggestion.service_class or ticket.service_class
    size = Size(suggestion.size or ticket.size)
    if (service_class.pk, size) != (ticket.service_class_id, ticket.size):
        tickets.classify(
            by=by,
            ticket=ticket,
            service_class=service_class,
            size=size,
            reason=reason,
            expected_version=expected_version,
        )


@transaction.atomic
def refuse_suggestion(*, by: Person, ticket: Ticket) -> None:
    """Say that a suggestion is wrong: it goes away, and what the ticket is teaches the more.

    Raises Refused where it was answered meanwhile.
    """
    _answer(by, ticket, Answer.REFUSED)


def _answer(by: Person, ticket: Ticket, answer: Answer) -> Suggestion:
    if not can_work_on(by, ticket):
        raise Refused(_("Only IT can do this, and nobody on their own request."))
    # Two who press at once: the second is told.
    waiting = Suggestion.objects.filter(ticket=ticket, answer="")
    if not waiting.update(answer=answer, answered_by=by, answered_at=clock.now()):
        raise Refused(_("Somebody has answered this suggestion already."))
    suggestion = Suggestion.objects.select_related("service_class").get(ticket=ticket)
    record(by=by, tag=f"suggestion:{answer}", about=suggestion)
    return suggestion
