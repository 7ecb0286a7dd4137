"""Which tickets and people the measurement uses: some of those that `fill` has made."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db.models import Count

from foredesk.catalogue.enums import LaneKey
from foredesk.dispatch.actions import place_those_missed
from foredesk.dispatch.queries import lane_in_order
from foredesk.forecasts import actions as forecasts
from foredesk.people.models import Person
from foredesk.people.queries import find_people
from foredesk.tickets.enums import State
from foredesk.tickets.models import Ticket
from foredesk.tickets.queries import PAGE

from .fill import LONG, SEED
from .organisation import AGENT, COLLEAGUES, CUSTOMER, HEAD, LEAD
from .words import Words

FOUND = 8  # people shown while typing


@dataclass
class World:
    long: list[int]  # open tickets with ten messages
    working: list[int]
    offerable: list[int]
    offered: list[Ticket]
    rapid: list[int]
    own: list[int]  # open requests of the measured customer
    callers: list[int]
    middle: int
    a_name: str
    beginning: str
    rare_word: str
    two_words: str
    words: Words

    def turn(self, things: list[int], turn: int) -> int:
        return things[turn % len(things)]

    def text(self, turn: int) -> str:
        """Something to say, never twice the same."""
        return f"{turn}: {self.words.paragraph(3)}"


def look() -> World:
    """Read from the database what there is to measure with."""
    place_those_missed()  # kept databases may be older than the order of work, and than promises
    forecasts.draw_curves()
    forecasts.promise_missing()
    words = Words(SEED + 1)
    public = Ticket.objects.filter(service_class__is_private=False)
    working = public.filter(state=State.WORKING).exclude(customer__email=CUSTOMER).order_by("pk")
    counted = working.annotate(said=Count("messages")).filter(said=LONG)
    long = list(counted.values_list("pk", flat=True)[:40])
    untouched = public.filter(state__in=[State.ASKED, State.WAITING]).exclude(customer__email=CUSTOMER)
    last = Ticket.objects.order_by("-pk").values_list("pk", flat=True)[0]
    everybody = Person.objects.filter(role="customer")
    callers = list(everybody.order_by("pk").values_list("pk", flat=True)[:50])
    somebody = everybody.order_by("-pk")[0]
    return World(
        long=long,
        working=list(working.exclude(pk__in=long).order_by("-pk").values_list("pk", flat=True)[:200]),
        offerable=list(untouched.order_by("pk").values_list("pk", flat=True)[:1000]),
        offered=list(public.filter(state=State.OFFERED).select_related("customer").order_by("pk")[:1000]),
        rapid=[row.ticket.pk for row in lane_in_order(Person.objects.get(email=AGENT), LaneKey.RAPID).rows[:PAGE]],
        own=list(
            Ticket.objects.filter(
                customer__email=CUSTOMER, state__in=[State.ASKED, State.WORKING, State.WAITING]
            ).values_list("pk", flat=True)
        ),
        callers=callers,
        middle=last // 2,
        a_name=somebody.full_name,
        beginning=_beginning(somebody.full_name),
        rare_word=_filling([word] for word in words.rarest_first()),
        two_words=_filling(words.pairs()),
        words=words,
    )


def _filling(candidates: Iterable[Sequence[str]]) -> str:
    """The first words whose search fills a page: so it shows equally much at every size. Else the last ones."""
    for words in candidates:
        found = Ticket.objects.all()
        for word in words:
            found = found.filter(subject__has_word=word)
        if len(found.values_list("pk", flat=True)[:PAGE]) == PAGE:
            break
    return " ".join(words)


def _beginning(name: str) -> str:
    """As much of a name as still fills the list that is shown while typing, two letters at least."""
    return next((name[:end] for end in range(len(name), 2, -1) if len(find_people(name[:end])) == FOUND), name[:2])


def people_measured() -> dict[str, Person]:
    """Those who have a page of their own in the measurement, by address."""
    return {one.email: one for one in Person.objects.filter(email__in=[AGENT, *COLLEAGUES, LEAD, HEAD, CUSTOMER])}


def session_of(person: Person) -> str:
    """A session as signing in makes it."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return str(session.session_key)
