"""Who sees which tickets. Every page and address goes through here, so that none can forget it."""

from collections.abc import Collection

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery

from foredesk.catalogue.queries import classes_hidden_from
from foredesk.kit.built_once import BuiltOnce
from foredesk.kit.remembered import Remembered
from foredesk.mail.queries import is_in_trouble
from foredesk.people.models import Department, Person
from foredesk.people.queries import agents
from foredesk.people.rules import is_agent

from ..enums import CALLS, OPEN_STATES
from ..models import Follower, Interview, Link, PromisedUpdate, Ticket

_FEW_PEOPLE = 500  # in a larger department, a page is full before many tickets have been read


def with_people(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Bring along what every list and page shows beside the ticket itself."""
    return tickets.select_related(
        "customer__department__site", "customer__place__site", "opened_by", "assignee", "service_class", "lane"
    )


def tickets_served_by(person: Person) -> QuerySet[Ticket]:
    """What somebody of IT works with at the desk: all tickets but those of private classes of other teams.

    The paired query of `rules.serves`. Every list, count, link and search of the desk begins here.
    """
    return tickets_outside(classes_hidden_from(person)) if is_agent(person) else Ticket.objects.none()


def tickets_outside(hidden: Collection[int]) -> QuerySet[Ticket]:
    """All tickets but those of the classes `hidden`: what queries that are built once put for `tickets_served_by`."""
    return Ticket.objects.exclude(service_class__in=hidden) if hidden else Ticket.objects.all()


def ticket_served(person: Person, number: int) -> Ticket | None:
    """One ticket with its interview and the people beside it, if `person` serves it."""
    found = _ONE_SERVED(number, sorted(classes_hidden_from(person))) if is_agent(person) else []
    return found[0] if found else None


_LONGEST_PAST_SILENCE = Subquery(
    PromisedUpdate.objects.filter(ticket=OuterRef("pk"))
    .order_by()
    .values("ticket")
    .annotate(longest=Max("silence_seconds"))
    .values("longest")
)
# What most tickets do not have is asked for together with the ticket, and read only where it is there.
_HAS_TIES = (
    Q(merged_into__isnull=False)
    | Q(parent__isnull=False)
    | Exists(Link.objects.filter(ticket=OuterRef("pk")))
    | Exists(Link.objects.filter(other=OuterRef("pk")))
    | Exists(Ticket.objects.filter(parent=OuterRef("pk")))
    | Exists(Ticket.objects.filter(merged_into=OuterRef("pk")))
)
_ONE_SERVED = BuiltOnce(
    lambda number, hidden: (
        with_people(tickets_outside(hidden))
        .select_related("interview__stance_by")
        .filter(pk=number)
        .annotate(
            longest_past_silence=_LONGEST_PAST_SILENCE,
            has_ties=_HAS_TIES,
            customer_in_trouble=is_in_trouble(OuterRef("customer__email")),
        )
    )
)


def agents_serving(ticket: Ticket) -> QuerySet[Person]:
    """Whom a ticket can be given to and who can be mentioned on it, by name: those for whom `rules.serves` holds."""
    if not ticket.service_class.is_private:
        return agents()
    return agents().filter(teams__private_classes=ticket.service_class).distinct()


def colleagues_on(ticket: Ticket, person: Person) -> list[tuple[int, str]]:
    """Key and name of whom `person` can mention on a ticket: `agents_serving` without themselves and the customer."""
    outside = [person.pk, ticket.customer_id]
    if not ticket.service_class.is_private:
        return [(key, name) for key, name in AGENTS() if key not in outside]
    return list(agents_serving(ticket).exclude(pk__in=outside).values_list("pk", "full_name"))


AGENTS: Remembered[list[tuple[int, str]]] = Remembered(lambda: list(agents().values_list("pk", "full_name")))


def to_close_off(class_id: int) -> QuerySet[Ticket]:
    """Tickets of a private class that somebody still follows or holds who must not know of them, oldest first."""
    serving = agents().filter(teams__private_classes=class_id)
    following = Follower.objects.filter(ticket=OuterRef("pk"), by_customer=False).exclude(person__in=serving)
    held = Q(state__in=OPEN_STATES, assignee__isnull=False) & ~Q(assignee__in=serving)
    return Ticket.objects.filter(Exists(following) | held, service_class=class_id).order_by("pk")


def _shared_with(person: Person) -> Q:
    """The paired query of `rules.shares_department`."""
    return Q(customer__department__in=departments_shown_to(person)) & Q(service_class__is_private=False)


def _followed_by(person: Person) -> Exists:
    """The paired query of `rules.follows`."""
    counts = Q(by_customer=True) | Q(ticket__service_class__is_private=False)
    return Exists(Follower.objects.filter(counts, ticket=OuterRef("pk"), person=person))


def _asked_by(person: Person) -> Q:
    """The paired query of `rules.is_party`."""
    return Q(customer=person) | Q(opened_by=person) & ~Q(channel__in=CALLS)


def tickets_visible_to(person: Person) -> QuerySet[Ticket]:
    """The tickets of which `person` may know that they exist."""
    tickets = with_people(Ticket.objects.all())
    if not person.is_active:
        return tickets.none()
    if not is_agent(person):
        return tickets.filter(_asked_by(person) | _followed_by(person) | _shared_with(person))
    hidden = classes_hidden_from(person)
    # What is hidden at the desk is still their own request, or one that its customer let them follow.
    return (
        tickets.filter(~Q(service_class__in=hidden) | _asked_by(person) | _followed_by(person)) if hidden else tickets
    )


def requests_of(person: Person) -> QuerySet[Ticket]:
    """What somebody asked for, for themselves or for someone else; newest first."""
    asked = _asked_by(person)
    if is_agent(person):
        # What an agent asked for somebody else is work of the desk, unless the desk does not show it to them.
        asked = Q(customer=person) | asked & Q(service_class__in=classes_hidden_from(person))
    return with_people(Ticket.objects.filter(asked))


def requests_followed_by(person: Person) -> QuerySet[Ticket]:
    return with_people(Ticket.objects.filter(_followed_by(person)))


def requests_of_department(person: Person) -> QuerySet[Ticket]:
    """The requests of the departments that `person` heads, or of their own where the head allows it.

    The same as `_shared_with`, but by the keys of their people where these are few: joined with all people, PostgreSQL
    reads tickets of all departments, newest first, until a page is full.
    """
    departments = departments_shown_to(person)
    people = list(Person.objects.filter(department__in=departments).values_list("pk", flat=True)[: _FEW_PEOPLE + 1])
    theirs = Q(customer__in=people) if len(people) <= _FEW_PEOPLE else Q(customer__department__in=departments)
    return with_people(Ticket.objects.filter(theirs & Q(service_class__is_private=False)))


def departments_shown_to(person: Person) -> list[int]:
    """Keys of the departments whose requests `person` sees: as their head, or their own where the head allows it.

    Read once for each `Person` in memory, so once in a request.
    """
    known: list[int] | None = getattr(person, "_departments_shown", None)
    if known is None:
        own = Q(pk=person.department_id, shares_requests=True)
        known = list(Department.objects.filter(Q(head=person) | own).values_list("pk", flat=True))
        person._departments_shown = known  # type: ignore[attr-defined]
    return known


def drafts_of_interviews(person: Person) -> QuerySet[Interview]:
    """Interviews that `person` began and has not sent, latest first."""
    return Interview.objects.filter(person=person, ticket=None).select_related("service_class").order_by("-saved_at")


def earlier_requests(ticket: Ticket, reader: Person) -> list[Ticket]:
    """The last five things that the same customer asked before, as far as `reader` serves them, latest first."""
    if not is_agent(reader):
        return []
    return _EARLIER(ticket.customer_id, ticket.pk, sorted(classes_hidden_from(reader)))


_EARLIER = BuiltOnce(
    lambda customer, number, hidden: (
        tickets_outside(hidden)
        .filter(customer_id=customer, pk__lt=number)
        .select_related("service_class", "lane")
        .order_by("-pk")[:5]
    )
)
