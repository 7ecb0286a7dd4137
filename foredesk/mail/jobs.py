from datetime import timedelta

from django.db.models import Q

from foredesk.kit import clock
from foredesk.kit.queue import periodic

from .connections import close_idle
from .effects import deliver
from .enums import TO_GO, OutboxState
from .models import OutboxMessage

# Well after the mail's own task should have run.
GRACE = timedelta(minutes=2)


@periodic(seconds=20)
def deliver_forgotten() -> None:
    """Send what is long due: its task was lost, its worker died with it in hand, or nobody released what was held."""
    now = clock.now()
    # What a worker had in hand is nobody's once its lease is over; all else may wait in a long queue.
    dropped = Q(state=OutboxState.QUEUED, attempts__gt=0)
    due = OutboxMessage.objects.filter(
        dropped | Q(not_before__lt=now - GRACE), state__in=TO_GO, sent_in=None, not_before__lte=now
    )
    for pk in list(due.order_by("not_before").values_list("pk", flat=True)[:50]):
        deliver.enqueue(pk)


@periodic(seconds=10)
def hang_up() -> None:
    """Close the line to the mail server when no mail has gone for a while."""
    close_idle()
