"""The first run in the browser: one thing a page, each saved, so that it can be left and taken up again."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from foredesk.calendars import queries as calendars
from foredesk.calendars import rules as calendar_rules
from foredesk.catalogue import queries as catalogue
from foredesk.catalogue.enums import LaneKey
from foredesk.kit.access import allow, before_second_factor, public, to_sign_in
from foredesk.kit.limits import limited
from foredesk.kit.refusals import Refused
from foredesk.mail.actions import run_self_test
from foredesk.people import queries as people
from foredesk.people.rules import PersonRequest, is_administrator

from .. import first_key
from ..actions import setup as actions
from ..enums import SetUpStep
from ..forms.setup import AdministratorForm, HoursForm, KindsForm, OrganisationForm, TeamsForm
from ..queries import setup as queries
from ..queries.checklist import forget_count
from .checklist import mail_facts

ADMITTED = "setup_admitted"  # in the session of whoever came with the key


@public
def set_up(request: HttpRequest) -> HttpResponseBase:
    """Where the link from the terminal leads, and where an unfinished set-up goes on."""
    if not queries.has_administrator():
        if first_key.opens(request.GET.get("key", "")):
            request.session[ADMITTED] = True
        elif not request.session.get(ADMITTED):
            return not_open(request)
    elif not request.user.is_authenticated:
        return to_sign_in(request)
    elif not is_administrator(request.user):
        raise Http404
    return _onward()


def not_open(request: HttpRequest) -> HttpResponse:
    """What everybody reads until the set-up is over."""
    context = {"has_administrator": queries.has_administrator()}
    return render(request, "operations/setup/not_open.html", context, status=403)


def _onward() -> HttpResponse:
    step = queries.next_step()
    return redirect("operations:checklist") if step is None else redirect(f"operations:set_up_{step}")


@public
@limited("set-up", amount=30, seconds=300)
def administrator(request: HttpRequest) -> HttpResponseBase:
    if queries.has_administrator():
        return set_up(request)
    if not request.session.get(ADMITTED):
        return not_open(request)
    form = AdministratorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = actions.be_first_administrator(organisation=settings.ORGANISATION, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
            return _onward()
    return _page(request, SetUpStep.ADMINISTRATOR, form)


@before_second_factor
@allow(is_administrator)
def organisation(request: PersonRequest) -> HttpResponse:
    known = people.organisation()
    is_answered = SetUpStep.ORGANISATION in queries.steps_done()
    initial = {
        "name": known.name if known is not None and (is_answered or known.name != "Your organisation") else "",
        "kind": known.kind if known is not None and is_answered else "",
        "timezone": (known.timezone if known is not None else "") or settings.TIME_ZONE,
    }
    form = OrganisationForm(request.POST or None, initial=initial)

    def name() -> None:
        actions.name_organisation(by=request.user, **form.cleaned_data)

    return _answer(request, SetUpStep.ORGANISATION, form, name)


@before_second_factor
@allow(is_administrator)
def hours(request: PersonRequest) -> HttpResponse:
    site, calendar = people.sites().first(), calendars.calendars().filter(is_default=True).first()
    week = calendars.week_of(calendar) if calendar is not None else calendar_rules.OFFICE_WEEK
    initial = {
        "site": site.name if site is not None else "",
        "address": site.address if site is not None else "",
        "days": [day for day, opening in enumerate(week) if opening],
        "hours": calendar_rules.day_words(next((opening for opening in week if opening), ())),
        "country": calendar.country if calendar is not None else "",
    }
    form = HoursForm(request.POST or None, initial=initial)

    def set_hours() -> None:
        given = form.cleaned_data
        region = calendar.subdivision if calendar is not None and calendar.country == given["country"] else ""
        actions.set_up_hours(
            by=request.user,
            site=given["site"],
            address=given["address"],
            country=given["country"],
            subdivision=region,
            week=form.week,
        )

    return _answer(request, SetUpStep.HOURS, form, set_hours)


@before_second_factor
@allow(is_administrator)
def kinds(request: PersonRequest) -> HttpResponse:
    known = people.organisation()
    kind = known.kind if known is not None else "company"
    form = KindsForm(request.POST or None, kind=kind)
    if request.method == "POST" and not request.POST.getlist("kinds") and "later" not in request.POST:
        form = KindsForm({"kinds": []}, kind=kind)  # nothing ticked is an answer too

    def put_in_place() -> None:
        actions.set_up_kinds(by=request.user, kind=kind, without=form.without)

    return _answer(request, SetUpStep.KINDS, form, put_in_place, proposed=catalogue.starting_set(kind))


@before_second_factor
@allow(is_administrator)
def mail(request: PersonRequest) -> HttpResponse:
    """Tests when asked to, goes on when told to."""
    steps = []
    if request.method == "POST":
        if "test" not in request.POST:
            actions.finish_step(by=request.user, step=SetUpStep.MAIL)
            return _onward()
        steps = run_self_test(by=request.user)
        forget_count()
    worked = bool(steps) and all(step.state == "done" for step in steps)
    return _page(request, SetUpStep.MAIL, None, steps=steps, worked=worked, **mail_facts())


@before_second_factor
@allow(is_administrator)
def teams(request: PersonRequest) -> HttpResponse:
    initial: dict[str, Any] = {"rapid_name": _("Front office"), "deep_name": _("Systems and projects")}
    for lane in catalogue.lanes():
        for team in lane.teams.all()[:1]:
            members = list(team.members.all())
            initial[f"{lane.key}_name"] = team.name
            initial[f"{lane.key}_joins"] = request.user in members
            initial[f"{lane.key}_addresses"] = [one.email for one in members if one != request.user]
    form = TeamsForm(request.POST or None, initial=initial)

    def found_teams() -> None:
        invited = []
        for lane in LaneKey:
            given = {part: form.cleaned_data[f"{lane}_{part}"] for part in ("name", "addresses", "joins")}
            invited += actions.set_up_team(by=request.user, lane=lane, **given)
        actions.finish_step(by=request.user, step=SetUpStep.TEAMS)
        if invited:
            messages.success(request, _("Invited: %(people)s.") % {"people": ", ".join(one.email for one in invited)})

    return _answer(request, SetUpStep.TEAMS, form, found_teams)


@allow(is_administrator)  # from here on with a second factor, like everything an administrator does
def request(request: PersonRequest) -> HttpResponse:
    """Opens the doors, sends the administrator through the interview, and shows the request arriving."""
    if request.method == "POST":
        actions.open_doors(by=request.user)
        if "ask" in request.POST:
            return redirect("portal:ask")
        actions.finish_step(by=request.user, step=SetUpStep.REQUEST)
        forget_count()
        messages.success(request, _("The doors are open. This is what is left to do, in your own time."))
        return redirect("operations:checklist")
    return _page(request, SetUpStep.REQUEST, None, ticket=queries.first_request_of(request.user))


def _answer(
    request: PersonRequest, step: SetUpStep, form: forms.Form, act: Callable[[], None], **context: Any
) -> HttpResponse:
    """Show a step; do what its form says, or put it off, and go on."""
    if request.method == "POST" and "later" in request.POST:
        actions.finish_step(by=request.user, step=step)
        return _onward()
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            return _onward()
    return _page(request, step, form, **context)


def _page(request: HttpRequest, step: SetUpStep, form: forms.Form | None, **context: Any) -> HttpResponse:
    steps, done = list(SetUpStep), queries.steps_done()
    number = steps.index(step)
    context |= {
        "form": form,
        "step": step,
        "number": number + 1,
        "pages": [
            {"label": one.label, "url": f"operations:set_up_{one}", "done": one in done, "now": one == step}
            for one in steps
        ],
        # Who the administrator is has been settled; everything after it can be answered anew.
        "back": f"operations:set_up_{steps[number - 1]}" if number > 1 else "",
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, f"operations/setup/{step}.html", context, status=status)
