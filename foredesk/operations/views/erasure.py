"""The page on which somebody is taken out: what goes, what stays, and the name to be typed."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from foredesk.kit.access import allow
from foredesk.kit.refusals import Refused
from foredesk.people.models import Person
from foredesk.people.rules import PersonRequest, is_administrator

from .. import actions
from ..forms.erasure import ErasureForm
from ..queries import erasure as queries


@allow(is_administrator)
def page(request: PersonRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Person, pk=pk)
    form = ErasureForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        wish = form.cleaned_data
        try:
            actions.erase_person(by=request.user, person=person, words=wish["their_words"], files=wish["their_files"])
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Done. Below is what is still there, under the pseudonym."))
            return redirect("operations:erasure", pk=pk)
    context = {
        "person": person,
        "form": form,
        "obstacle": "" if person.erased_at else queries.why_not_erased(request.user, person),
        "goes": [] if person.erased_at else queries.what_goes(person),
        "stays": queries.what_stays(person),
    }
    return render(request, "operations/erasure.html", context, status=422 if form.errors else 200)
