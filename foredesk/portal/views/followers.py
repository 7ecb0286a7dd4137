"""Who else hears of a request, how much, and what they may read."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from foredesk.kit.access import allow
from foredesk.kit.refusals import Refused
from foredesk.people.rules import is_customer
from foredesk.tickets.actions import change_measure, follow, share_conversation, unfollow
from foredesk.tickets.enums import FollowerReason, Measure
from foredesk.tickets.queries import tickets_visible_to
from foredesk.tickets.rules import can_share

from ..forms import FollowerForm, MeasureForm, SharingForm
from ..queries import own_following
from .base import reader_of, to_request, visible_ticket
from .request_page import show


@allow(is_customer)
@require_POST
def add(request: HttpRequest, number: int) -> HttpResponse:
    """The customer lets a colleague follow."""
    ticket, person = visible_ticket(request, number), reader_of(request)
    if not can_share(person, ticket):
        raise Http404
    form = FollowerForm(request.POST, by=person)
    if not form.is_valid():
        return show(request, ticket, follower_form=form)
    named = form.cleaned_data["person"]
    if form.cleaned_data["is_held_up"]:
        reason = FollowerReason.HELD_UP
    elif named.pk == ticket.customer.manager_id:
        reason = FollowerReason.MANAGER
    else:
        reason = FollowerReason.INTERESTED
    if follow(by=person, ticket=ticket, person=named, reason=reason) is None:
        messages.info(request, _("%(name)s hears everything about this request already.") % {"name": named.full_name})
    return to_request(number, anchor="followers")


@allow(is_customer)
@require_POST
def measure(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """A follower chooses how much they hear."""
    ticket, person = visible_ticket(request, number), reader_of(request)
    following = own_following(ticket, person)
    form = MeasureForm(request.POST)
    if following is None or following.pk != pk:
        raise Http404
    if not form.is_valid():
        return show(request, ticket, measure_form=form)
    following.ticket = ticket
    change_measure(by=person, follower=following, measure=Measure(form.cleaned_data["measure"]))
    messages.success(request, _("Noted. You hear from us as you chose."))
    return to_request(number, anchor="followers")


@allow(is_customer)
@require_POST
def removal(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """Stop following, or be taken off by the customer."""
    ticket, person = visible_ticket(request, number), reader_of(request)
    following = next((one for one in ticket.followers.all() if one.pk == pk), None)
    if following is None:
        raise Http404
    following.ticket = ticket
    try:
        unfollow(by=person, follower=following)
    except Refused as refused:
        raise Http404 from refused
    if tickets_visible_to(person).filter(pk=number).exists():
        return to_request(number, anchor="followers")
    messages.success(request, _("You no longer follow that request."))
    return redirect("portal:requests")


@allow(is_customer)
@require_POST
def sharing(request: HttpRequest, number: int) -> HttpResponse:
    """The customer decides what followers may read."""
    ticket, person = visible_ticket(request, number), reader_of(request)
    if not can_share(person, ticket):
        raise Http404
    form = SharingForm(request.POST)
    if form.is_valid():
        share_conversation(by=person, ticket=ticket, shares=form.cleaned_data["shares"])
    return to_request(number, anchor="followers")
