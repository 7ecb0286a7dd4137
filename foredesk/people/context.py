from django.http import HttpRequest

from . import queries
from .models import Person
from .rules import is_administrator


def organisation(request: HttpRequest) -> dict[str, str | bool]:
    """The name that stands at the top of every page, and whether its set-up waits for this reader."""
    found, person = queries.organisation(), getattr(request, "user", None)
    is_unfinished = found is not None and bool(found.steps_done) and "request" not in found.steps_done
    return {
        "organisation": queries.organisation_name(),
        # A request that is refused before anybody is recognised (a wrong host, say) has no user.
        "setting_up": is_unfinished and isinstance(person, Person) and is_administrator(person),
    }
