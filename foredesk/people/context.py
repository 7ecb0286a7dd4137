from django.http import HttpRequest

from . import queries
from .rules import is_administrator


def organisation(request: HttpRequest) -> dict[str, str | bool]:
    """The name that stands at the top of every page, and whether its set-up waits for this reader."""
    found = queries.organisation()
    is_unfinished = found is not None and bool(found.steps_done) and "request" not in found.steps_done
    return {
        "organisation": queries.organisation_name(),
        "setting_up": is_unfinished and is_administrator(request.user),  # type: ignore[arg-type]
    }
