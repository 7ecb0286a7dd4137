"""How people sign in besides a password: the app that shows digits, passkeys, recovery codes.

The rows are allauth's (`Authenticator`); writing, recording and telling the person happen here, in one transaction.
"""

import hmac
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from foredesk.activity.actions import record
from foredesk.kit import clock, sealing
from foredesk.kit.refusals import Refused

from .. import emails, queries, rules
from ..models import Person
from .access import change_password, end_sessions

Kind = Authenticator.Type
_STEP = 30  # seconds that the app shows the same six digits (RFC 6238)
_TRIES, _TRIES_SECONDS = 5, 5 * 60


@transaction.atomic
def add_app(*, by: Person, secret: str, code: str, session: str = "") -> bool:
    """Turn the app on, once it shows the digits that `secret` (base32) makes now; whether recovery codes were made.

    `session`: the key of the one that stays when this is the first second factor (see `_made_second_factor`).
    Raises Refused for other digits, and when there is an app already.
    """
    _lock(by)
    if queries.second_factors(by).filter(type=Kind.TOTP).exists():
        raise Refused(_("There is an app already. Turn it off first."))
    step = _matching_step(secret, code, after=0)
    if step is None:
        raise Refused(_("These are not the digits that the app shows now. Wait for the next ones, then try."), "code")
    app = TOTP.activate(by, secret).instance
    app.data["last_step"] = step
    app.save(update_fields=["data"])
    record(by=by, tag="person:app:added", about=by)
    emails.send_change(by, "app_added")
    return _made_second_factor(by, session)


@transaction.atomic
def add_passkey(*, by: Person, name: str, credential: dict[str, Any], session: str = "") -> bool:
    """Keep a passkey whose registration has been checked (forms), as above; whether recovery codes were made."""
    _lock(by)
    WebAuthn.add(by, name, credential)
    record(by=by, tag="person:passkey:added", about=by, name=name)
    emails.send_change(by, "passkey_added", name=name)
    return _made_second_factor(by, session)


@transaction.atomic
def rename_passkey(*, by: Person, passkey: Authenticator, name: str) -> None:
    passkey.data["name"] = name
    passkey.save(update_fields=["data"])
    record(by=by, tag="person:passkey:renamed", about=by, name=name)


@transaction.atomic
def make_codes(*, by: Person) -> None:
    """New recovery codes; those of before end. Raises Refused where there is no second factor to stand in for."""
    _lock(by)
    if not queries.has_second_factor(by):
        raise Refused(_("Set up an app or a passkey first: recovery codes stand in for these."))
    Authenticator.objects.filter(user=by, type=Kind.RECOVERY_CODES).delete()
    RecoveryCodes.activate(by)
    record(by=by, tag="person:codes:made", about=by)
    emails.send_change(by, "codes_made")


@transaction.atomic
def remove_factor(*, by: Person, factor: Authenticator, password: str = "", new_password: str = "") -> None:
    """Turn the app off or forget a passkey.

    The last one leaves the password alone at the door, which then has to be long: `password` is the present one,
    `new_password` a longer one where that is needed. Raises Refused where it is not given, and for the last one of
    somebody who may not do without.
    """
    _lock(by)
    others = queries.second_factors(by).exclude(pk=factor.pk)
    is_last = not others.exists()
    if is_last and rules.needs_second_factor(by):
        raise Refused(_("Administrators need one. Add another first, then take this one away."))
    if is_last and by.has_usable_password() and not by.check_password(password):
        raise Refused(_("This is not your current password."), "password")
    kind, name = factor.type, str(factor) if factor.type == Kind.WEBAUTHN else ""
    factor.delete()
    if is_last:
        Authenticator.objects.filter(user=by).delete()
        _long_password(by, password, new_password)
    tag = "person:app:removed" if kind == Kind.TOTP else "person:passkey:removed"
    record(by=by, tag=tag, about=by, **({"name": name} if name else {}))
    emails.send_change(by, "app_removed" if kind == Kind.TOTP else "passkey_removed", name=name)


@transaction.atomic
def use_code(*, person: Person, code: str) -> Authenticator | None:
    """Take six digits of the app, or a recovery code, once: whose code it was; None if nobody's.

    Digits never count twice, and none that are older than the last ones used (RFC 6238, section 5.2). Tries are
    counted in the row, so that several web processes allow no more than one. Raises Refused after five in five minutes,
    and when the key that sealed the secrets is lost.
    """
    known = Authenticator.objects.select_for_update().filter(user=person, type__in=[Kind.TOTP, Kind.RECOVERY_CODES])
    factors = list(known.order_by("pk"))
    if not factors:
        return None
    now = clock.now()
    counting = factors[0]
    missed = [at for at in counting.data.get("missed", []) if at > now.timestamp() - _TRIES_SECONDS]
    if len(missed) >= _TRIES:
        raise Refused(_("That was a few tries too many. Wait five minutes, then try again."))
    try:
        used = next((factor for factor in factors if _spend(factor, code)), None)
    except sealing.Unsealable as error:  # SECRET_KEY was changed, and the old one is not among the fallbacks
        raise Refused(
            _("Your app and your codes cannot be checked here any more. Ask an administrator to let you begin again.")
        ) from error
    counting.data["missed"] = [] if used else [*missed, now.timestamp()]
    counting.save(update_fields=["data"])
    if used is not None:
        used.last_used_at = now
        used.save(update_fields=["data", "last_used_at"])
        if used.type == Kind.RECOVERY_CODES:
            record(by=person, tag="person:code:used", about=person)
            emails.send_change(person, "code_used", left=len(used.wrap().get_unused_codes()))
    return used


@transaction.atomic
def reseal_factors() -> int:
    """Move what is sealed with former SECRET_KEYs to the present one; how many rows that were."""
    moved = 0
    for factor in Authenticator.objects.select_for_update().exclude(type=Kind.WEBAUTHN):
        part = "secret" if factor.type == Kind.TOTP else "seed"
        factor.data[part] = sealing.reseal(factor.data[part])
        factor.save(update_fields=["data"])
        moved += 1
    return moved


def _lock(person: Person) -> None:
    """Whoever else changes how this person signs in waits until we are done."""
    Person.objects.select_for_update().get(pk=person.pk)


def _made_second_factor(person: Person, session: str) -> bool:
    """Make recovery codes if there are none, and say whether.

    With the first second factor all sessions but `session` end: a password alone opened them, and whoever else may
    know it must not stay inside behind the new door.
    """
    if queries.second_factors(person).count() == 1:
        end_sessions(person=person, but=session)
    if Authenticator.objects.filter(user=person, type=Kind.RECOVERY_CODES).exists():
        return False
    RecoveryCodes.activate(person)
    return True


def _spend(factor: Authenticator, code: str) -> bool:
    """Whether `code` is good; if so it is noted as used, in memory: the caller holds the lock and saves."""
    if factor.type == Kind.TOTP:
        step = _matching_step(sealing.unseal(factor.data["secret"]), code, after=factor.data.get("last_step", 0))
        if step is not None:
            factor.data["last_step"] = step
        return step is not None
    typed = _digits(code)
    for place, expected in enumerate(factor.wrap().generate_codes()):
        if not factor.data["used_mask"] >> place & 1 and hmac.compare_digest(typed, expected):
            factor.data["used_mask"] |= 1 << place
            return True
    return False


def _matching_step(secret: str, code: str, *, after: int) -> int | None:
    """The step of 30 seconds whose digits `code` are: this one or its neighbours, for clocks that are a little off."""
    typed, now = _digits(code), int(clock.now().timestamp()) // _STEP
    for step in (now - 1, now, now + 1):
        if step > after and hmac.compare_digest(typed, format_hotp_value(hotp_value(secret, step))):
            return step
    return None


def _digits(code: str) -> str:
    """As typed, without the blanks and dashes in between."""
    return "".join(sign for sign in code if sign in "0123456789")


def _long_password(person: Person, password: str, new_password: str) -> None:
    """See that a password which is all there is has the length of such a one. Raises Refused."""
    needed = queries.shortest_password(person)
    if person.has_usable_password() and not new_password and len(password) >= needed:
        return
    if not new_password:
        raise Refused(
            _("Without a second step your password needs at least %(needed)s characters. Choose a longer one here.")
            % {"needed": needed},
            "new_password",
        )
    try:
        validate_password(new_password, person)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), "new_password") from error
    change_password(by=person, person=person, password=new_password)
