"""For how long mails that were set aside are kept."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from foredesk.kit import clock

from ..enums import IncomingState
from ..models import Incoming, Keeping


def keeping() -> Keeping:
    return Keeping.objects.first() or Keeping()


def past_keeping(days: int, now: datetime | None = None) -> QuerySet[Incoming]:
    """Mails that were set aside more than so many days ago, and are still here."""
    until = (now or clock.now()) - timedelta(days=days)
    return Incoming.objects.filter(state=IncomingState.SET_ASIDE, let_go_at=None, handled_at__lt=until)
