"""Access tokens for mailboxes that sign in with XOAUTH2 (RFC 6749: refresh token, section 6; client, section 4.4).

Kept in this process's memory only, until shortly before they expire.
"""

import http.client
import json
import time as stopwatch
from collections.abc import Callable
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings
from django.utils.translation import gettext as _

from foredesk.kit.sealing import unseal

from .models import Mailbox

TIMEOUT = 15.0  # seconds for the provider's answer
_EARLY = 120.0  # seconds before its end that a token is not used any more
# Errors of RFC 6749 and of providers that pass, whatever the status they come with.
_PASSING = frozenset(
    {"temporarily_unavailable", "server_error", "internal_failure", "slow_down", "rate_limit_exceeded"}
)
_MOST = 100_000  # bytes of an answer

_known: dict[tuple[object, ...], tuple[float, str]] = {}


class TokenRefused(Exception):
    """The provider gives no token; the text is what it said. `is_final`: it will not get better by itself."""

    def __init__(self, said: str, *, is_final: bool) -> None:
        super().__init__(said)
        self.is_final = is_final


class _NoRedirects(HTTPRedirectHandler):
    """A secret goes to the address that an administrator entered, and nowhere else."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def access_token(mailbox: Mailbox, *, keep: Callable[[str], None], is_fresh: bool = False) -> str:
    """A token for signing in. `keep` is called with a refresh token that takes the place of the present one.

    Raises TokenRefused, and Unsealable when the SECRET_KEY that sealed the secrets is lost.
    """
    key = _key(mailbox)
    until, known = _known.get(key, (0.0, ""))
    if known and not is_fresh and stopwatch.monotonic() < until:
        return known
    wanted = {"client_id": mailbox.client_id, "scope": mailbox.scope, "grant_type": "client_credentials"}
    if mailbox.secret:
        wanted |= {"grant_type": "refresh_token", "refresh_token": unseal(mailbox.secret)}
    if mailbox.client_secret:
        wanted["client_secret"] = unseal(mailbox.client_secret)
    answer = _ask(mailbox.token_url, {name: value for name, value in wanted.items() if value})
    token, new = answer.get("access_token"), answer.get("refresh_token")
    if not isinstance(token, str) or not token:
        raise TokenRefused(_("The provider’s answer holds no token."), is_final=True)
    if isinstance(new, str) and new and new != wanted.get("refresh_token"):
        keep(new)
    _known[key] = stopwatch.monotonic() + _seconds(answer.get("expires_in")) - _EARLY, token
    return token


def forget_token(mailbox: Mailbox) -> None:
    """Ask for another the next time: the mail server did not take this one."""
    _known.pop(_key(mailbox), None)


def _key(mailbox: Mailbox) -> tuple[object, ...]:
    return mailbox.pk, mailbox.username, mailbox.token_url, mailbox.client_id, mailbox.scope


def _seconds(said: object) -> float:
    try:
        return min(float(str(said)), 86_400.0)
    except ValueError:
        return 0.0


def _ask(url: str, wanted: dict[str, str]) -> dict[str, object]:
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in settings.LOCAL_HOSTS:
        raise TokenRefused(_("The token address has to begin with https://."), is_final=True)
    request = Request(  # noqa: S310 (looked at above)
        url, urlencode(wanted).encode(), {"Accept": "application/json", "User-Agent": "Foredesk"}
    )
    try:
        with build_opener(_NoRedirects).open(request, timeout=TIMEOUT) as answer:
            read = json.loads(answer.read(_MOST))
    except HTTPError as problem:
        with problem:
            said = _said(problem)
            is_final = problem.code in {400, 401, 403} and said.partition(" ")[0] not in _PASSING
            raise TokenRefused(said, is_final=is_final) from problem
    except (URLError, http.client.HTTPException, OSError, ValueError) as problem:
        said = _("The token address %(host)s does not answer as it should.") % {"host": parts.hostname}
        raise TokenRefused(said, is_final=False) from problem
    return read if isinstance(read, dict) else {}


def _said(problem: HTTPError) -> str:
    """`error` and `error_description` (RFC 6749, 5.2), on one line."""
    try:
        read = json.loads(problem.read(_MOST))
        words = " ".join(str(read.get(part) or "") for part in ("error", "error_description"))
    except (ValueError, AttributeError, OSError):
        words = ""
    return " ".join(words.split())[:300] or f"HTTP {problem.code}"
