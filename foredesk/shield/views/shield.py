"""Who may be interrupted now, and what an emergency is."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from foredesk.kit import clock
from foredesk.kit.access import allow
from foredesk.kit.refusals import Refused
from foredesk.people.queries import agents
from foredesk.people.rules import PersonRequest

from .. import actions, queries, rules
from ..forms import DefinitionForm, PlanForm, StartForm

DAYS = 14


@allow(rules.can_see_shield)
@require_safe
def shield(request: PersonRequest) -> HttpResponse:
    return show(request)


def show(request: PersonRequest, *, start: StartForm | None = None, plan: PlanForm | None = None) -> HttpResponse:
    """The page, with a form that came back to be mended when there is one."""
    by = request.user
    blocks = queries.shielded_now()
    mine = next((pair for pair in blocks if pair[0].person_id == by.pk), None)
    on_duty = queries.now_and_next()
    week = queries.days(queries.monday_of_this_week(), DAYS)
    today = next(day for day in week if day.is_today)
    busy = {block.person_id for block, _shields in blocks} | {person.pk for person in today.away}
    context: dict[str, Any] = {
        "blocks": blocks,
        "mine": mine[0] if mine else None,
        "waiting": queries.waiting_for(by),
        "on_duty": on_duty,
        "free": [person for person in agents() if person.pk not in busy | {shift.person_id for shift in on_duty.now}],
        "today": today,
        "weeks": (week[:7], week[7:]),
        "has_roster": any(day.shifts or day.gaps for day in week),
        "gaps": [gap for day in week for gap in day.gaps],
        "planned": queries.blocks_ahead(),
        "figures": queries.figures(),
        "definition": queries.definition(),
        "lengths": rules.LENGTHS,
        "start_form": start or StartForm(by=by),
        "plan_form": plan or PlanForm(by=by, initial={"day": (clock.now() + timedelta(days=1)).date()}),
        "plans": plan is not None,
        "alone": queries.is_alone(by),
        "asked": queries.swaps_asked_of(by),
        "may_shape": rules.can_shape_roster(by),
    }
    broken = (start and start.errors) or (plan and plan.errors)
    return render(request, "shield/shield.html", context, status=422 if broken else 200)


@allow(rules.can_see_shield)
@require_http_methods(["GET", "POST"])
def emergencies(request: PersonRequest) -> HttpResponse:
    """The definition of an emergency, for all of IT to read and for desk leads to change."""
    may_shape = rules.can_shape_roster(request.user)
    form = DefinitionForm(request.POST if request.method == "POST" else None, instance=queries.definition())
    if request.method == "POST" and not may_shape:
        raise Http404
    if request.method == "POST" and form.is_valid():
        try:
            actions.define_emergency(by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            messages.success(request, _("Published: from now on this is an emergency."))
            return redirect("shield:shield")
    definition = queries.definition()
    context = {
        "form": form if may_shape else None,
        "definition": definition,
        "causes": rules.causes_of(definition),
    }
    return render(request, "shield/emergencies.html", context, status=422 if form.errors else 200)
