"""Serving what is next, leaving it to a colleague, and how much work it was."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from foredesk.catalogue.enums import LaneKey
from foredesk.catalogue.queries import lane as lane_by_key
from foredesk.dispatch import actions
from foredesk.dispatch.queries import effort_of
from foredesk.kit.access import allow
from foredesk.kit.refusals import Refused
from foredesk.people.rules import is_agent

from ..forms.serving import EffortForm, SkipForm
from .answers import panel, person_of, posted, ticket_for, to_ticket

HOME = {LaneKey.RAPID: "desk:today", LaneKey.DEEP: "desk:deep"}


@allow(is_agent)
@require_POST
def next_one(request: HttpRequest, key: str) -> HttpResponse:
    """Claim the first request of a lane that fits, and open it."""
    if key not in LaneKey.values:
        raise Http404
    found = actions.serve_next(by=person_of(request), lane=lane_by_key(key))
    if found is None:
        messages.info(request, _("Nobody is left in this lane whom you could serve now."))
        return redirect(HOME[LaneKey(key)])
    return redirect(reverse("desk:ticket", args=[found.pk]) + "?served")


@allow(is_agent)
@require_POST
def skipped(request: HttpRequest, number: int) -> HttpResponse:
    ticket = ticket_for(request, number)
    form = SkipForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please choose why you leave it to a colleague."))
        return redirect(reverse("desk:ticket", args=[ticket.pk]) + "?served")
    try:
        actions.skip(by=person_of(request), ticket=ticket, reason=form.cleaned_data["reason"])
    except Refused as refused:
        messages.error(request, str(refused))
        return to_ticket(request, ticket)
    messages.success(request, _("It is back in its place for a colleague, and is not served to you again today."))
    return redirect(HOME[LaneKey(ticket.lane.key)])


@allow(is_agent)
@require_http_methods(["GET", "POST"])
def effort(request: HttpRequest, number: int) -> HttpResponse:
    ticket = ticket_for(request, number)
    form = EffortForm(posted(request), initial={"minutes": effort_of(ticket).minutes or None})

    def act() -> str:
        actions.correct_effort(by=person_of(request), ticket=ticket, minutes=form.cleaned_data["minutes"])
        return _("Noted. What is usual for this kind of request follows it.")

    return panel(request, ticket, form, template="desk/panels/effort.html", act=act)
