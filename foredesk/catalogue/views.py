from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from foredesk.kit.access import allow
from foredesk.kit.refusals import Refused
from foredesk.people import queries as people
from foredesk.people.models import Person
from foredesk.people.rules import is_administrator

from . import actions, queries, rules
from .forms import CannedReplyForm, ClassForm, LaneForm, path_rows
from .models import Lane, ServiceClass


class Request(HttpRequest):
    """A request that `allow` has let in: somebody is signed in."""

    user: Person


_SAMPLE = {
    "customer": "Maya",
    "agent": "Ada Novak",
    "number": "4021",
    "subject": gettext_lazy("Paper jams after every third page"),
    "next_update": gettext_lazy("by Tuesday 14:00"),
}


# --- Service classes ---------------------------------------------------------------------------------
@allow(rules.can_manage_catalogue)
@require_GET
def class_list(request: Request) -> HttpResponse:
    tree = queries.class_tree()
    context = {
        "tree": tree,
        "retired": queries.classes_retired(),
        "offered": sum(one.offered and not one.is_private for one in tree),
        "most_offered": rules.MOST_OFFERED,
        "only_default": all(one.is_default for one in tree),
    }
    return render(request, "catalogue/classes.html", context)


@allow(rules.can_manage_catalogue)
def new_class(request: Request) -> HttpResponse:
    form = ClassForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid() and (created := _save_class(request, form, None)):
        messages.success(request, _("“%(name)s” is ready.") % {"name": created.name})
        return redirect("catalogue:classes")
    return render(request, "catalogue/class.html", _class_page(form, None))


@allow(rules.can_manage_catalogue)
def class_page(request: Request, pk: int) -> HttpResponse:
    service_class = get_object_or_404(queries.classes(), pk=pk)
    form = ClassForm(request.POST or None, by=request.user, service_class=service_class)
    if request.method == "POST" and form.is_valid() and _save_class(request, form, service_class):
        messages.success(request, _("Saved."))
        return redirect("catalogue:classes")
    # Whatever the form changed on it was refused: the page shows what is stored.
    context = _class_page(form, get_object_or_404(queries.classes(), pk=pk))
    context["may_decide_retention"] = is_administrator(request.user)
    context["path"] = path = queries.path_of(service_class)
    context["path_words"] = rules.path_sentence(path.steps, service_class.owner) if path else ""
    return render(request, "catalogue/class.html", context)


def _save_class(request: Request, form: ClassForm, service_class: ServiceClass | None) -> ServiceClass | None:
    """All of the form or nothing; None when an action refused, with its sentence at the field."""
    words, course, promise = form.words(), form.course(), form.promise()
    try:
        with transaction.atomic():
            if service_class is None:
                service_class = actions.create_class(by=request.user, words=words, course=course, promise=promise)
            else:
                actions.describe_class(by=request.user, service_class=service_class, words=words)
                actions.route_class(by=request.user, service_class=service_class, course=course)
                actions.promise_for_class(by=request.user, service_class=service_class, promise=promise)
            _decide_privacy(request.user, form, service_class)
            return service_class
    except Refused as problem:
        form.add_error(problem.field if problem.field in form.fields else None, str(problem))
        return None


def _decide_privacy(by: Person, form: ClassForm, service_class: ServiceClass) -> None:
    decided, parent = form.privacy(), service_class.parent
    if decided is None or (parent is not None and parent.is_private):
        return  # nothing was asked, or what it is part of decides
    is_private, teams = decided
    if is_private:
        actions.make_private(by=by, service_class=service_class, teams=teams)
    else:
        actions.make_open(by=by, service_class=service_class)


def _class_page(form: ClassForm, service_class: ServiceClass | None) -> dict[str, Any]:
    return {"form": form, "service_class": service_class, "sentence": _sentence(form)}


def _sentence(form: ClassForm) -> str:
    """What a customer will read, from what the form holds at the moment; "" while something is missing."""
    if not form.is_bound:
        if form.service_class is None:
            return ""
        return rules.sentence_for_class(form.service_class)
    given = form.cleaned_data if hasattr(form, "cleaned_data") else {}
    if not all(given.get(name) for name in ("name", "lane", "usual_size", "solution_minutes")):
        return ""
    return rules.sentence_for_customers(
        name=given["name"],
        size=given["usual_size"],
        reason=given.get("size_reason") or "",
        lane=given["lane"].name,
        solution_minutes=given["solution_minutes"],
    )


@allow(rules.can_manage_catalogue)
def escalation(request: Request, pk: int) -> HttpResponse:
    """Who is next when requests of a class stall, and whom that would reach now."""
    service_class = get_object_or_404(queries.classes(), pk=pk)
    rows = path_rows(request.POST or None, service_class)
    if request.method == "POST" and rows.is_valid() and _save_path(request, rows, service_class):
        messages.success(request, _("Saved. Open requests follow it from now on."))
        return redirect("catalogue:escalation", pk=pk)
    path = queries.path_of(service_class)
    context = {
        "service_class": service_class,
        "rows": rows,
        "path": path,
        "inherited": path is not None and path.of.pk != service_class.pk,
        "reached": queries.dry_run(service_class, path) if path else [],
        "sentence": rules.path_sentence(path.steps, service_class.owner) if path else "",
    }
    return render(request, "catalogue/escalation.html", context, status=422 if request.method == "POST" else 200)


def _save_path(request: Request, rows: Any, service_class: ServiceClass) -> bool:
    described = [row for row in rows if row.step is not None]
    try:
        actions.set_path(by=request.user, service_class=service_class, steps=[row.step for row in described])
    except Refused as problem:
        number, _dot, field = problem.field.partition(".")
        described[int(number or 0)].add_error(field or None, str(problem))
        return False
    return True


@allow(rules.can_manage_catalogue)
@require_GET
def class_preview(request: Request) -> HttpResponse:
    form = ClassForm(request.GET)
    form.is_valid()
    return render(request, "catalogue/class_preview.html", {"form": form, "sentence": _sentence(form)})


@allow(rules.can_manage_catalogue)
@require_POST
def class_retirement(request: Request, pk: int) -> HttpResponse:
    service_class = get_object_or_404(queries.classes(), pk=pk)
    try:
        actions.retire_class(by=request.user, service_class=service_class)
    except Refused as problem:
        messages.error(request, str(problem))
        return redirect("catalogue:class", pk=pk)
    messages.success(request, _("“%(name)s” is retired; its requests keep it.") % {"name": service_class.name})
    return redirect("catalogue:classes")


@allow(rules.can_manage_catalogue)
@require_POST
def class_restoration(request: Request, pk: int) -> HttpResponse:
    service_class = get_object_or_404(queries.classes(), pk=pk)
    try:
        actions.restore_class(by=request.user, service_class=service_class)
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("“%(name)s” is in use again.") % {"name": service_class.name})
    return redirect("catalogue:classes")


@allow(rules.can_manage_catalogue)
@require_POST
def starting_set(request: Request) -> HttpResponse:
    organisation = people.organisation()
    kind = organisation.kind if organisation is not None else "college"
    created = actions.install_starting_classes(by=request.user, kind=kind)
    messages.success(request, _("%(count)s classes are ready. Make them yours.") % {"count": len(created)})
    return redirect("catalogue:classes")


# --- Lanes -------------------------------------------------------------------------------------------
@allow(rules.can_manage_catalogue)
@require_GET
def lane_list(request: Request) -> HttpResponse:
    return render(request, "catalogue/lanes.html", {"lanes": queries.lanes_with_counts()})


@allow(rules.can_manage_catalogue)
def lane_page(request: Request, key: str) -> HttpResponse:
    lane = get_object_or_404(queries.lanes(), key=key)
    form = LaneForm(request.POST or None, lane=lane)
    if request.method == "POST" and form.is_valid():
        _save_lane(request, form, lane)
        messages.success(request, _("Saved."))
        return redirect("catalogue:lanes")
    return render(request, "catalogue/lane.html", {"form": form, "lane": lane})


@transaction.atomic
def _save_lane(request: Request, form: LaneForm, lane: Lane) -> None:
    given = form.cleaned_data
    actions.describe_lane(
        by=request.user,
        lane=lane,
        name=given["name"],
        explanation=given["explanation"],
        time_box_minutes=given["time_box_minutes"],
        spill_over_minutes=given["spill_over_minutes"],
    )
    actions.set_lane_teams(by=request.user, lane=lane, teams=given["teams"])


# --- Canned replies ----------------------------------------------------------------------------------
@allow(rules.can_manage_catalogue)
@require_GET
def reply_list(request: Request) -> HttpResponse:
    return render(request, "catalogue/replies.html", {"replies": queries.replies_open_to(request.user)})


@allow(rules.can_manage_catalogue)
def new_reply(request: Request) -> HttpResponse:
    form = CannedReplyForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_canned_reply(by=request.user, **form.cleaned_data)
        except Refused as problem:
            form.add_error(problem.field or None, str(problem))
        else:
            messages.success(request, _("The reply is ready to use."))
            return redirect("catalogue:replies")
    return render(request, "catalogue/reply.html", _reply_page(form))


@allow(rules.can_manage_catalogue)
def reply_page(request: Request, pk: int) -> HttpResponse:
    reply = get_object_or_404(queries.replies_open_to(request.user), pk=pk)
    form = CannedReplyForm(request.POST or None, by=request.user, reply=reply)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_canned_reply(by=request.user, reply=reply, **form.cleaned_data)
        except Refused as problem:
            form.add_error(problem.field or None, str(problem))
        else:
            messages.success(request, _("Saved."))
            return redirect("catalogue:replies")
    return render(request, "catalogue/reply.html", {**_reply_page(form), "reply": reply})


def _reply_page(form: CannedReplyForm) -> dict[str, Any]:
    body = form["body"].value() or ""
    return {"form": form, "variables": rules.VARIABLES.items(), "filled_in": rules.fill_in(body, _SAMPLE)}


@allow(rules.can_manage_catalogue)
@require_GET
def reply_preview(request: Request) -> HttpResponse:
    filled_in = rules.fill_in(request.GET.get("body", ""), _SAMPLE)
    return render(request, "catalogue/reply_preview.html", {"filled_in": filled_in})


@allow(rules.can_manage_catalogue)
@require_POST
def reply_removal(request: Request, pk: int) -> HttpResponse:
    reply = get_object_or_404(queries.replies_open_to(request.user), pk=pk)
    actions.remove_canned_reply(by=request.user, reply=reply)
    messages.success(request, _("“%(title)s” is gone.") % {"title": reply.title})
    return redirect("catalogue:replies")
