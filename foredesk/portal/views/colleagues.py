from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from foredesk.kit.access import allow
from foredesk.people.queries import colleagues
from foredesk.people.rules import is_customer

from .base import reader_of


@allow(is_customer)
def search(request: HttpRequest) -> HttpResponse:
    """Colleagues by name, as options for a search field: names and departments only."""
    words = request.GET.get("q", "")[:120]
    return render(
        request, "portal/parts/colleagues.html", {"people": colleagues(reader_of(request), words), "words": words}
    )
