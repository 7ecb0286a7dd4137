"""What happens to tickets by itself."""

from django.db.models import Exists, OuterRef

from foredesk.catalogue.models import ServiceClass
from foredesk.catalogue.queries import under_path_of
from foredesk.kit import clock
from foredesk.kit.queue import periodic, task
from foredesk.kit.refusals import Refused

from .actions import (
    close_off,
    close_unanswered,
    follow_paths,
    let_go_of_what_is_past,
    nudge_holders,
    remind,
    resume,
    tell_of_lapses,
)
from .enums import TO_DO, State
from .models import Ticket
from .queries import on_offer, parts_still_open, to_close_off

# One round's worth; the next round takes the rest, and no transaction grows long.
AT_ONCE = 200


@periodic(seconds=60)
def remind_and_close() -> None:
    """Ask once more about fixes that met silence, and close what stays silent; both at their working-time moments."""
    now = clock.now()
    silent = on_offer().select_related("ticket")
    for solution in silent.filter(reminded_at=None, remind_at__lte=now).order_by("remind_at")[:AT_ONCE]:
        remind(solution=solution)
    due = silent.filter(~Exists(parts_still_open(OuterRef("ticket"))), reminded_at__isnull=False, close_at__lte=now)
    for solution in due.order_by("close_at")[:AT_ONCE]:
        close_unanswered(solution=solution)


@periodic(seconds=60)
def end_waits() -> None:
    """Bring back to work what waited until now."""
    due = Ticket.objects.filter(state=State.WAITING, spans__ended_at=None, spans__until__lte=clock.now())
    for ticket in due.order_by("pk")[:AT_ONCE]:
        try:
            resume(by=None, ticket=ticket)
        except Refused:
            continue  # somebody was faster


@periodic(seconds=60)
def keep_from_silence() -> None:
    """Remind whoever is to write soon, and tell the leads where nobody has."""
    nudge_holders()
    tell_of_lapses()


@periodic(seconds=60)
def escalate() -> None:
    """Tell who is next about what has stalled."""
    follow_paths()


@task()
def look_at_paths_again(class_id: int) -> None:
    """The path of a class has changed: the work at hand of its requests, and of its parts', is looked at anew."""
    classes = under_path_of(ServiceClass(pk=class_id))
    Ticket.objects.filter(state__in=TO_DO, service_class__in=classes).update(escalates_at=clock.now())


@task()
def close_off_class(class_id: int) -> None:
    """A class has become private: its tickets let go of who must not know of them, and who cannot see them already."""
    for key in list(to_close_off(class_id).values_list("pk", flat=True)):
        close_off(ticket=Ticket(pk=key))


@periodic(seconds=24 * 60 * 60)
def let_go() -> None:
    """Let go of the words of requests that were closed long enough ago; a worker that starts looks at once."""
    let_go_of_what_is_past()
