"""One's own focus: begun, planned, made longer, ended."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from foredesk.kit.access import allow
from foredesk.kit.refusals import Refused
from foredesk.people.rules import PersonRequest

from .. import actions, rules
from ..forms import LongerForm, PlanForm, StartForm
from ..models import FocusBlock
from ..rules.wording import clock_of, span_words
from .shield import show


@allow(rules.can_see_shield)
@require_POST
def start(request: PersonRequest) -> HttpResponse:
    form = StartForm(request.POST, by=request.user)
    if form.is_valid():
        try:
            block = actions.start_focus(by=request.user, until=form.cleaned_data["ends_at"], shield=form.shield)
        except Refused as refused:
            _say(form, refused)
        else:
            messages.success(
                request, _("You are in focus until %(until)s. What comes, waits.") % {"until": clock_of(block.ends_at)}
            )
            return redirect("shield:shield")
    return show(request, start=form)


@allow(rules.can_see_shield)
@require_POST
def plan(request: PersonRequest) -> HttpResponse:
    form = PlanForm(request.POST, by=request.user)
    if form.is_valid():
        data = form.cleaned_data
        try:
            block = actions.plan_focus(
                by=request.user, begins_at=data["begins_at"], ends_at=data["ends_at"], shield=form.shield
            )
        except Refused as refused:
            _say(form, refused)
        else:
            messages.success(request, _("Planned: %(when)s.") % {"when": span_words(block.begins_at, block.ends_at)})
            return redirect("shield:shield")
    return show(request, plan=form)


def _say(form: Any, refused: Refused) -> None:
    form.add_error(refused.field if refused.field in form.fields else None, str(refused))


@allow(rules.can_see_shield)
@require_POST
def longer(request: PersonRequest, pk: int) -> HttpResponse:
    block = get_object_or_404(FocusBlock, pk=pk, person=request.user)
    form = LongerForm(request.POST)
    if form.is_valid():
        until = block.ends_at + timedelta(minutes=form.cleaned_data["minutes"])
        try:
            actions.extend_focus(by=request.user, block=block, until=until)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("In focus until %(until)s.") % {"until": clock_of(until)})
    return redirect("shield:shield")


@allow(rules.can_see_shield)
@require_POST
def end(request: PersonRequest, pk: int) -> HttpResponse:
    """End a block that runs, or drop one that is planned."""
    block = get_object_or_404(FocusBlock, pk=pk, person=request.user)
    begun = block.begun_at is not None
    actions.end_focus(by=request.user, block=block)
    messages.success(
        request, _("Welcome back. What waited for you comes now.") if begun else _("Taken out of the plan.")
    )
    return redirect("shield:shield")
