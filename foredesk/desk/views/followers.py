"""Who else hears about a ticket."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from foredesk.kit.access import allow
from foredesk.kit.refusals import Refused
from foredesk.people.rules import is_agent
from foredesk.tickets import actions

from ..forms.ticket import FollowerForm
from .answers import do_at_once, panel, person_of, posted, ticket_for


@allow(is_agent)
@require_http_methods(["GET", "POST"])
def followers(request: HttpRequest, number: int) -> HttpResponse:
    ticket = ticket_for(request, number)
    form = FollowerForm(posted(request))

    def act() -> str:
        person = form.cleaned_data["person"]
        if actions.follow(by=person_of(request), ticket=ticket, **form.cleaned_data) is None:
            raise Refused(_("%(name)s hears everything anyway: it is their request.") % {"name": person.full_name})
        return _("%(name)s follows it now.") % {"name": person.full_name}

    context = {"followers": ticket.followers.select_related("person__department")}
    return panel(request, ticket, form, template="desk/panels/followers.html", act=act, context=context)


@allow(is_agent)
@require_POST
def follower(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """Take somebody off the followers."""
    ticket = ticket_for(request, number)
    found = get_object_or_404(ticket.followers.select_related("person", "ticket"), pk=pk)
    said = _("%(name)s no longer follows it.") % {"name": found.person.full_name}
    return do_at_once(request, ticket, lambda: actions.unfollow(by=person_of(request), follower=found), said)
