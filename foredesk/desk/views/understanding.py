"""Restating the need before solving it, and taking the customer's own theory seriously."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foredesk.kit.access import allow
from foredesk.people.rules import is_agent
from foredesk.tickets import actions
from foredesk.tickets.enums import Stance
from foredesk.tickets.models import Interview
from foredesk.tickets.rules import drafted_restatement

from ..forms.ticket import LeftOutForm, RestatementForm, StanceForm
from .answers import begun, panel, person_of, posted, ticket_for


@allow(is_agent)
@require_http_methods(["GET", "POST"])
def restatement(request: HttpRequest, number: int) -> HttpResponse:
    ticket = ticket_for(request, number)
    interview = Interview.objects.filter(ticket=ticket).first()
    latest = ticket.restatements.last()
    first = latest.text if latest else drafted_restatement(interview) if interview else ""
    form = RestatementForm(posted(request), initial={"body": begun(request, ticket, "restatement", first)})

    def act() -> str:
        actions.restate(by=person_of(request), ticket=ticket, text=form.cleaned_data["body"])
        return _("%(name)s is asked whether you understood.") % {"name": ticket.customer.first_name}

    return panel(request, ticket, form, template="desk/panels/restatement.html", act=act, context={"latest": latest})


@allow(is_agent)
@require_http_methods(["GET", "POST"])
def left_out(request: HttpRequest, number: int) -> HttpResponse:
    ticket = ticket_for(request, number)
    form = LeftOutForm(posted(request))

    def act() -> str:
        actions.skip_restatement(by=person_of(request), ticket=ticket, reason=form.cleaned_data["reason"])
        return _("Noted why no restatement is needed.")

    return panel(request, ticket, form, template="desk/panels/left_out.html", act=act)


@allow(is_agent)
@require_http_methods(["GET", "POST"])
def stance(request: HttpRequest, number: int) -> HttpResponse:
    ticket = ticket_for(request, number)
    interview = Interview.objects.filter(ticket=ticket).first()
    said = {"stance": interview.stance, "because": interview.stance_because} if interview else {}
    if request.GET.get("stance") in Stance.values:
        said["stance"] = request.GET["stance"]
    form = StanceForm(posted(request), initial=said)

    def act() -> str:
        data = form.cleaned_data
        actions.take_stance(by=person_of(request), ticket=ticket, stance=data["stance"], because=data["because"])
        return _("%(name)s can read what you make of it.") % {"name": ticket.customer.first_name}

    return panel(request, ticket, form, template="desk/panels/stance.html", act=act, context={"interview": interview})
