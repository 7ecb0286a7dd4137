"""People under Settings: desk leads read, administrators manage."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from foredesk.activity.queries import events_about
from foredesk.kit.access import allow
from foredesk.kit.refusals import Refused

from .. import actions, queries, rules
from ..enums import Role
from ..forms import NewPersonForm, PersonForm
from ..models import Person
from ..rules import PersonRequest


@allow(rules.can_read_people)
@require_GET
def people(request: PersonRequest) -> HttpResponse:
    words, role = request.GET.get("q", "").strip(), request.GET.get("role", "")
    role = role if role in Role.values else ""
    may_sign_in = {"yes": True, "no": False}.get(request.GET.get("active", ""))
    page = queries.people_page(words=words, role=role, active=may_sign_in, after=request.GET.get("after", ""))
    older = request.GET.copy()
    older["after"] = page.after
    context = {
        "people": page.people,
        "words": words,
        "role": role,
        "active": request.GET.get("active", ""),
        "roles": Role.choices,
        "older": f"?{older.urlencode()}" if page.after else "",
        "is_filtered": bool(words or role or may_sign_in is not None),
        "may_manage": rules.can_manage_people(request.user),
    }
    if context["may_manage"]:
        context["never_came"] = queries.never_signed_in().exclude(pk=request.user.pk).count()
    template = "people/people_rows.html" if request.headers.get("HX-Request") else "people/people.html"
    return render(request, template, context)


@allow(rules.can_manage_people)
def new_person(request: PersonRequest) -> HttpResponse:
    form = NewPersonForm(request.POST or None, initial={"role": Role.CUSTOMER})
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        invited = facts.pop("invited")
        person = actions.add_person(by=request.user, **facts)
        if invited:
            actions.invite(by=request.user, person=person)
        said = _("%(name)s is here and invited.") if invited else _("%(name)s is here.")
        messages.success(request, said % {"name": person.full_name})
        return redirect("people:person", pk=person.pk)
    return render(request, "people/person_new.html", {"form": form}, status=422 if form.errors else 200)


@allow(rules.can_read_people)
def person(request: PersonRequest, pk: int) -> HttpResponse:
    """One person: to read for desk leads, to change for administrators."""
    one = _person(pk)
    may_manage = rules.can_manage_people(request.user) and not one.erased_at
    if request.method == "POST" and not may_manage:
        raise Http404
    form = PersonForm(request.POST or None, instance=one) if may_manage else None
    if form is not None and request.method == "POST" and form.is_valid() and _changed(request, one, form):
        messages.success(request, _("Saved."))
        return redirect("people:person", pk=pk)
    context: dict[str, Any] = {
        "person": one,
        "form": form,
        "teams": one.teams.all(),
        "events": events_about(one).reverse()[:10],
        "may_manage": may_manage,
        "remarks": rules.remarks_on(one),
        "has_password": one.has_usable_password(),
        "has_factor": queries.has_second_factor(one),
    }
    if may_manage and (last := queries.last_invitation(one)):
        context |= {"invitation": last, "invitation_state": rules.state_of(last)}
    return render(request, "people/person.html", context, status=422 if form is not None and form.errors else 200)


@allow(rules.can_manage_people)
@require_POST
def invitation(request: PersonRequest, pk: int) -> HttpResponse:
    one = _person(pk)
    try:
        actions.invite(by=request.user, person=one)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("An invitation is on its way to %(email)s.") % {"email": one.email})
    return redirect("people:person", pk=pk)


@allow(rules.can_manage_people)
@require_POST
def invitations(request: PersonRequest) -> HttpResponse:
    """Invite all agents who have never signed in."""
    count = actions.invite_who_never_came(by=request.user)
    said = ngettext("%(count)s invitation is on its way.", "%(count)s invitations are on their way.", count)
    messages.success(request, said % {"count": count})
    return redirect("people:people")


@allow(rules.can_manage_people)
@require_POST
def new_beginning(request: PersonRequest, pk: int) -> HttpResponse:
    """For somebody who has lost all that lets them in."""
    one = _person(pk)
    try:
        actions.let_begin_again(by=request.user, person=one)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request, _("%(name)s can begin again: the invitation is on its way.") % {"name": one.full_name}
        )
    return redirect("people:person", pk=pk)


@allow(rules.can_manage_people)
@require_POST
def access(request: PersonRequest, pk: int) -> HttpResponse:
    """Whether somebody may sign in: "yes" or "no"."""
    one = _person(pk)
    wish = request.POST.get("may_sign_in")
    if wish not in {"yes", "no"}:
        raise Http404
    try:
        if wish == "yes":
            actions.reactivate(by=request.user, person=one)
            messages.success(
                request,
                _("%(name)s may sign in again. An invitation to choose a new password is on its way.")
                % {"name": one.full_name},
            )
        else:
            actions.deactivate(by=request.user, person=one)
            messages.success(request, _("%(name)s may no longer sign in.") % {"name": one.full_name})
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("people:person", pk=pk)


def _person(pk: int) -> Person:
    one = queries.person_for_page(pk)
    if one is None:
        raise Http404
    return one


def _changed(request: PersonRequest, one: Person, form: PersonForm) -> bool:
    """Whether the actions agreed; their refusal becomes an error at its field, and nothing is half done."""
    facts = dict(form.cleaned_data)
    role = facts.pop("role")
    try:
        actions.change_person_and_role(by=request.user, person=one, role=role, **facts)
    except Refused as refused:
        form.add_error("role", str(refused))
        return False
    return True
