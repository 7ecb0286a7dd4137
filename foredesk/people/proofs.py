"""What whoever sits there has proved in this session: by which means and when, as allauth keeps it."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from foredesk.kit import clock

from .models import Person
from .queries import has_second_factor

_FRESH_SECONDS = 10 * 60


def note(request: HttpRequest, person: Person, means: str, **more: Any) -> None:
    """Put down that `person` has just proved who they are by `means`."""
    record_authentication(request, person, means, **more)


def is_fresh(request: HttpRequest) -> bool:
    """Whether who is signed in proved it within ten minutes. In the demo nobody can, so nobody has to."""
    if not settings.STRICT_SIGN_IN:
        return True
    proofs = get_authentication_records(request, request.user)
    return bool(proofs) and clock.now().timestamp() - proofs[-1]["at"] < _FRESH_SECONDS


def needs_no_second_step(request: HttpRequest, person: Person) -> bool:
    """Whether nothing more is asked of who signs in: two factors were proved, or a link of the command line used."""
    proofs = get_authentication_records(request, person)
    return _are_two_factors(proofs) or any(proof["method"] == "rescue" for proof in proofs)


def is_strong(request: HttpRequest, person: Person) -> bool:
    """Whether more than a password stands behind this session."""
    return _are_two_factors(get_authentication_records(request, person)) or has_second_factor(person)


def _are_two_factors(proofs: list[dict[str, Any]]) -> bool:
    """A passkey is two in one; so is a provider that asks for two itself (OIDC_IS_STRONG)."""
    return any(
        proof.get("passwordless") or (settings.OIDC_IS_STRONG and proof["method"] == "socialaccount")
        for proof in proofs
    )


def is_by_provider(request: HttpRequest, person: Person) -> bool:
    """Whether it was the provider who vouched for somebody just now."""
    proofs = get_authentication_records(request, person)
    return bool(proofs) and proofs[-1]["method"] == "socialaccount"


def confirmed(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Before a view that changes how somebody signs in: ask once more who they are, unless they just proved it."""

    @wraps(view)
    def sure(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_fresh(request):
            return view(request, *args, **kwargs)
        return HttpResponseRedirect(f"{reverse('account_confirm')}?{urlencode({'next': request.path})}")

    return sure
