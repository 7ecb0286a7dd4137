from datetime import timedelta

from foredesk.kit import clock
from foredesk.kit.queue import periodic

from .connections import close_idle
from .effects import deliver
from .enums import TO_GO
from .models import OutboxMessage

# Well after the mail's own task should have run.
GRACE = timedelta(minutes=2)


@periodic(seconds=60)
def deliver_forgotten() -> None:
    """Send what is long due: its task was lost, its worker died with it in hand, or nobody released what was held."""
    due = OutboxMessage.objects.filter(state__in=TO_GO, sent_in=None, not_before__lt=clock.now() - GRACE)
    for pk in list(due.order_by("not_before").values_list("pk", flat=True)[:50]):
        deliver.enqueue(pk)


@periodic(seconds=10)
def hang_up() -> None:
    """Close the line to the mail server when no mail has gone for a while."""
    close_idle()
