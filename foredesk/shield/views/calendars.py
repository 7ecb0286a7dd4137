"""Roster and focus in people's calendars: secret addresses, and what is found there."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from foredesk.kit.access import allow, public
from foredesk.people.rules import PersonRequest

from .. import actions, queries, rules

KINDS = {"team": True, "mine": False}


@allow(rules.can_see_shield)
@require_safe
def calendars(request: PersonRequest) -> HttpResponse:
    return _show(request)


def _show(request: PersonRequest, made: str = "", address: str = "") -> HttpResponse:
    """`address`: of the kind just `made`, told once: only its hash is kept."""
    feeds = queries.feeds_of(request.user)
    names = {"mine": _("Your own times"), "team": _("Everybody’s times")}
    kinds = [
        {"kind": kind, "name": names[kind], "feed": feeds.get(KINDS[kind]), "address": address if kind == made else ""}
        for kind in names
    ]
    return render(request, "shield/calendars.html", {"kinds": kinds})


@never_cache
@allow(rules.can_see_shield)
@require_POST
def make(request: PersonRequest, kind: str) -> HttpResponse:
    token = actions.make_feed(by=request.user, is_team=_is_team(kind))
    address = f"{settings.BASE_URL}{reverse('shield:feed', args=[token])}"
    return _show(request, made=kind, address=address)


@allow(rules.can_see_shield)
@require_POST
def end(request: PersonRequest, kind: str) -> HttpResponse:
    actions.end_feed(by=request.user, is_team=_is_team(kind))
    messages.success(request, _("The address finds nothing any more."))
    return redirect("shield:calendars")


def _is_team(kind: str) -> bool:
    if kind not in KINDS:
        raise Http404
    return KINDS[kind]


@public
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Busy times for whoever has the secret address; calendars cannot sign in."""
    found = queries.feed_of(token)
    if found is None:
        raise Http404
    headers = {"Cache-Control": "private, max-age=300", "X-Robots-Tag": "noindex"}
    return HttpResponse(queries.busy_calendar(found), content_type="text/calendar; charset=utf-8", headers=headers)
