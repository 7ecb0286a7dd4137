"""Which requests have been kept for long enough, and in which a person had a part."""

import calendar
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from foredesk.kit import clock
from foredesk.people.models import Person

from ..enums import State
from ..models import Follower, Message, Ticket


def past_retention(service_class: int, months: int, now: datetime | None = None) -> QuerySet[Ticket]:
    """Closed requests of a class whose words were kept for `months` after closing, and are still there."""
    until = months_before(now or clock.now(), months)
    kept = Ticket.objects.filter(state=State.CLOSED, forgotten_at=None, closed_at__lt=until)
    return kept.filter(service_class=service_class)


def months_before(moment: datetime, months: int) -> datetime:
    """The same day of a month so many months earlier, or that month's last day where it has no such day."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    if year < 1:
        return moment.replace(year=1, month=1, day=1)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, calendar.monthrange(year, month + 1)[1]))


def tickets_of(person: Person) -> QuerySet[Ticket]:
    """Somebody's own requests."""
    return Ticket.objects.filter(customer=person)


def tickets_involving(person: Person) -> QuerySet[Ticket]:
    """Requests of others on which somebody wrote, which they hold or entered."""
    wrote = Exists(Message.objects.filter(ticket=OuterRef("pk"), author=person))
    follows = Exists(Follower.objects.filter(ticket=OuterRef("pk"), person=person))
    return Ticket.objects.filter(wrote | follows | Q(assignee=person) | Q(opened_by=person)).exclude(customer=person)
