"""Requests that belong together: finding the other one, joining the two, splitting, and taking all of it back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foredesk.kit.access import allow
from foredesk.kit.keys import key_in
from foredesk.people.rules import is_agent
from foredesk.tickets import actions
from foredesk.tickets import queries as tickets
from foredesk.tickets.models import Interview, Link, Ticket
from foredesk.tickets.rules import can_work_on

from ..forms.joining import JoinForm, SplitForm
from ..queries import what_was_said
from .answers import do_at_once, panel, person_of, posted, shell, ticket_for, to_ticket


def _other(request: HttpRequest, ticket: Ticket) -> Ticket | None:
    """The ticket named beside the one in hand; what its reader does not serve is not there."""
    number = key_in(request.POST.get("other") or request.GET.get("other"))
    if number is None or number == ticket.pk:
        return None
    return tickets.with_people(tickets.tickets_served_by(person_of(request))).filter(pk=number).first()


@allow(is_agent)
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, number: int) -> HttpResponse:
    """First which one (`?q=`), then how (`?other=`), with what comes of each in a sentence; then it is done."""
    ticket, person = ticket_for(request, number), person_of(request)
    if not can_work_on(person, ticket):
        raise Http404
    other = _other(request, ticket)
    if other is None:
        return _search(request, ticket)
    form = JoinForm(posted(request), ticket=ticket, other=other, initial={"other": other.pk, "version": ticket.version})

    def act() -> str | HttpResponse:
        way, version = form.cleaned_data["way"], form.cleaned_data["version"]
        if way == "there":
            actions.merge(by=person, ticket=ticket, into=other, expected_version=version)
            return _merged(request, ticket, other)
        if way == "here":
            actions.merge(by=person, ticket=other, into=ticket)
            return _merged(request, other, ticket)
        if way == "part":
            actions.make_part_of(by=person, ticket=ticket, parent=other, expected_version=version)
            return _("It is a part of %(number)s now.") % {"number": other.pk}
        if way == "whole":
            actions.make_part_of(by=person, ticket=other, parent=ticket)
            return _("%(number)s is a part of this now.") % {"number": other.pk}
        actions.link(by=person, ticket=ticket, other=other)
        return _("Both show now that they have to do with each other.")

    first_words = Interview.objects.filter(ticket=other).values_list("goal", flat=True).first()
    context = {"other": other, "other_words": first_words or ""}
    return panel(request, ticket, form, template="desk/panels/join.html", act=act, context=context)


def _merged(request: HttpRequest, source: Ticket, target: Ticket) -> HttpResponse:
    """On to where it goes on, with the way back offered."""
    said = _("%(source)s goes on in %(target)s.") % {"source": source.pk, "target": target.pk}
    messages.success(request, said, extra_tags=reverse("desk:merge_end", args=[source.pk]))
    return to_ticket(request, target)


def _search(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    context = {
        **shell(request),
        "ticket": ticket,
        "words": words,
        "found": tickets.join_candidates(ticket, person_of(request), words),
    }
    return render(request, "desk/panels/join_search.html", context)


@allow(is_agent)
@require_POST
def merge_end(request: HttpRequest, number: int) -> HttpResponse:
    """Undo a merge: the request goes on by itself again."""
    ticket = ticket_for(request, number)
    said = _("%(number)s goes on by itself again.") % {"number": ticket.pk}
    return do_at_once(request, ticket, lambda: actions.undo_merge(by=person_of(request), ticket=ticket), said)


@allow(is_agent)
@require_POST
def link_end(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    ticket = ticket_for(request, number)
    link = get_object_or_404(Link.objects.select_related("ticket", "other"), pk=pk)
    if ticket.pk not in {link.ticket_id, link.other_id}:
        raise Http404
    said = _("The link is gone from both.")
    return do_at_once(request, ticket, lambda: actions.unlink(by=person_of(request), ticket=ticket, link=link), said)


@allow(is_agent)
@require_POST
def part_end(request: HttpRequest, number: int) -> HttpResponse:
    """Take a part out of its whole."""
    ticket = ticket_for(request, number)
    said = _("It stands by itself again.")
    return do_at_once(request, ticket, lambda: actions.take_out(by=person_of(request), ticket=ticket), said)


@allow(is_agent)
@require_http_methods(["GET", "POST"])
def split(request: HttpRequest, number: int) -> HttpResponse:
    """Make a request of its own of some of the words."""
    ticket, person = ticket_for(request, number), person_of(request)
    if not can_work_on(person, ticket):
        raise Http404
    chosen = request.GET.getlist("words")
    form = SplitForm(
        posted(request),
        ticket=ticket,
        interview=Interview.objects.filter(ticket=ticket).first(),
        said=list(tickets.messages_for(ticket, person)),
        initial={"words": chosen, "service_class": ticket.service_class_id, "version": ticket.version},
    )

    def act() -> HttpResponse:
        data = form.cleaned_data
        part = actions.split(
            by=person,
            ticket=ticket,
            messages=form.messages,
            first_words=form.first_words,
            subject=data["subject"],
            service_class=data["service_class"],
            expected_version=data["version"],
        )
        told = _("This is a request of its own now, and %(name)s is told.") % {"name": ticket.customer.first_name}
        messages.success(request, told)
        return to_ticket(request, part)

    return panel(request, ticket, form, template="desk/panels/split.html", act=act)


@allow(is_agent)
@require_safe
def folded(request: HttpRequest, number: int) -> HttpResponse:
    """What was said on a merged request, to be unfolded on the page of the one in which it goes on."""
    ticket, person = ticket_for(request, number), person_of(request)
    return render(request, "desk/ticket/folded.html", {"ticket": ticket, "page": what_was_said(ticket, person)})
