"""Limits on what visitors may write who are not signed in. (Sign-in and reset are limited by allauth itself.)"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core.internal.httpkit import get_client_ip
from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from foredesk.kit import clock

View = Callable[..., HttpResponseBase]


def is_within(*, action: str, key: str, amount: int, seconds: int) -> bool:
    """Count one more `action` of `key`; False when that is more than `amount` in the present window of `seconds`.

    Windows are fixed, so twice the amount may pass around the border of two: enough against a flood, and one
    counter is all that is kept. On PostgreSQL all web processes count together (settings.CACHES), on SQLite each
    counts by itself.
    """
    window = int(clock.now().timestamp()) // seconds
    counter = f"limit:{action}:{key}:{window}"
    cache.add(counter, 0, timeout=seconds)
    try:
        return cache.incr(counter) <= amount
    except ValueError:  # it was pushed out of the cache between the two lines
        return True


def limited(action: str, *, amount: int, seconds: int) -> Callable[[View], View]:
    """Let one address send a form to a public view `amount` times in `seconds`; then 429 with a kind page."""

    def decorate(view: View) -> View:
        @wraps(view)
        def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in {"GET", "HEAD", "OPTIONS"}:
                key = str(get_client_ip(request))  # behind proxies, theirs would be everybody's
                if not is_within(action=action, key=key, amount=amount, seconds=seconds):
                    refusal = render(request, "429.html", status=429)
                    refusal["Retry-After"] = str(seconds)
                    return refusal
            return view(request, *args, **kwargs)

        return counted

    return decorate
