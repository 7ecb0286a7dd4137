"""The roster of the rapid desk: the pattern, swaps, absences."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from foredesk.kit.access import allow
from foredesk.kit.refusals import Refused
from foredesk.people.rules import PersonRequest

from .. import actions, queries, rules
from ..forms import WEEKDAYS, AbsenceForm, SlotForm, SwapForm, TwoForm
from ..models import Absence, Slot, Swap

DAYS = 14


@allow(rules.can_see_shield)
@require_safe
def roster(request: PersonRequest) -> HttpResponse:
    return _show(request)


def _show(request: PersonRequest, **broken: forms.Form) -> HttpResponse:
    """The page, with the form in `broken` that came back to be mended, by its name."""
    by, may_shape = request.user, rules.can_shape_roster(request.user)
    week = queries.days(queries.monday_of_this_week(), DAYS)
    slots = list(queries.slots())
    context: dict[str, Any] = {
        "weeks": (week[:7], week[7:]),
        "has_roster": any(day.shifts or day.gaps for day in week),
        "gaps": [gap for day in week for gap in day.gaps],
        "may_shape": may_shape,
        "pattern": [(name, [slot for slot in slots if slot.weekday == number]) for number, name in WEEKDAYS],
        "has_pattern": bool(slots),
        "asked": queries.swaps_asked_of(by),
        "asks": queries.swaps_asked_by(by),
        "has_shifts": queries.shifts_ahead(by).exists(),
        "absences": queries.absences_ahead(),
        "slot_form": SlotForm(),
        "two_form": TwoForm(),
        "swap_form": SwapForm(by=by),
        "absence_form": AbsenceForm(by=by, everybody=may_shape),
        **broken,
    }
    return render(request, "shield/roster.html", context, status=422 if broken else 200)


def _do(
    request: PersonRequest, name: str, form: forms.Form, act: Callable[[dict[str, Any]], object], said: str
) -> HttpResponse:
    """What a form asks for, or the page again with what to mend in it."""
    if form.is_valid():
        try:
            act(form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, said)
            return redirect("shield:roster")
    return _show(request, **{name: form})


def _at_once(request: PersonRequest, act: Callable[[], object], said: str) -> HttpResponse:
    try:
        act()
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect("shield:roster")


@allow(rules.can_shape_roster)
@require_POST
def slot(request: PersonRequest) -> HttpResponse:
    said = _("It is in the pattern, and in the weeks to come.")
    return _do(
        request, "slot_form", SlotForm(request.POST), lambda data: actions.add_slot(by=request.user, **data), said
    )


@allow(rules.can_shape_roster)
@require_POST
def slot_removal(request: PersonRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Slot.objects.select_related("person"), pk=pk)
    return _at_once(request, lambda: actions.remove_slot(by=request.user, slot=found), _("Taken out of the pattern."))


@allow(rules.can_shape_roster)
@require_POST
def two(request: PersonRequest) -> HttpResponse:
    said = _("One holds the desk in the mornings, the other in the afternoons.")
    form = TwoForm(request.POST)
    return _do(request, "two_form", form, lambda data: actions.share_between_two(by=request.user, **data), said)


@allow(rules.can_see_shield)
@require_POST
def swap(request: PersonRequest) -> HttpResponse:
    form = SwapForm(request.POST, by=request.user)
    said = _("Asked. The roster changes when they agree.")
    return _do(request, "swap_form", form, lambda data: actions.ask_to_swap(by=request.user, **data), said)


@allow(rules.can_see_shield)
@require_POST
def answer(request: PersonRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Swap.objects.select_related("asked_by", "asked_of"), pk=pk, asked_of=request.user)
    agree = request.POST.get("agree") == "yes"
    said = _("Agreed, and changed in the roster.") if agree else _("They are told that you cannot.")
    return _at_once(request, lambda: actions.answer_swap(by=request.user, swap=found, agree=agree), said)


@allow(rules.can_see_shield)
@require_POST
def swap_removal(request: PersonRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Swap, pk=pk, asked_by=request.user)
    return _at_once(request, lambda: actions.take_back_swap(by=request.user, swap=found), _("Taken back."))


@allow(rules.can_see_shield)
@require_POST
def absence(request: PersonRequest) -> HttpResponse:
    by = request.user
    form = AbsenceForm(request.POST, by=by, everybody=rules.can_shape_roster(by))
    said = _("Noted. Where it leaves the desk empty, the roster shows it.")
    return _do(
        request, "absence_form", form, lambda data: actions.add_absence(**{"by": by, "person": by, **data}), said
    )


@allow(rules.can_see_shield)
@require_POST
def absence_removal(request: PersonRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Absence.objects.select_related("person"), pk=pk)
    return _at_once(
        request, lambda: actions.remove_absence(by=request.user, absence=found), _("Good to have them back.")
    )
