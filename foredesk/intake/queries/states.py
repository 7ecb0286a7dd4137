"""How each mailbox does."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils.timezone import localtime

from foredesk.kit import clock

from ..models import Incoming, Mailbox


@dataclass(frozen=True)
class MailboxState:
    mailbox: Mailbox
    last_mail: datetime | None
    today: int  # mails that came since midnight

    @property
    def word(self) -> str:
        """paused, failing, new (never looked into), fetched, handed."""
        mailbox = self.mailbox
        if not mailbox.is_active:
            return "paused"
        if not mailbox.host:
            return "handed"
        if mailbox.failing_since:
            return "failing"
        return "fetched" if mailbox.fetched_at else "new"


def mailboxes() -> QuerySet[Mailbox]:
    return Mailbox.objects.select_related("service_class").order_by("name")


def mailbox_states() -> list[MailboxState]:
    """All of them, however many in two queries."""
    latest = Incoming.objects.filter(mailbox=OuterRef("pk")).order_by("-came_at").values("came_at")[:1]
    midnight = localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    came = Count("incoming", filter=Q(incoming__came_at__gte=midnight))
    today = dict(
        Mailbox.objects.filter(incoming__came_at__gte=midnight).annotate(number=came).values_list("pk", "number")
    )
    return [
        MailboxState(one, one.last_mail_at, today.get(one.pk, 0))
        for one in mailboxes().annotate(last_mail_at=Subquery(latest))
    ]


def mailbox_state(mailbox: Mailbox) -> MailboxState:
    return next(one for one in mailbox_states() if one.mailbox.pk == mailbox.pk)
