"""When a request will be done: an agent's own word."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foredesk.forecasts.actions import promise_anew
from foredesk.forecasts.queries import promise_of
from foredesk.kit.access import allow
from foredesk.people.rules import is_agent

from ..forms.promises import PromiseForm
from .answers import panel, person_of, posted, ticket_for


@allow(is_agent)
@require_http_methods(["GET", "POST"])
def promise(request: HttpRequest, number: int) -> HttpResponse:
    """Promise another time in the place of the present promise."""
    ticket, person = ticket_for(request, number), person_of(request)
    present = promise_of(ticket, person)
    initial = {"until": present.quote.until if present else ticket.solution_target, "version": ticket.version}
    form = PromiseForm(posted(request), initial=initial)

    def act() -> str:
        data = form.cleaned_data
        promise_anew(
            by=person,
            ticket=ticket,
            until=data["until"],
            reason=data["reason"],
            expected_version=data["version"],
        )
        return _("Promised. %(name)s and all who follow it are told, with the reason.") % {
            "name": ticket.customer.first_name
        }

    return panel(request, ticket, form, template="desk/panels/promise.html", act=act, context={"promise": present})
