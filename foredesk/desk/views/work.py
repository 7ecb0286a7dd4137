"""Who holds a ticket, what it is, which lane it is in, what it waits for."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from foredesk.catalogue.queries import lane as lane_by_key
from foredesk.kit.access import allow
from foredesk.people.rules import is_agent
from foredesk.shield.actions import assign
from foredesk.tickets import actions
from foredesk.tickets import queries as tickets
from foredesk.tickets.models import Interview, Ticket
from foredesk.tickets.rules import drafted_restatement, is_hidden_from

from .. import actions as desk
from ..forms.fields import tomorrow_morning
from ..forms.ticket import AssigneeForm, ClassForm, HandOffForm, ImpactForm, NextUpdateForm, OutageForm, WaitForm
from ..queries import tried_so_far
from .answers import begun, do_at_once, out_of_sight, panel, person_of, posted, ticket_for


@allow(is_agent)
@require_POST
def taken(request: HttpRequest, number: int) -> HttpResponse:
    """Take a ticket; from a colleague only when the page said that it is theirs (`from`)."""
    ticket, person = ticket_for(request, number), person_of(request)
    if ticket.assignee_id and request.POST.get("from") == str(ticket.assignee_id):
        return do_at_once(
            request,
            ticket,
            lambda: actions.assign(by=person, ticket=ticket, assignee=person),
            _("You have it now."),
        )
    return do_at_once(request, ticket, lambda: actions.take(by=person, ticket=ticket), _("It is yours."))


@allow(is_agent)
@require_http_methods(["GET", "POST"])
def assignee(request: HttpRequest, number: int) -> HttpResponse:
    ticket = ticket_for(request, number)
    person = person_of(request)
    form = AssigneeForm(posted(request), by=person, ticket=ticket, initial={"assignee": ticket.assignee_id})

    def act() -> str:
        chosen = form.cleaned_data["assignee"]
        assign(by=person, ticket=ticket, assignee=chosen, emergency=form.emergency)
        if form.sentences and not form.emergency:
            return _("%(name)s has it now, and sees it when the focus ends.") % {"name": chosen.first_name}
        return _("%(name)s has it now and is told.") % {"name": chosen.first_name}

    return panel(request, ticket, form, template="desk/panels/assignee.html", act=act)


@allow(is_agent)
@require_POST
def back(request: HttpRequest, number: int) -> HttpResponse:
    ticket = ticket_for(request, number)
    said = _("Back in the queue for the next free hands.")
    return do_at_once(request, ticket, lambda: actions.put_back(by=person_of(request), ticket=ticket), said)


@allow(is_agent)
@require_http_methods(["GET", "POST"])
def classification(request: HttpRequest, number: int) -> HttpResponse:
    ticket = ticket_for(request, number)
    present = {"service_class": ticket.service_class_id, "size": ticket.size, "version": ticket.version}
    form = ClassForm(posted(request), by=person_of(request), ticket=ticket, initial=present)

    def act() -> str | HttpResponse:
        data, size = form.cleaned_data, ticket.size
        actions.classify(
            by=person_of(request),
            ticket=ticket,
            service_class=data["service_class"],
            size=data["size"],
            reason=data["reason"],
            expected_version=data["version"],
        )
        if is_hidden_from(person_of(request), ticket):
            return out_of_sight(request, ticket)
        if data["size"] != size:
            return _("Changed, and %(name)s is told why.") % {"name": ticket.customer.first_name}
        return _("Changed.")

    return panel(request, ticket, form, template="desk/panels/class.html", act=act)


@allow(is_agent)
@require_http_methods(["GET", "POST"])
def impact(request: HttpRequest, number: int) -> HttpResponse:
    ticket = ticket_for(request, number)
    present = {"severity": ticket.severity, "people_held_up": ticket.people_held_up, "version": ticket.version}
    form = ImpactForm(posted(request), initial=present)

    def act() -> str:
        data = form.cleaned_data
        actions.set_impact(
            by=person_of(request),
            ticket=ticket,
            severity=data["severity"],
            people_held_up=data["people_held_up"],
            reason=data["reason"],
            expected_version=data["version"],
        )
        return _("Noted. The order of work follows it.")

    return panel(request, ticket, form, template="desk/panels/impact.html", act=act)


def _drafted(ticket: Ticket) -> str:
    interview = Interview.objects.filter(ticket=ticket).first()
    return drafted_restatement(interview) if interview else ""


@allow(is_agent)
@require_http_methods(["GET", "POST"])
def handoff(request: HttpRequest, number: int) -> HttpResponse:
    ticket = ticket_for(request, number)
    needs = not tickets.is_understood(ticket)
    lane = desk.other_lane(ticket)
    initial = {
        "to_lane": lane.key,
        "version": ticket.version,
        "body": begun(request, ticket, "hand_off", tried_so_far(ticket)),
        "restated": begun(request, ticket, "restatement", _drafted(ticket)),
    }
    form = HandOffForm(posted(request), needs_restatement=needs, initial=initial)

    def act() -> str:
        data = form.cleaned_data
        to_lane = lane_by_key(data["to_lane"])
        desk.hand_off(
            by=person_of(request),
            ticket=ticket,
            to_lane=to_lane,
            restated=data.get("restated", ""),
            tried=data["body"],
            why=data["why"],
            expected_version=data["version"],
        )
        return _("Handed to %(lane)s, who see it first. %(name)s is told why.") % {
            "lane": to_lane.name,
            "name": ticket.customer.first_name,
        }

    context = {"lane": lane, "latest": ticket.restatements.last()}
    return panel(request, ticket, form, template="desk/panels/hand_off.html", act=act, context=context)


@allow(is_agent)
@require_http_methods(["GET", "POST"])
def wait(request: HttpRequest, number: int) -> HttpResponse:
    ticket = ticket_for(request, number)
    until = tomorrow_morning(ticket.customer)
    form = WaitForm(posted(request), initial={"holder": "customer", "until": until, "version": ticket.version})

    def act() -> str:
        data = form.cleaned_data
        actions.wait_for(
            by=person_of(request),
            ticket=ticket,
            holder=data["holder"],
            reason=data["reason"],
            until=data["until"],
            expected_version=data["version"],
        )
        return _("It waits. %(name)s is told what for, and until when.") % {"name": ticket.customer.first_name}

    return panel(request, ticket, form, template="desk/panels/wait.html", act=act)


@allow(is_agent)
@require_POST
def wait_end(request: HttpRequest, number: int) -> HttpResponse:
    ticket = ticket_for(request, number)
    said = _("Back at work.")
    return do_at_once(request, ticket, lambda: actions.resume(by=person_of(request), ticket=ticket), said)


@allow(is_agent)
@require_http_methods(["GET", "POST"])
def next_update(request: HttpRequest, number: int) -> HttpResponse:
    ticket = ticket_for(request, number)
    form = NextUpdateForm(posted(request), initial={"at": ticket.next_update_due, "version": ticket.version})

    def act() -> str:
        data = form.cleaned_data
        actions.set_next_update(by=person_of(request), ticket=ticket, at=data["at"], expected_version=data["version"])
        return _("The next word is promised for then.")

    return panel(request, ticket, form, template="desk/panels/next_update.html", act=act)


@allow(is_agent)
@require_http_methods(["GET", "POST"])
def outage(request: HttpRequest, number: int) -> HttpResponse:
    """Treat a ticket as an outage, or no longer."""
    ticket = ticket_for(request, number)
    was_outage = ticket.is_outage
    form = OutageForm(posted(request), is_outage=was_outage, initial={"version": ticket.version})

    def act() -> str:
        change = actions.unmark_outage if was_outage else actions.mark_outage
        data = form.cleaned_data
        change(by=person_of(request), ticket=ticket, reason=data["reason"], expected_version=data["version"])
        if was_outage:
            return _("It is no longer treated as an outage.")
        return _("It is treated as an outage: %(name)s hears at least every 30 minutes.") % {
            "name": ticket.customer.first_name
        }

    context = {"was_outage": was_outage}
    return panel(request, ticket, form, template="desk/panels/outage.html", act=act, context=context)
