"""Who sees which tickets. Every page and address goes through here, so that none can forget it."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from foredesk.people.models import Department, Person
from foredesk.people.rules import is_agent

from ..enums import CALLS
from ..models import Follower, Interview, Ticket


def with_people(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Bring along what every list and page shows beside the ticket itself."""
    return tickets.select_related(
        "customer__department__site", "customer__place__site", "opened_by", "assignee", "service_class", "lane"
    )


def _shared_with(person: Person) -> Q:
    headed = Department.objects.filter(head=person)
    by_department = Q(customer__department__in=headed)
    if person.department_id:
        by_department |= Q(customer__department_id=person.department_id, customer__department__shares_requests=True)
    return by_department


def _asked_by(person: Person) -> Q:
    """The paired query of `rules.is_party`."""
    return Q(customer=person) | Q(opened_by=person) & ~Q(channel__in=CALLS)


def tickets_visible_to(person: Person) -> QuerySet[Ticket]:
    """The tickets of which `person` may know that they exist."""
    tickets = with_people(Ticket.objects.all())
    if not person.is_active:
        return tickets.none()
    if is_agent(person):
        return tickets
    followed = Follower.objects.filter(ticket=OuterRef("pk"), person=person)
    return tickets.filter(_asked_by(person) | Exists(followed) | _shared_with(person))


def requests_of(person: Person) -> QuerySet[Ticket]:
    """What somebody asked for, for themselves or for someone else; newest first."""
    asked = Q(customer=person) if is_agent(person) else _asked_by(person)
    return with_people(Ticket.objects.filter(asked))


def requests_followed_by(person: Person) -> QuerySet[Ticket]:
    followed = Follower.objects.filter(ticket=OuterRef("pk"), person=person)
    return with_people(Ticket.objects.filter(Exists(followed)))


def requests_of_department(person: Person) -> QuerySet[Ticket]:
    """The requests of the departments that `person` heads, or of their own where the head allows it."""
    return with_people(Ticket.objects.filter(_shared_with(person)))


def drafts_of_interviews(person: Person) -> QuerySet[Interview]:
    """Interviews that `person` began and has not sent, latest first."""
    return Interview.objects.filter(person=person, ticket=None).select_related("service_class").order_by("-saved_at")


def earlier_requests(ticket: Ticket, limit: int = 5) -> list[Ticket]:
    """What the same customer asked before, latest first."""
    earlier = Ticket.objects.filter(customer_id=ticket.customer_id, pk__lt=ticket.pk)
    return list(earlier.select_related("service_class", "lane").order_by("-pk")[:limit])
