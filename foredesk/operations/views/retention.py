"""How long the words of one kind of request are kept, or mail that is none, and what that would let go tonight."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from foredesk.catalogue.actions import keep_words_for
from foredesk.catalogue.models import ServiceClass
from foredesk.intake.actions import keep_set_aside_for
from foredesk.intake.queries import keeping, past_keeping
from foredesk.kit.access import allow
from foredesk.people.rules import PersonRequest, is_administrator

from ..forms.retention import RetentionForm, SetAsideForm
from ..queries.privacy import would_be_let_go


@allow(is_administrator)
def page(request: PersonRequest, pk: int) -> HttpResponse:
    """The months (POST keeps them); with `?months=24` what these would do, before anything is kept."""
    one = get_object_or_404(ServiceClass, pk=pk)
    given = request.POST if request.method == "POST" else request.GET if "months" in request.GET else None
    form = RetentionForm(given, initial={"months": one.retention_months})
    context: dict[str, Any] = {"service_class": one, "form": form}
    if given is None:
        context["months"] = one.retention_months
    elif form.is_valid():
        context["months"] = form.cleaned_data["months"]
        if request.method == "POST":
            keep_words_for(by=request.user, service_class=one, months=context["months"])
            messages.success(request, _("Saved."))
            return redirect("operations:privacy")
    if context.get("months"):
        context["number"] = would_be_let_go(one, context["months"], reader=request.user)
    return render(request, "operations/retention.html", context, status=422 if form.errors else 200)


@allow(is_administrator)
def set_aside(request: PersonRequest) -> HttpResponse:
    """The days for mail that belongs to no request (POST keeps them); with `?days=30` what these would do."""
    given = request.POST if request.method == "POST" else request.GET if "days" in request.GET else None
    days = keeping().set_aside_days
    form = SetAsideForm(given, initial={"days": days})
    if given is not None:
        days = form.cleaned_data["days"] if form.is_valid() else None
        if request.method == "POST" and form.is_valid():
            keep_set_aside_for(by=request.user, days=days)
            messages.success(request, _("Saved."))
            return redirect("operations:privacy")
    context = {"form": form, "days": days, "number": past_keeping(days).count() if days else 0}
    return render(request, "operations/set_aside.html", context, status=422 if form.errors else 200)
