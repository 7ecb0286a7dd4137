"""The customer's word: on a restatement, on an offered fix, and that a request is no longer needed."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from foredesk.intake.rules.questions import answers_in
from foredesk.kit.access import allow
from foredesk.kit.refusals import Refused
from foredesk.people.rules import is_customer
from foredesk.tickets.actions import (
    answer_questions,
    answer_solution,
    confirm_late,
    confirm_restatement,
    correct_restatement,
    withdraw,
)
from foredesk.tickets.enums import Answer
from foredesk.tickets.queries import open_parts
from foredesk.tickets.rules import can_answer_as_customer

from ..forms import CorrectionForm, MissingForm, WithdrawalForm
from .base import reader_of, to_request, visible_ticket
from .request_page import show


@allow(is_customer)
@require_POST
def restatement(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """“That's it” is recorded at once; “Not quite” asks first what is different."""
    ticket, person = visible_ticket(request, number), reader_of(request)
    asked = ticket.restatements.filter(pk=pk).first()
    if asked is None or not can_answer_as_customer(person, ticket):
        raise Http404
    asked.ticket = ticket
    answer = request.POST.get("answer")
    try:
        if answer == "right":
            confirm_restatement(by=person, restatement=asked)
            messages.success(request, _("Thank you. Now we know that we are solving the right thing."))
            return to_request(number)
        if "correction" not in request.POST:
            return to_request(number, state="answer=different", anchor="answer")
        form = CorrectionForm(request.POST)
        if not form.is_valid():
            return show(request, ticket, correction_form=form, chosen="different")
        correct_restatement(by=person, restatement=asked, correction=form.cleaned_data["correction"])
        messages.success(request, _("Thank you. We read it and try again to say it in your sense."))
    except Refused as refused:
        messages.warning(request, str(refused))
    return to_request(number)


@allow(is_customer)
@require_POST
def solution(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """Yes closes; Partly and No ask first what is missing, and bring the request back."""
    ticket, person = visible_ticket(request, number), reader_of(request)
    offered = ticket.solutions.filter(pk=pk).first()
    answer = request.POST.get("answer", "")
    if offered is None or answer not in Answer.values or not can_answer_as_customer(person, ticket):
        raise Http404
    offered.ticket = ticket
    try:
        if answer == Answer.YES and not ticket.is_open:
            confirm_late(by=person, solution=offered)
            return to_request(number, state="solved=1", anchor="answer")
        if answer == Answer.YES:
            knows = "parts_known" in request.POST
            if not knows and open_parts(ticket, person):  # said on the page that asks once more
                return to_request(number, state="answer=yes", anchor="answer")
            answer_solution(by=person, solution=offered, answer=Answer.YES, despite_open_parts=knows)
            return to_request(number, state="solved=1", anchor="answer")
        if "words" not in request.POST:
            return to_request(number, state=f"answer={answer}", anchor="answer")
        form = MissingForm(request.POST)
        if not form.is_valid():
            return show(request, ticket, missing_form=form, chosen=answer)
        answer_solution(by=person, solution=offered, answer=Answer(answer), words=form.cleaned_data["words"])
        messages.success(request, _("Thank you for telling us. Your request is open again and goes before new ones."))
    except Refused as refused:
        messages.warning(request, str(refused))
    return to_request(number)


@allow(is_customer)
@require_POST
def questions(request: HttpRequest, number: int) -> HttpResponse:
    """What the interview of a mailed request left open."""
    ticket, person = visible_ticket(request, number), reader_of(request)
    if not can_answer_as_customer(person, ticket) or not hasattr(ticket, "interview"):
        raise Http404
    try:
        answer_questions(by=person, ticket=ticket, answers=answers_in(request.POST))
    except Refused as refused:
        return show(request, ticket, given_answers=request.POST.dict(), questions_problem=str(refused))
    messages.success(request, _("Thank you. That helps us to help you sooner."))
    return to_request(number)


@allow(is_customer)
@require_POST
def withdrawal(request: HttpRequest, number: int) -> HttpResponse:
    """“I no longer need this.”"""
    ticket, person = visible_ticket(request, number), reader_of(request)
    if not can_answer_as_customer(person, ticket):
        raise Http404
    form = WithdrawalForm(request.POST)
    if not form.is_valid():
        return show(request, ticket, withdrawal_form=form)
    try:
        withdraw(by=person, ticket=ticket, words=form.cleaned_data["words"])
        messages.success(request, _("Thank you for telling us. We have stopped working on it."))
    except Refused as refused:
        messages.warning(request, str(refused))
    return to_request(number)
