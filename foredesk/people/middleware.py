from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from .models import Person


class ReadersZone:
    """Times on a page are told in the zone of the person who reads it; without one, in that of the installation."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with timezone.override(zone_of(getattr(request, "user", None))):
            return self.get_response(request)


def zone_of(person: object) -> ZoneInfo | None:
    """The zone somebody chose; None (the installation's) for visitors, and for a name that no longer exists."""
    if not isinstance(person, Person) or not person.timezone:
        return None
    try:
        return ZoneInfo(person.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        return None
