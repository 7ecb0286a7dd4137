"""The agents' lists: calm, keyboard-driven, refreshed without moving anything."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from foredesk.catalogue.enums import LaneKey
from foredesk.catalogue.queries import lane as lane_by_key
from foredesk.dispatch.queries import Served, lane_in_order, offer
from foredesk.kit.access import allow
from foredesk.kit.keys import key_in
from foredesk.people.rules import is_agent
from foredesk.shield.queries import now_and_next, waiting_for
from foredesk.tickets import queries as tickets

from ..queries import people_on, steady
from .answers import person_of

# As many as a list holds; a longer list of numbers in an address is nobody’s screen.
MOST_SHOWN = 200


def _shown(request: HttpRequest) -> list[int]:
    """The numbers that the reader has before their eyes, from the top; empty on opening the page."""
    given = request.GET.get("shown", "").split(",", MOST_SHOWN)[:MOST_SHOWN]
    return [key for part in given if (key := key_in(part)) is not None]


def _list(request: HttpRequest, template: str, read: Callable[[int | None], Served], **context: object) -> HttpResponse:
    """A whole page of a list (`?after=` the last ticket of the page before), or on the half-minute only its rows."""
    after = key_in(request.GET.get("after"))
    in_place = bool(request.htmx) and bool(request.GET.get("shown"))  # type: ignore[attr-defined]
    served = read(after)
    page = served.rows[: tickets.PAGE]
    listed = steady(page, _shown(request) if in_place else [], person_of(request))
    address = f"{request.path}?after={after}" if after else request.path
    pages = {
        "list_url": address,
        "older": f"{request.path}?after={page[-1].ticket.pk}" if len(served.rows) > len(page) else "",
        "newest": request.path if after else "",
    }
    template = "desk/queue/list.html" if in_place else template
    return render(
        request,
        template,
        {"list": listed, "rows": listed.rows, "gone": listed.gone, "whys": served.whys, **pages, **context},
    )


def _plain(read: Callable[..., list[tickets.QueueRow]], *values: Any) -> Callable[[int | None], Served]:
    """A list that needs no reasons: its order is its name."""
    return lambda after: Served(read(*values, after=after), {})


def _lane(request: HttpRequest, key: LaneKey, title: str, empty: str) -> HttpResponse:
    lane, person = lane_by_key(key), person_of(request)
    return _list(
        request,
        "desk/lane.html",
        partial(lane_in_order, person, key),
        lane=lane,
        offer=None if request.htmx else offer(key, person),  # type: ignore[attr-defined]
        title=title,
        empty_text=empty,
        people=people_on(lane),
        on_duty=now_and_next() if key == LaneKey.RAPID else None,
    )


@allow(is_agent)
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    return _lane(
        request,
        LaneKey.RAPID,
        _("Today"),
        _("Quick requests arrive here. Nobody waits right now."),
    )


@allow(is_agent)
@require_safe
def deep(request: HttpRequest) -> HttpResponse:
    return _lane(
        request,
        LaneKey.DEEP,
        _("Deep dive"),
        _("Requests that need time and quiet come here, with what was already tried. There are none right now."),
    )


@allow(is_agent)
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What one holds and is mentioned in; in focus without what came meanwhile, unless one looks (`?look=now`)."""
    person = person_of(request)
    waits = waiting_for(person)
    looks = request.GET.get("look") == "now"
    held = None if looks else waits

    def assigned(after: int | None) -> Served:
        rows = tickets.assigned_to(person, after)
        return Served([row for row in rows if row.ticket.pk not in held.tickets] if held else rows, {})

    return _list(
        request,
        "desk/mine.html",
        assigned,
        mentions=tickets.mentions_of(person, 10, without=[message.pk for message in held.mentions] if held else ()),
        waits=waits,
        looks=looks,
        show_lane=True,
    )


@allow(is_agent)
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    return _list(request, "desk/waiting.html", _plain(tickets.waiting, person_of(request)), show_lane=True)


@allow(is_agent)
@require_safe
def silent(request: HttpRequest) -> HttpResponse:
    return _list(request, "desk/silent.html", _plain(tickets.silent_soon, person_of(request)), show_lane=True)
