"""How the desk answers: whole pages without scripts, panels and redirects with them."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from foredesk.attachments.actions import store_files
from foredesk.kit.refusals import Refused
from foredesk.people.models import Person
from foredesk.tickets import actions
from foredesk.tickets.models import Ticket
from foredesk.tickets.queries import activity as tickets_activity
from foredesk.tickets.queries import drafts_of, last_said, ticket_served
from foredesk.tickets.rules import Changed


def ticket_for(request: HttpRequest, number: int) -> Ticket:
    """The ticket, or 404 for who does not serve it."""
    ticket = ticket_served(person_of(request), number)
    if ticket is None:
        raise Http404
    return ticket


def person_of(request: HttpRequest) -> Person:
    """The signed-in agent; the views' rule has seen to it that there is one."""
    person = request.user
    assert isinstance(person, Person)  # noqa: S101
    return person


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: nothing on opening it, whatever was sent, be it empty, on sending it."""
    return request.POST if request.method == "POST" else None


def go_to(request: HttpRequest, url: str) -> HttpResponse:
    """On to another page, from a form or from htmx."""
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponseClientRedirect(url)
    return redirect(url)


def to_ticket(request: HttpRequest, ticket: Ticket, anchor: str = "") -> HttpResponse:
    url = reverse("desk:ticket", args=[ticket.pk])
    # htmx takes an address that differs only by its anchor for the page it is on, and would not load it anew.
    return go_to(request, url if request.htmx else url + anchor)  # type: ignore[attr-defined]


def out_of_sight(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """On to the queue after a deed that made a ticket private to teams the agent is not in."""
    said = _("%(number)s is with %(teams)s now. It is private, so you do not see it any more.")
    teams = get_text_list([team.name for team in ticket.service_class.teams.all()], _("and"))
    messages.success(request, said % {"number": ticket.pk, "teams": teams})
    return go_to(request, reverse("desk:today"))


def do_at_once(request: HttpRequest, ticket: Ticket, act: Callable[[], object], said: str) -> HttpResponse:
    """One click: do it, say it, and back to where the agent was."""
    try:
        act()
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return to_ticket(request, ticket)


def begun(request: HttpRequest, ticket: Ticket, purpose: str, otherwise: str = "") -> str:
    """What the agent has begun to write in a form, else a first version."""
    draft = drafts_of(ticket, person_of(request)).get(purpose)
    return draft.body if draft and draft.body else otherwise


def store(request: HttpRequest, form: forms.Form, field: str = "uploads") -> list[Any]:
    """Keep the files of a valid form. Raises Refused with a sentence for the form."""
    return store_files(by=person_of(request), uploads=form.cleaned_data[field])


def shell(request: HttpRequest) -> dict[str, Any]:
    """What a panel needs to know of where it is shown: in a dialog with htmx, as a page of its own without."""
    in_dialog = bool(request.htmx)  # type: ignore[attr-defined]
    return {"in_dialog": in_dialog, "shell": f"desk/panels/{'dialog' if in_dialog else 'page'}.html"}


def panel(
    request: HttpRequest,
    ticket: Ticket | None,
    form: forms.Form,
    *,
    template: str,
    act: Callable[[], str | HttpResponse],
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """One form of its own: shown on GET, done on POST, shown again with what to mend.

    `act` does it and returns what to say (or the answer).
    """
    changed: Changed | None = None
    if request.method == "POST" and form.is_valid():
        try:
            done = act()
        except Changed as meanwhile:
            changed = meanwhile
            form.data = {**request.POST.dict(), **_renewed(form, ticket)}
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            if isinstance(done, HttpResponse):
                return done
            messages.success(request, done)
            assert ticket is not None  # noqa: S101
            return to_ticket(request, ticket)
    around = shell(request)
    return render(
        request,
        template,
        {
            **around,
            "ticket": ticket,
            "form": form,
            "changed": changed,
            "latest_events": tickets_activity(ticket, person_of(request))[-1:] if changed and ticket else [],
            **(context or {}),
        },
        # htmx puts only an answer of 200 in its place.
        status=200 if around["in_dialog"] or request.method == "GET" else 409 if changed else 422,
    )


def _renewed(form: forms.Form, ticket: Ticket | None) -> dict[str, str]:
    """Having been shown what the other wrote, the agent may now overwrite it."""
    renewed = {}
    if ticket is not None and "version" in form.fields:
        ticket.refresh_from_db(fields=["version"])
        renewed[form.add_prefix("version")] = str(ticket.version)
    if ticket is not None and "last_seen" in form.fields:
        renewed[form.add_prefix("last_seen")] = str(last_said(ticket))
    return renewed


def keep_begun(request: HttpRequest, ticket: Ticket, purpose: str, body: str) -> None:
    """Keep what was typed when it could not be sent."""
    actions.keep_draft(by=person_of(request), ticket=ticket, purpose=purpose, body=body)
