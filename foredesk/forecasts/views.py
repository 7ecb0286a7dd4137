"""Pages for those who plan with measured times, and for those who answer for promises."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from foredesk.kit.access import allow
from foredesk.people.models import Person
from foredesk.people.rules import is_agent

from .queries import calibration as figures
from .queries import cards as measured
from .rules.permissions import can_read_calibration, can_read_cards


class Request(HttpRequest):
    """A request that `allow` has let in: somebody is signed in."""

    user: Person


@allow(can_read_cards)
@require_safe
def cards(request: Request) -> HttpResponse:
    """What is possible and how long it takes: a card for each kind that is offered."""
    shell = "ui/settings.html" if is_agent(request.user) else "ui/portal.html"
    context = {
        "shell": shell,
        "cards": measured.cards_for(request.user),
        "drawn_at": measured.drawn_at(),
        "at_desk": is_agent(request.user),
    }
    return render(request, "forecasts/cards.html", context)


@allow(can_read_calibration)
@require_safe
def calibration(request: Request) -> HttpResponse:
    """Whether promises are kept: by kind and month."""
    return render(request, "forecasts/calibration.html", {"page": figures.calibration_for(request.user)})
