"""The technology interview, a page at a time, from the first answer to the sent request."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from foredesk.attachments.actions import store_files
from foredesk.catalogue.queries import default_class
from foredesk.kit.access import allow
from foredesk.kit.refusals import Refused
from foredesk.people.rules import is_customer
from foredesk.tickets.actions import (
    attach_to_interview,
    choose_customer,
    detach_from_interview,
    discard_interview,
    name_held_up,
    save_answers,
    send_interview,
    skip_prompts,
    unskip_prompt,
)
from foredesk.tickets.enums import Prompt
from foredesk.tickets.models import Interview
from foredesk.tickets.rules import acknowledgement, answered, assess, question

from ..forms import AnswersForm, ColleagueForm
from ..rules import LAST_LOOK, Step, next_step, number_of, step_before, step_named, understood
from .base import own_interview, reader_of, to_interview, to_request


@allow(is_customer)
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the next question or two (GET), or the one named by `?question=`; keep the answers and go on (POST)."""
    interview = own_interview(request, pk)
    if interview.ticket is not None:
        return to_request(interview.ticket.pk)
    if request.method == "POST":
        return _answer(request, interview)
    step = step_named(request.GET["question"], interview) if request.GET.get("question") else next_step(interview)
    return _show(request, interview, step, _form(interview, step))


@allow(is_customer)
@require_POST
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what is being typed and show what is understood by now."""
    interview = own_interview(request, pk)
    if interview.ticket is None:
        step = _keep_typed(request, interview)
        form = _form(interview, step, request)
        form.is_valid()
        if not _keep_files(request, interview, form):
            return HttpResponse(form.errors["uploads"].as_text().removeprefix("* "), status=422)
    return render(request, "portal/parts/understood.html", _panel(interview))


@allow(is_customer)
@require_POST
def skip(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave the questions of this page out; what was already typed is kept."""
    interview = own_interview(request, pk)
    if interview.ticket is not None:
        return to_request(interview.ticket.pk)
    step = step_named(request.POST.get("question", ""), interview)
    form = _form(interview, step, request)
    if form.is_valid():
        _keep(request, interview, step, form)
    elif step.prompts:
        skip_prompts(by=reader_of(request), interview=interview, prompts=step.prompts)
    return _go_on(interview)


@allow(is_customer)
@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the request as it is, with what stands on the present page."""
    interview, person = own_interview(request, pk), reader_of(request)
    if interview.ticket is not None:  # a second click, or a second tab
        return to_request(interview.ticket.pk, state="sent=1")
    step = step_named(request.POST.get("question", ""), interview)
    form = _form(interview, step, request)
    if not form.is_valid() or not _keep_files(request, interview, form):
        return _show(request, interview, step, form)
    save_answers(by=person, interview=interview, **form.answers())
    try:
        ticket = send_interview(by=person, interview=interview)
    except Refused as refused:
        first = Step([Prompt.GOAL])
        form = _form(interview, first, said={})
        form.add_error("goal", str(refused))
        return _show(request, interview, first, form)
    return to_request(ticket.pk, state="sent=1")


@allow(is_customer)
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    interview = own_interview(request, pk)
    if interview.ticket is not None:
        return to_request(interview.ticket.pk)
    discard_interview(by=reader_of(request), interview=interview)
    messages.success(request, _("Your draft is gone."))
    return redirect("portal:home")


@allow(is_customer)
@require_POST
def name_colleague(request: HttpRequest, pk: int) -> HttpResponse:
    """Name somebody who is held up too, or (`for_colleague`) for whom this is asked."""
    interview, person = own_interview(request, pk), reader_of(request)
    if interview.ticket is not None:
        return to_request(interview.ticket.pk)
    step = _keep_typed(request, interview)
    if "for_colleague" in request.POST:
        form = ColleagueForm(request.POST, by=person, prefix="for")
        if not form.is_valid():
            return _show(request, interview, step, _form(interview, step), customer_form=form)
        choose_customer(by=person, interview=interview, customer=form.cleaned_data["person"] or person)
        return to_interview(interview.pk, step.key)
    form = ColleagueForm(request.POST, by=person)
    if not form.is_valid():
        return _show(request, interview, step, _form(interview, step), held_up_form=form)
    if named := form.cleaned_data["person"]:
        name_held_up(by=person, interview=interview, people=[*interview.also_held_up.all(), named])
        _count_people(request, interview)
    return to_interview(interview.pk, step.key)


@allow(is_customer)
@require_POST
def leave_out(request: HttpRequest, pk: int, person: int) -> HttpResponse:
    """Take somebody off the people who are held up too."""
    interview = own_interview(request, pk)
    if interview.ticket is not None:
        return to_request(interview.ticket.pk)
    step = _keep_typed(request, interview)
    left = [one for one in interview.also_held_up.all() if one.pk != person]
    name_held_up(by=reader_of(request), interview=interview, people=left)
    return to_interview(interview.pk, step.key)


@allow(is_customer)
@require_POST
def take_back(request: HttpRequest, pk: int, file: UUID) -> HttpResponse:
    """Take a file out of a draft."""
    interview = own_interview(request, pk)
    if interview.ticket is not None:
        return to_request(interview.ticket.pk)
    attachment = interview.attachments.filter(pk=file).first()
    if attachment is None:
        raise Http404
    step = _keep_typed(request, interview)
    detach_from_interview(by=reader_of(request), interview=interview, attachment=attachment)
    return to_interview(pk, step.key)


def _keep_typed(request: HttpRequest, interview: Interview) -> Step:
    """Keep what stands on the page, as far as it can be read, and tell which page it is."""
    step = step_named(request.POST.get("question", ""), interview)
    form = _form(interview, step, request)
    form.is_valid()
    save_answers(by=reader_of(request), interview=interview, **form.answers())
    return step


def _count_people(request: HttpRequest, interview: Interview) -> None:
    """Whoever is named is also counted."""
    at_least = interview.also_held_up.count() + 1
    if (interview.people_held_up or 1) < at_least:
        save_answers(by=reader_of(request), interview=interview, people_held_up=at_least)


def _form(
    interview: Interview, step: Step, request: HttpRequest | None = None, said: dict[str, Any] | None = None
) -> AnswersForm:
    given = (request.POST, request.FILES) if request else (said, None)
    return AnswersForm(*given, interview=interview, prompts=step.prompts, asks_kind=step.asks_kind)


def _answer(request: HttpRequest, interview: Interview) -> HttpResponse:
    step = step_named(request.POST.get("question", ""), interview)
    form = _form(interview, step, request)
    if not form.is_valid() or not _keep_files(request, interview, form):
        return _show(request, interview, step, form)
    _keep(request, interview, step, form)
    return _go_on(interview)


def _go_on(interview: Interview) -> HttpResponse:
    # The address names the question, so that a reload does not run ahead of what is being typed.
    return to_interview(interview.pk, next_step(interview).key)


def _keep(request: HttpRequest, interview: Interview, step: Step, form: AnswersForm) -> None:
    """Keep the answers; an empty one counts as left out, because every question may be."""
    person = reader_of(request)
    said = form.answers()
    if step.asks_kind:
        said["kind_chosen"] = True
    save_answers(by=person, interview=interview, **said)
    for prompt in step.prompts:
        if answered(interview, prompt):
            unskip_prompt(by=person, interview=interview, prompt=prompt)
        else:
            skip_prompts(by=person, interview=interview, prompts=[prompt])


def _keep_files(request: HttpRequest, interview: Interview, form: AnswersForm) -> bool:
    """Store what was added; False with the reason at the field when a file is refused."""
    person = reader_of(request)
    try:
        stored = store_files(by=person, uploads=form.cleaned_data.get("uploads", []))
    except Refused as refused:
        form.add_error("uploads", str(refused))
        return False
    for attachment in stored:
        attach_to_interview(by=person, interview=interview, attachment=attachment)
    return True


def _show(request: HttpRequest, interview: Interview, step: Step, form: AnswersForm, **extra: Any) -> HttpResponse:
    person = reader_of(request)
    before = step_before(step, interview)
    number, at_most = number_of(step, interview)
    return render(
        request,
        "portal/last_look.html" if step.key == LAST_LOOK else "portal/interview.html",
        {
            **_panel(interview),
            "step": step,
            "form": form,
            "questions": [
                {"prompt": prompt.value, "words": question(prompt, interview), "field": form[_main_field(prompt)]}
                for prompt in step.prompts
            ],
            "acknowledgement": acknowledgement(interview) if step.key == next_step(interview).key else "",
            "number": number,
            "at_most": at_most,
            "before": before.key if before else "",
            "held_up_form": ColleagueForm(by=person),
            "customer_form": ColleagueForm(by=person, prefix="for"),
            "for_somebody_else": interview.customer_id != person.pk,
            **extra,
        },
    )


def _panel(interview: Interview) -> dict[str, Any]:
    """What the panel “What we have understood” shows."""
    return {
        "interview": interview,
        "understood": understood(interview),
        "files": list(interview.attachments.all()),
        "held_up": list(interview.also_held_up.all()),
        "assessment": assess(interview, default_class()),
    }


def _main_field(prompt: Prompt) -> str:
    return prompt.value
