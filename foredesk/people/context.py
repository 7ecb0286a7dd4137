from django.http import HttpRequest

from . import queries


def organisation(request: HttpRequest) -> dict[str, str]:
    """The name that stands at the top of every page."""
    return {"organisation": queries.organisation_name()}
