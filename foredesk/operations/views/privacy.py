"""What is kept how long, copies, and people who want to be forgotten: for administrators."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from foredesk.intake.queries import keeping
from foredesk.kit.access import allow
from foredesk.people.rules import PersonRequest, is_administrator

from ..queries import copies
from ..queries import privacy as queries


@allow(is_administrator)
@require_GET
def overview(request: PersonRequest) -> HttpResponse:
    context = {
        "set_aside_days": keeping().set_aside_days,
        "classes": queries.classes_with_retention(),
        "copies": [run for run in copies.copies_of(request.user)[:20] if run.options["what"] == "everything"],
        "erased": queries.erased_people(),
    }
    return render(request, "operations/privacy.html", context)
