"""A request told by phone or at the desk: from anywhere by one key, in under ten seconds."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from foredesk.catalogue.queries import default_class, guess_class
from foredesk.kit.access import allow
from foredesk.kit.keys import key_in
from foredesk.people.models import Person
from foredesk.people.rules import is_agent
from foredesk.tickets.rules import is_hidden_from

from .. import actions
from ..forms.calls import CallForm
from .answers import go_to, out_of_sight, panel, person_of, posted


@allow(is_agent)
@require_http_methods(["GET", "POST"])
def call(request: HttpRequest) -> HttpResponse:
    form = CallForm(posted(request), initial=_known(request))
    return panel(request, None, form, template="desk/calls/new.html", act=lambda: _log(request, form))


def _known(request: HttpRequest) -> dict[str, object]:
    """A caller who was already found elsewhere: `?customer=12`."""
    key = key_in(request.GET.get("customer"))
    person = Person.objects.filter(pk=key, is_active=True).first() if key is not None else None
    return {"customer": person} if person else {}


def _log(request: HttpRequest, form: CallForm) -> HttpResponse:
    data = form.cleaned_data
    ticket = actions.log_call(
        by=person_of(request),
        customer=data["customer"],
        words=data["words"],
        channel=data["channel"],
        service_class=data["service_class"],
        severity=data["severity"],
        people_held_up=data["people_held_up"],
        solution=data["solution"] if data["solved"] else "",
        key=data["key"],
    )
    if is_hidden_from(person_of(request), ticket):
        return out_of_sight(request, ticket)
    said = (
        _("Logged as %(number)s. %(name)s gets the fix by mail and says whether it is solved.")
        if data["solved"]
        else _("Logged as %(number)s for %(name)s.")
    )
    messages.success(request, said % {"number": ticket.pk, "name": ticket.customer.first_name})
    return go_to(request, reverse("desk:ticket", args=[ticket.pk]))


@allow(is_agent)
@require_POST
def guess(request: HttpRequest) -> HttpResponse:
    """Which kind of request the words so far point to: shown beside the list while the agent types."""
    found = guess_class(request.POST.get("words", "")) or default_class()
    return render(request, "desk/calls/guess.html", {"guess": found})
