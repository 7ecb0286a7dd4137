"""What people do about themselves and their department, and finding each other."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from foredesk.kit.access import allow

from .. import actions, queries, rules
from ..forms import ProfileForm
from ..rules import PersonRequest


@allow(rules.is_customer)
def profile(request: PersonRequest) -> HttpResponse:
    """ "You": name, how to reach, where, which time zone."""
    person = request.user
    form = ProfileForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        actions.change_own_profile(by=person, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("people:profile")
    return render(request, "people/profile.html", {"form": form}, status=422 if form.errors else 200)


@allow(rules.heads_a_department)
@require_GET
def department(request: PersonRequest) -> HttpResponse:
    """What a head sees: the people of each department they head, and whether requests are shared there."""
    departments = [
        {"department": one, "people": queries.people_of(one)} for one in queries.departments_headed_by(request.user)
    ]
    return render(request, "people/department.html", {"departments": departments})


@allow(rules.heads_a_department)
@require_POST
def sharing(request: PersonRequest, pk: int) -> HttpResponse:
    """Switch the sharing of requests on or off for one department."""
    one = get_object_or_404(queries.departments_headed_by(request.user), pk=pk)
    wish = request.POST.get("shares")
    if wish not in {"yes", "no"}:
        raise Http404
    actions.decide_sharing(by=request.user, department=one, shares=wish == "yes")
    if wish == "yes":
        messages.success(request, _("People in %(name)s now see each other’s requests.") % {"name": one.name})
    else:
        messages.success(request, _("In %(name)s everybody now sees their own requests only.") % {"name": one.name})
    return redirect("people:department")


@allow(rules.can_find_people)
@require_GET
def search(request: PersonRequest) -> HttpResponse:
    """Options for a field in which an agent finds a person while typing."""
    words = request.GET.get("q", "")
    return render(request, "people/options.html", {"people": queries.find_people(words), "words": words})


@allow(rules.is_customer)
@require_GET
def colleagues(request: PersonRequest) -> HttpResponse:
    """Options for naming colleagues who are held up too: names and departments, nothing else."""
    words = request.GET.get("q", "")
    people = queries.colleagues(request.user, words)
    return render(request, "people/options.html", {"people": people, "words": words, "only_names": True})
