"""What belongs together, as far as the reader may know of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from django.db.models import F, OuterRef, Q, QuerySet
from rapidfuzz import fuzz

from foredesk.activity.models import Event
from foredesk.kit.built_once import BuiltOnce
from foredesk.kit.keys import key_in
from foredesk.people.models import Person

from ..enums import OPEN_STATES, LinkKind
from ..models import Link, Ticket
from .visibility import tickets_served_by, tickets_visible_to, with_people

# How many requests are offered at once, among how many of the newest they are looked for, and how alike is alike.
OFFERED = 8
LOOKED_AT = 300
ALIKE = 60

Relation = Literal["merged", "goes_on", "parent", "part", "split_from", "split_off", "related"]


@dataclass(frozen=True)
class Tie:
    """One other ticket, and what it is to the one in hand; `link` is there for what can be unlinked."""

    relation: Relation
    ticket: Ticket
    link: int | None = None


@dataclass(frozen=True)
class Belonging:
    """Everything a ticket is tied to that its reader may know of."""

    ties: list[Tie] = field(default_factory=list)

    def _of(self, relation: Relation) -> list[Tie]:
        return [tie for tie in self.ties if tie.relation == relation]

    @property
    def goes_on(self) -> Ticket | None:
        return next((tie.ticket for tie in self._of("goes_on")), None)

    @property
    def parent(self) -> Ticket | None:
        return next((tie.ticket for tie in self._of("parent")), None)

    @property
    def merged(self) -> list[Ticket]:
        return [tie.ticket for tie in self._of("merged")]

    @property
    def parts(self) -> list[Ticket]:
        return [tie.ticket for tie in self._of("part")]

    @property
    def open_parts(self) -> list[Ticket]:
        return [part for part in self.parts if part.is_open]

    @property
    def split_from(self) -> list[Ticket]:
        return [tie.ticket for tie in self._of("split_from")]

    @property
    def split_off(self) -> list[Ticket]:
        return [tie.ticket for tie in self._of("split_off")]

    @property
    def related(self) -> list[Tie]:
        return self._of("related")


def belonging(ticket: Ticket, known: QuerySet[Ticket]) -> Belonging:
    """What `ticket` is tied to among the `known`: those that the reader serves (at the desk) or may see (elsewhere).

    Two queries for nothing, three however much it is; none for nothing where `ticket_served` has read the ticket.
    """
    if not getattr(ticket, "has_ties", True):
        return Belonging()
    links = _LINKS(ticket.pk)
    linked = {number for one in links for number in _ends(one)} - {ticket.pk}
    named = [number for number in (ticket.merged_into_id, ticket.parent_id) if number is not None]
    # The numbers first, whoever may know of them: most tickets are tied to nothing.
    numbers = {*named, *linked, *_KIN(ticket.pk)}
    found = {one.pk: one for one in known.filter(pk__in=numbers).order_by("pk")} if numbers else {}
    ties = [Tie(relation, one) for one in found.values() for relation in _kin(ticket, one)]
    for link in links:
        (other,) = set(_ends(link)) - {ticket.pk}
        if other in found:
            ties.append(Tie(_kind_of(link, ticket), found[other], link.pk if link.kind == LinkKind.RELATED else None))
    return Belonging(ties)


_LINKS = BuiltOnce(lambda ticket: Link.objects.filter(Q(ticket=ticket) | Q(other=ticket)))
_KIN = BuiltOnce(
    lambda ticket: (
        Ticket.objects.filter(Q(parent=ticket) | Q(merged_into=ticket)).order_by().values_list("pk", flat=True)
    )
)


def _ends(link: Link) -> tuple[int, int]:
    return link.ticket_id, link.other_id


def _kin(ticket: Ticket, other: Ticket) -> Iterable[Relation]:
    if other.pk == ticket.merged_into_id:
        yield "goes_on"
    if other.pk == ticket.parent_id:
        yield "parent"
    if other.merged_into_id == ticket.pk:
        yield "merged"
    if other.parent_id == ticket.pk:
        yield "part"


def _kind_of(link: Link, ticket: Ticket) -> Relation:
    if link.kind == LinkKind.RELATED:
        return "related"
    return "split_from" if link.ticket_id == ticket.pk else "split_off"


def where_it_goes_on(ticket: Ticket) -> Ticket:
    """The ticket in which a merged one goes on, at the end of the chain; the ticket itself where it was not merged.

    Mail that answers an old number, forms of an old page: whatever is written belongs there.
    """
    while ticket.merged_into_id is not None:
        ticket = with_people(Ticket.objects.all()).get(pk=ticket.merged_into_id)
    return ticket


def parts_still_open(ticket: Ticket | OuterRef) -> QuerySet[Ticket]:
    """The parts of a ticket that are open, or that go on in another open one."""
    unfinished = Q(state__in=OPEN_STATES) | Q(merged_into__state__in=OPEN_STATES) & ~Q(merged_into=F("parent"))
    return Ticket.objects.filter(unfinished, parent=ticket)


def open_parts(ticket: Ticket, person: Person | None = None) -> list[Ticket]:
    """The parts of a ticket that are not finished; `person` hears of those they may see, None of all."""
    open_ones = parts_still_open(ticket).order_by("pk")
    if person is None:
        return list(open_ones)
    # The few numbers first: as a subquery, PostgreSQL looks at every ticket there is.
    numbers = list(open_ones.values_list("pk", flat=True))
    return list(tickets_visible_to(person).filter(pk__in=numbers).order_by("pk")) if numbers else []


def hidden_among(events: Iterable[Event], reader: Person) -> set[int]:
    """The tickets that these events name and `reader` may not know of. Costs nothing where none is named."""
    named = {event.data["number"] for event in events if "number" in event.data}
    if not named:
        return set()
    return named - set(tickets_visible_to(reader).filter(pk__in=named).values_list("pk", flat=True))


def join_candidates(ticket: Ticket, reader: Person, words: str = "") -> list[Ticket]:
    """What a ticket could belong with: by number, by words, or without either what looks alike.

    The same customer's come first, then the same department's and kind's. Closed ones are found by their number, and
    among the customer's own.
    """
    known = with_people(tickets_served_by(reader)).exclude(pk=ticket.pk)
    if (number := key_in(words.strip().lstrip("#"))) is not None:
        return list(known.filter(pk=number))
    own = known.filter(customer_id=ticket.customer_id).exclude(merged_into=ticket)
    opened = known.filter(state__in=OPEN_STATES)
    terms = words.split()[:5]
    for word in terms:
        own = own.filter(subject__icontains=word)
        opened = opened.filter(Q(subject__icontains=word) | Q(customer__full_name__icontains=word))
    if not terms:
        own = own.filter(state__in=OPEN_STATES)
        near = Q(service_class_id=ticket.service_class_id)
        if ticket.customer.department_id:
            near |= Q(customer__department_id=ticket.customer.department_id)
        opened = opened.filter(near)
    others = opened.exclude(customer_id=ticket.customer_id).order_by("-pk")[:LOOKED_AT]
    alike = sorted(((_alike(ticket, one), one) for one in others), key=lambda pair: -pair[0])
    return [*own.order_by("-pk")[:OFFERED], *(one for how, one in alike if terms or how >= ALIKE)][:OFFERED]


def _alike(ticket: Ticket, other: Ticket) -> float:
    """How much the titles have in common, from 0 to 100, whatever the order of their words."""
    return fuzz.token_set_ratio(ticket.subject.casefold(), other.subject.casefold())
