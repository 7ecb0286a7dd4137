"""How much work a ticket takes, measured without a stopwatch: from opening it to acting on it, idle time cut off."""

from collections import defaultdict
from datetime import timedelta
from statistics import mean

from django.db import transaction
from django.db.models import F, FloatField, Value
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext as _

from foredesk.activity.actions import record
from foredesk.catalogue.models import ServiceClass
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.people.models import Person
from foredesk.tickets.enums import CloseReason, State
from foredesk.tickets.models import Ticket
from foredesk.tickets.rules import can_work_on

from ..enums import Basis
from ..models import Effort, Sitting, Skill, UsualWork
from ..queries.usual import KNOWN, assumed_work

IDLE = 120.0  # seconds without a sign from the page, after which nobody is taken to be at it
LONGEST = 8 * 60 * 60.0  # seconds of one ticket that count towards what is usual: a working day
FEWEST = 20  # tickets that say something about their class
MEMORY = timedelta(days=180)


def sit(*, by: Person, ticket: Ticket) -> None:
    """`by` has the ticket open now; told every few seconds, so in one statement but for the first time."""
    now = clock.now().timestamp()
    sitting = Sitting.objects.filter(ticket=ticket, person=by)
    # A pause, however long, counts as no more than what could still have been reading.
    if not sitting.update(seconds=F("seconds") + _since_seen(now), seen=now):
        Sitting.objects.bulk_create([Sitting(ticket=ticket, person=by, seen=now)], ignore_conflicts=True)


def _since_seen(now: float) -> Least:
    gone = Greatest(Value(now) - F("seen"), Value(0.0), output_field=FloatField())
    return Least(gone, Value(IDLE), output_field=FloatField())


def act(*, by: Person, ticket: Ticket) -> None:
    """`by` did something on the ticket: what they spent on it until then was work on it."""
    now = clock.now().timestamp()
    Sitting.objects.filter(ticket=ticket, person=by).update(
        acted=F("acted") + F("seconds") + _since_seen(now), seconds=0, seen=now
    )


def add_up() -> None:
    """Add what was work to the efforts of its tickets, where it is nobody's any more."""
    acted = Sitting.objects.filter(acted__gt=0)
    # Rows for new ones by themselves: storing one asks for its ticket, which somebody may hold who waits for a sitting.
    Effort.objects.bulk_create(
        [Effort(ticket_id=key) for key in acted.values_list("ticket", flat=True).distinct()], ignore_conflicts=True
    )
    with transaction.atomic():
        # What was first acted on since then has no row yet, and waits for the next round.
        found = list(acted.filter(ticket__in=Effort.objects.values("ticket")).select_for_update().order_by("pk"))
        spent: dict[int, float] = defaultdict(float)
        for one in found:
            spent[one.ticket_id] += one.acted
        Sitting.objects.filter(pk__in=[one.pk for one in found]).update(acted=0)
        efforts = list(Effort.objects.select_for_update().filter(ticket__in=spent).order_by("pk"))
        for effort in efforts:
            effort.seconds += spent[effort.ticket_id]
        Effort.objects.bulk_update(efforts, ["seconds"], batch_size=500)


def correct_effort(*, by: Person, ticket: Ticket, minutes: int) -> None:
    """Say how much work a ticket was so far; what is measured from now on is added.

    Raises Refused for whoever does not work on it.
    """
    if not can_work_on(by, ticket):
        raise Refused(_("Only IT can do this, and nobody on their own request."))
    add_up()
    with transaction.atomic():
        effort, _new = Effort.objects.select_for_update().get_or_create(ticket=ticket)
        before = effort.seconds
        effort.seconds, effort.corrected_by = minutes * 60.0, by
        effort.save(update_fields=["seconds", "corrected_by"])
        record(by=by, tag="ticket:effort", about=ticket, minutes=minutes, measured=round(before / 60))


def measure_usual_work() -> None:
    """Work out how much work each class usually is, from tickets that were solved in the last half year.

    A class with fewer than 20 of them takes what is known of the one that it is part of, where that is usually of the
    same size; else what its size is assumed to be.
    """
    solved = Effort.objects.filter(
        seconds__gt=0,
        ticket__state=State.CLOSED,
        ticket__close_reason__in=[CloseReason.CONFIRMED, CloseReason.SILENT],
        ticket__closed_at__gt=clock.now() - MEMORY,
    )
    spent: dict[int, list[float]] = defaultdict(list)
    for key, seconds in solved.values_list("ticket__service_class_id", "seconds"):
        spent[key].append(min(seconds, LONGEST))
    classes = {one.pk: one for one in ServiceClass.objects.all()}
    rows = []
    for one in classes.values():
        measured, basis = one, Basis.MEASURED
        while len(spent[measured.pk]) < FEWEST and measured.parent_id is not None:
            measured, basis = classes[measured.parent_id], Basis.PARENT
        if len(spent[measured.pk]) >= FEWEST and measured.usual_size == one.usual_size:
            minutes = mean(spent[measured.pk]) / 60
        else:
            minutes, basis = assumed_work(one).minutes, Basis.SIZE
        rows.append(
            UsualWork(
                service_class=one, minutes=minutes, cases=len(spent[one.pk]), basis=basis, measured_at=clock.now()
            )
        )
    UsualWork.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["service_class"],
        update_fields=["minutes", "cases", "basis", "measured_at"],
    )
    KNOWN.forget()


def forget_sittings() -> None:
    """Let go of what was looked at and never acted on, and of who sat where."""
    Sitting.objects.filter(seen__lt=clock.now().timestamp() - 24 * 60 * 60, acted=0).delete()


def forget_person(*, person: Person) -> None:
    """Take somebody who is made a pseudonym out of where they sat and what they can do."""
    Sitting.objects.filter(person=person).delete()
    Skill.people.through._base_manager.filter(person=person).delete()
