"""Answering by a link, for people who only ever use mail. Opening it changes nothing: mail scanners open links too."""

from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from foredesk.kit.access import public
from foredesk.kit.limits import limited
from foredesk.kit.refusals import Refused
from foredesk.people.queries import zone_for
from foredesk.tickets.actions import (
    answer_questions,
    answer_solution,
    confirm_late,
    confirm_restatement,
    correct_restatement,
    write_as_customer,
)
from foredesk.tickets.enums import Answer
from foredesk.tickets.queries import on_date, what_next

from ..forms import RestatementForm, SolutionForm
from ..queries import Asking, asking_of
from ..rules.questions import answers_in, questions_for


@public
@never_cache
@limited("answer", amount=30, seconds=600)
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """One question to one person; `?answer=yes` only preselects, and what is sent by the form is recorded."""
    asking = asking_of(token)
    if asking is None:
        return _page(request, "over", status=404)
    with timezone.override(zone_for(asking.person)):
        if request.user.is_authenticated and request.user.pk != asking.person.pk:
            return _page(request, "somebody_else", status=409 if request.method == "POST" else 200, asking=asking)
        if asking.state == "answered":
            return _page(request, "answered", status=409 if request.method == "POST" else 200, asking=asking)
        return _questions(request, asking) if asking.what == "questions" else _verdict(request, asking)


def _verdict(request: HttpRequest, asking: Asking) -> HttpResponse:
    kind = RestatementForm if asking.what == "restatement" else SolutionForm
    if request.method != "POST":
        return _ask(request, asking, kind(initial={"answer": request.GET.get("answer", "")}))
    form = kind(request.POST)
    if form.is_valid():
        if asking.parts and form.cleaned_data["answer"] == Answer.YES and "parts_known" not in request.POST:
            return _ask(request, asking, form, status=422, asks_once_more=True)
        try:
            _record(asking, form.cleaned_data, knows="parts_known" in request.POST)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return _thanks(request, asking)
    return _ask(request, asking, form, status=422)


def _record(asking: Asking, said: dict[str, Any], *, knows: bool) -> None:
    if asking.restatement is not None:
        asking.restatement.ticket = asking.ticket
        if said["answer"] == "right":
            confirm_restatement(by=asking.person, restatement=asking.restatement)
        else:
            correct_restatement(by=asking.person, restatement=asking.restatement, correction=said["words"])
    elif asking.solution is not None:
        asking.solution.ticket = asking.ticket
        given = Answer(said["answer"])
        words = "" if given == Answer.YES else said["words"]
        if asking.ticket.is_open:
            answer_solution(
                by=asking.person, solution=asking.solution, answer=given, words=words, despite_open_parts=knows
            )
        elif given == Answer.YES:
            confirm_late(by=asking.person, solution=asking.solution)
        else:
            write_as_customer(by=asking.person, ticket=asking.ticket, body=words)


def _questions(request: HttpRequest, asking: Asking) -> HttpResponse:
    if request.method != "POST":
        return _ask(request, asking, questions=questions_for(asking.ticket.interview))
    try:
        answer_questions(by=asking.person, ticket=asking.ticket, answers=answers_in(request.POST))
    except Refused as refused:
        asked = questions_for(asking.ticket.interview, request.POST.dict())
        return _ask(request, asking, questions=asked, problem=str(refused), status=422)
    return _thanks(request, asking)


def _ask(
    request: HttpRequest, asking: Asking, form: Form | None = None, *, status: int = 200, **more: Any
) -> HttpResponse:
    return _page(request, "asks", status=status, asking=asking, form=form, **more)


def _thanks(request: HttpRequest, asking: Asking) -> HttpResponse:
    """What comes next, told once: the link goes on to show nothing that the mail did not say."""
    asking.ticket.refresh_from_db()
    return _page(request, "thanks", asking=asking, next=what_next(asking.ticket, asking.person, on_date))


def _page(request: HttpRequest, name: str, *, status: int = 200, **context: Any) -> HttpResponse:
    answer = render(request, f"intake/answer/{name}.html", context, status=status)
    # Who it was referred by is told within this site only, as everywhere (SECURE_REFERRER_POLICY): without that the
    # browser would not say where a form comes from either, and it would be refused. The page has no link outside.
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
