"""The organisation, departments, sites, places and teams under Settings."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import ModelForm
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from foredesk.kit.access import allow
from foredesk.kit.refusals import Refused

from .. import actions, queries, rules
from ..forms import DepartmentForm, MemberForm, OrganisationForm, PlaceForm, SiteForm, TeamForm
from ..models import Department, Person, Place, Site, Team
from ..rules import PersonRequest


@dataclass(frozen=True)
class FormPage:
    """What the page of one form says beside its fields."""

    list_url: str
    list_name: Promise
    add: Promise
    good_to_know: Promise


DEPARTMENT = FormPage(
    "people:departments",
    gettext_lazy("Departments"),
    gettext_lazy("Add a department"),
    gettext_lazy(
        "The head sees the people of the department on a page of their own and decides there whether colleagues see "
        "each other’s requests."
    ),
)
SITE = FormPage(
    "people:sites",
    gettext_lazy("Sites"),
    gettext_lazy("Add a site"),
    gettext_lazy(
        "Give the site its working hours under Working hours. Without hours of its own, the default calendar holds."
    ),
)
PLACE = FormPage(
    "people:places",
    gettext_lazy("Places"),
    gettext_lazy("Add a place"),
    gettext_lazy("People find their place in their profile, under the name of its site."),
)
TEAM = FormPage(
    "people:teams", gettext_lazy("Teams"), gettext_lazy("Add a team"), gettext_lazy("Next you choose who is in it.")
)


@allow(rules.can_manage_people)
def organisation(request: PersonRequest) -> HttpResponse:
    form = OrganisationForm(request.POST or None, instance=queries.organisation())
    if request.method == "POST" and form.is_valid():
        actions.describe_organisation(by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("people:organisation")
    return render(request, "people/organisation.html", {"form": form}, status=422 if form.errors else 200)


@allow(rules.can_manage_people)
@require_GET
def departments(request: PersonRequest) -> HttpResponse:
    context = {"departments": queries.departments(), "has_sites": queries.sites().exists()}
    return render(request, "people/departments.html", context)


@allow(rules.can_manage_people)
def new_department(request: PersonRequest) -> HttpResponse:
    form = DepartmentForm(request.POST or None)

    def add(name: str, site: Site, head: Person | None, shares_requests: bool) -> None:
        department = actions.add_department(by=request.user, name=name, site=site, head=head)
        actions.decide_sharing(by=request.user, department=department, shares=shares_requests)

    return _form_page(request, form, add, DEPARTMENT)


@allow(rules.can_manage_people)
def edit_department(request: PersonRequest, pk: int) -> HttpResponse:
    department = get_object_or_404(Department, pk=pk)
    form = DepartmentForm(request.POST or None, instance=department)

    def change(**facts: Any) -> None:
        actions.change_department(by=request.user, department=department, **facts)

    return _form_page(request, form, change, DEPARTMENT, thing=department)


@allow(rules.can_manage_people)
@require_GET
def sites(request: PersonRequest) -> HttpResponse:
    return render(request, "people/sites.html", {"sites": queries.sites()})


@allow(rules.can_manage_people)
def new_site(request: PersonRequest) -> HttpResponse:
    def add(**facts: Any) -> None:
        actions.add_site(by=request.user, **facts)

    return _form_page(request, SiteForm(request.POST or None), add, SITE)


@allow(rules.can_manage_people)
def edit_site(request: PersonRequest, pk: int) -> HttpResponse:
    site = get_object_or_404(Site, pk=pk)

    def change(**facts: Any) -> None:
        actions.change_site(by=request.user, site=site, **facts)

    form = SiteForm(request.POST or None, instance=site)
    return _form_page(request, form, change, SITE, thing=site)


@allow(rules.can_manage_people)
@require_GET
def places(request: PersonRequest) -> HttpResponse:
    return render(request, "people/places.html", {"places": queries.places(), "has_sites": queries.sites().exists()})


@allow(rules.can_manage_people)
def new_place(request: PersonRequest) -> HttpResponse:
    def add(**facts: Any) -> None:
        actions.add_place(by=request.user, **facts)

    return _form_page(request, PlaceForm(request.POST or None), add, PLACE)


@allow(rules.can_manage_people)
def edit_place(request: PersonRequest, pk: int) -> HttpResponse:
    place = get_object_or_404(Place, pk=pk)

    def change(**facts: Any) -> None:
        actions.change_place(by=request.user, place=place, **facts)

    form = PlaceForm(request.POST or None, instance=place)
    return _form_page(request, form, change, PLACE, thing=place)


@allow(rules.can_manage_teams)
@require_GET
def teams(request: PersonRequest) -> HttpResponse:
    return render(request, "people/teams.html", {"teams": queries.teams()})


@allow(rules.can_manage_teams)
def new_team(request: PersonRequest) -> HttpResponse:
    form = TeamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        team = actions.add_team(by=request.user, name=form.cleaned_data["name"])
        return redirect("people:team", pk=team.pk)  # the next thing one wants is to add people to it
    return render(request, "people/form.html", {"form": form, "page": TEAM}, status=422 if form.errors else 200)


@allow(rules.can_manage_teams)
def team(request: PersonRequest, pk: int) -> HttpResponse:
    """One team: its name and its members."""
    one = get_object_or_404(queries.teams(), pk=pk)
    form = TeamForm(request.POST or None, instance=one)
    if request.method == "POST" and form.is_valid():
        if not rules.can_change_team(request.user, one):
            raise Http404
        actions.rename_team(by=request.user, team=one, name=form.cleaned_data["name"])
        messages.success(request, _("Saved."))
        return redirect("people:team", pk=pk)
    return _team_page(request, one, form, MemberForm())


@allow(rules.can_manage_teams)
@require_POST
def members(request: PersonRequest, pk: int) -> HttpResponse:
    """Take somebody into a team."""
    one = get_object_or_404(queries.teams(), pk=pk)
    form = MemberForm(request.POST)
    if form.is_valid():
        try:
            actions.add_member(by=request.user, team=one, person=form.cleaned_data["person"])
        except Refused as refused:
            form.add_error("person", str(refused))
        else:
            return redirect("people:team", pk=pk)
    return _team_page(request, one, TeamForm(instance=one), form)


@allow(rules.can_manage_teams)
@require_POST
def member_removal(request: PersonRequest, pk: int, person_pk: int) -> HttpResponse:
    one = get_object_or_404(queries.teams(), pk=pk)
    member = get_object_or_404(one.members.all(), pk=person_pk)
    try:
        actions.remove_member(by=request.user, team=one, person=member)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        said = _("%(name)s is no longer in %(team)s.") % {"name": member.full_name, "team": one.name}
        messages.success(request, said)
    return redirect("people:team", pk=pk)


@allow(rules.can_manage_teams)
@require_POST
def team_removal(request: PersonRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Team, pk=pk)
    try:
        actions.remove_team(by=request.user, team=one)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("people:team", pk=pk)
    messages.success(request, _("“%(name)s” is no more.") % {"name": one.name})
    return redirect("people:teams")


def _team_page(request: PersonRequest, one: Team, form: TeamForm, member_form: MemberForm) -> HttpResponse:
    context = {
        "team": one,
        "form": form,
        "member_form": member_form,
        "secrets": rules.secrets_of(one),
        "may_change": rules.can_change_team(request.user, one),
    }
    return render(request, "people/team.html", context, status=422 if form.errors or member_form.errors else 200)


def _form_page(
    request: PersonRequest,
    form: ModelForm[Any],
    act: Callable[..., None],
    page: FormPage,
    thing: object = None,
) -> HttpResponse:
    """Show a form; once it is right, let `act` do what it says and go back to the list."""
    if request.method == "POST" and form.is_valid():
        act(**form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect(page.list_url)
    context = {"form": form, "thing": thing, "page": page}
    return render(request, "people/form.html", context, status=422 if form.errors else 200)
