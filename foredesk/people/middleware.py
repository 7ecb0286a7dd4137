from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from foredesk.kit.access import opens_before_second_factor

from .models import Person
from .proofs import is_strong
from .queries import zone_for
from .rules import needs_second_factor


class ReadersZone:
    """Times on a page are told in the zone of the person who reads it; without one, in that of the organisation."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with timezone.override(zone_for(getattr(request, "user", None))):
            return self.get_response(request)


class SecondFactorOfAdministrators:
    """An administrator without a second factor is led to the page that sets one up; nothing else opens until then.

    What opens all the same says so (`kit.access.before_second_factor`): the steps to one, and those of the set-up.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        person = request.user
        if not isinstance(person, Person) or not needs_second_factor(person) or opens_before_second_factor(view):
            return None
        if is_strong(request, person):
            return None
        address = reverse("account_ways")
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(status=403, headers={"HX-Redirect": address})
        return HttpResponseRedirect(address)
