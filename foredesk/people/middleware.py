from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from .queries import zone_for


class ReadersZone:
    """Times on a page are told in the zone of the person who reads it; without one, in that of the organisation."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with timezone.override(zone_for(getattr(request, "user", None))):
            return self.get_response(request)
