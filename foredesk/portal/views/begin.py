"""The first question, up to the interview that it begins."""

from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from foredesk.attachments.actions import store_files
from foredesk.catalogue.queries import kinds_offered
from foredesk.kit.access import allow
from foredesk.kit.keys import key_in
from foredesk.kit.refusals import Refused
from foredesk.people.models import Person
from foredesk.people.rules import is_customer
from foredesk.tickets.actions import (
    attach_to_interview,
    discard_interview,
    save_answers,
    start_interview,
)
from foredesk.tickets.models import Interview
from foredesk.tickets.queries import tickets_visible_to

from ..forms import BeginForm
from ..queries import interview_of
from .base import reader_of, to_interview

# The drafts begun in this session's tabs, by the key of the page they are typed in.
BEGUN = "portal_begun"
MOST_BEGUN = 5


@allow(is_customer)
def ask(request: HttpRequest) -> HttpResponse:
    """Ask the first question (GET); begin an interview with its answer (POST)."""
    person = reader_of(request)
    if request.method != "POST":
        form = BeginForm(by=person, initial={"key": uuid4().hex, "goal": _linked_words(request, person)})
        return _show(request, form)
    form = BeginForm(request.POST, request.FILES, by=person)
    if not form.is_valid():
        return _show(request, form)
    try:
        files = store_files(by=person, uploads=form.cleaned_data["uploads"])
    except Refused as refused:
        form.add_error("uploads", str(refused))
        return _show(request, form)
    interview = _begun(request, person, form)
    for attachment in files:
        attach_to_interview(by=person, interview=interview, attachment=attachment)
    request.session.get(BEGUN, {}).pop(form.cleaned_data["key"], None)
    request.session.modified = True
    return to_interview(interview.pk)


@allow(is_customer)
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep what is being typed on the first page as a draft, so that nothing said is lost."""
    person = reader_of(request)
    form = BeginForm(request.POST, request.FILES, by=person)
    form.is_valid()
    words, uploads = form.cleaned_data.get("goal", ""), form.cleaned_data.get("uploads", [])
    if not form.cleaned_data.get("key") or not (words.strip() or uploads):
        return HttpResponse(status=204)
    try:
        files = store_files(by=person, uploads=uploads)
    except Refused as refused:
        return HttpResponse(str(refused), status=422)
    interview = _begun(request, person, form)
    for attachment in files:
        attach_to_interview(by=person, interview=interview, attachment=attachment)
    return HttpResponse(status=204)


def _begun(request: HttpRequest, person: Person, form: BeginForm) -> Interview:
    """The interview of this page: the draft kept while typing, or a new one."""
    data = form.cleaned_data
    key, said = data.get("key", ""), {"goal": data.get("goal", ""), "perceived_size": data.get("perceived_size", "")}
    begun = request.session.setdefault(BEGUN, {})
    interview = interview_of(person, begun[key]) if key in begun else None
    if interview and interview.ticket is None:
        if not data.get("person") and not data.get("kind"):
            save_answers(by=person, interview=interview, **said)
            return interview
        # For somebody else, or of a chosen kind: that is decided when an interview starts. The words go along.
        discard_interview(by=person, interview=interview)
    started = start_interview(by=person, customer=data.get("person"), service_class=data.get("kind"), **said)
    if key:
        begun[key] = started.pk
        for old in list(begun)[:-MOST_BEGUN]:
            del begun[old]
        request.session.modified = True
    return started


def _linked_words(request: HttpRequest, person: Person) -> str:
    """“Anything else?” after a request: the words that tie the new one to it."""
    number = key_in(request.GET.get("after"))
    ticket = tickets_visible_to(person).filter(pk=number).first() if number is not None else None
    if ticket is None:
        return ""
    return _("After request %(number)d (“%(subject)s”): ") % {"number": ticket.pk, "subject": ticket.subject}


def _show(request: HttpRequest, form: BeginForm) -> HttpResponse:
    return render(request, "portal/ask.html", {"form": form, "kinds": kinds_offered()})
