"""Every ticket there ever was, found by number, words or customer."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from foredesk.kit.access import allow
from foredesk.kit.keys import key_in
from foredesk.people.rules import is_agent
from foredesk.tickets import queries as tickets

from ..forms.search import FilterForm
from .answers import person_of

PAGE = 50


@allow(is_agent)
@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    form = FilterForm(request.GET or None)
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
    words = chosen.get("q", "").strip().lstrip("#")
    # A number is an address: go there, as the agent who typed it meant to.
    number = key_in(words)
    if number is not None and tickets.tickets_served_by(person_of(request)).filter(pk=number).exists():
        return redirect("desk:ticket", number)
    before = request.GET.get("before", "")
    rows = tickets.all_tickets(
        person_of(request),
        words=words,
        state=chosen.get("state", ""),
        lane=chosen.get("lane", ""),
        before=key_in(before),
        limit=PAGE + 1,
    )
    filters = {key: value for key, value in chosen.items() if value}
    older = urlencode({**filters, "before": rows[PAGE - 1].ticket.pk}) if len(rows) > PAGE else ""
    context = {
        "form": form,
        "rows": rows[:PAGE],
        "older": f"?{older}" if older else "",
        "newest": f"?{urlencode(filters)}" if before else "",
        "filtered": bool(filters),
        "show_lane": True,
    }
    template = "desk/queue/found.html" if request.htmx else "desk/everything.html"  # type: ignore[attr-defined]
    return render(request, template, context)
