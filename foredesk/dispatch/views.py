"""How the order of work comes about, for everybody of IT; skills and what is skipped, for leads."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foredesk.kit.access import allow
from foredesk.kit.refusals import Refused
from foredesk.people.rules import PersonRequest, is_agent, is_lead

from . import actions, queries
from .forms import SkillForm
from .models import Skill


@allow(is_agent)
@require_safe
def order(request: PersonRequest) -> HttpResponse:
    person = request.user
    context = {
        "loads": queries.loads(person).values(),
        "classes": queries.usual_by_class(person),
        "skills": queries.skills(),
        "may_lead": is_lead(person),
    }
    if is_lead(person):
        context |= {"skipped": queries.skipped_by_reason(person), "skipped_classes": queries.skipped_classes(person)}
    return render(request, "dispatch/order.html", context)


@allow(is_lead)
@require_http_methods(["GET", "POST"])
def new_skill(request: PersonRequest) -> HttpResponse:
    return _skill(request, None)


@allow(is_lead)
@require_http_methods(["GET", "POST"])
def skill(request: PersonRequest, pk: int) -> HttpResponse:
    return _skill(request, get_object_or_404(Skill, pk=pk))


def _skill(request: PersonRequest, kept: Skill | None) -> HttpResponse:
    form = SkillForm(request.POST if request.method == "POST" else None, by=request.user, skill=kept)
    if request.method == "POST" and form.is_valid():
        try:
            actions.keep_skill(by=request.user, skill=kept, **form.cleaned_data)
        except Refused as refused:
            form.add_error("name", str(refused))
        else:
            messages.success(request, _("Saved. Serve next goes by it from now on."))
            return redirect("dispatch:order")
    status = 422 if form.is_bound else 200
    return render(request, "dispatch/skill.html", {"form": form, "skill": kept}, status=status)


@allow(is_lead)
@require_POST
def skill_removal(request: PersonRequest, pk: int) -> HttpResponse:
    actions.remove_skill(by=request.user, skill=get_object_or_404(Skill, pk=pk))
    messages.success(request, _("Removed. Requests that needed it are served to everybody."))
    return redirect("dispatch:order")
