"""Copies that people ask for: about themselves, about others (administrators), of everything (administrators)."""

from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from foredesk.kit import clock
from foredesk.kit.access import allow
from foredesk.kit.refusals import Refused
from foredesk.people.models import Person
from foredesk.people.rules import PersonRequest, is_administrator, is_customer

from .. import actions
from ..models import Run
from ..queries import copies as queries


@allow(is_customer)
def own(request: PersonRequest) -> HttpResponse:
    """Ask for a copy of everything known about oneself (POST), or read what that is."""
    if request.method == "POST":
        run = actions.ask_for_copy_of_person(by=request.user, person=request.user)
        return redirect("operations:copy", pk=run.pk)
    return render(request, "operations/copy/own.html", {"copies": queries.copies_of(request.user)})


@allow(is_administrator)
@require_POST
def of_person(request: PersonRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Person, pk=pk)
    with_notes = request.POST.get("notes") == "yes" and person.pk != request.user.pk
    run = actions.ask_for_copy_of_person(by=request.user, person=person, with_notes=with_notes)
    return redirect("operations:copy", pk=run.pk)


@allow(is_administrator)
@require_POST
def of_everything(request: PersonRequest) -> HttpResponse:
    try:
        run = actions.ask_for_copy_of_everything(by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("operations:privacy")
    return redirect("operations:copy", pk=run.pk)


@allow(is_customer)
def page(request: PersonRequest, pk: int) -> HttpResponse:
    """How far a copy is, and where to get it. Only for who asked for it."""
    run = _own_run(request, pk)
    context: dict[str, Any] = {"run": run, "copy": queries.copy_of(run), "back": _way_back(run, request.user)}
    return render(request, "operations/copy/page.html", context)


@allow(is_customer)
def file(request: PersonRequest, pk: int) -> HttpResponseBase:
    run = _own_run(request, pk)
    copy = queries.copy_of(run)
    if not copy.is_there or (copy.until is not None and copy.until < clock.now()):  # also while no worker tidies up
        raise Http404
    try:
        content = default_storage.open(run.path)
    except FileNotFoundError as lost:
        raise Http404 from lost
    headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
    return FileResponse(content, as_attachment=True, filename=copy.file_name, headers=headers)


def _own_run(request: PersonRequest, pk: int) -> Run:
    run = queries.copies_of(request.user).filter(pk=pk).first()
    # A copy of everything is an administrator's; whoever no longer is one has lost it.
    if run is None or (queries.copy_of(run).needs_administrator and not is_administrator(request.user)):
        raise Http404
    return run


def _way_back(run: Run, person: Person) -> tuple[str, str, str]:
    """Name, key and words of the page from which the copy was asked for."""
    if run.options["what"] == "everything":
        return "operations:privacy", "", _("Privacy")
    if run.options["person"] == person.pk:
        return "operations:own_copies", "", _("What we know about you")
    return "people:person", str(run.options["person"]), queries.copy_of(run).about
