"""People whom a provider (OpenID Connect) vouches for: who they are here, and which role its claim gives them."""

import logging

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from foredesk.activity.actions import record
from foredesk.kit.refusals import Refused

from .. import emails, queries
from ..enums import Role
from ..models import Person
from .people import add_person

PROVIDER = "sso"
_LONGEST_NAME = 120
_log = logging.getLogger(__name__)


@transaction.atomic
def enter_by_provider(*, uid: str, known: Person | None, email: str, name: str, role: str | None) -> Person:
    """Who somebody is that the provider vouches for.

    `known`: whom this `uid` (issuer and subject) has been before; `email`: an address that the provider has verified,
    or ""; `role`: what the claim says, None where no roles are mapped.
    Raises Refused, whose field says why: "unverified", "unknown" or "another".
    """
    person = known or _joined(uid=uid, email=email, name=name)
    if person.is_active and role is not None:
        _follow(person, role)
    return person


def _joined(*, uid: str, email: str, name: str) -> Person:
    """Somebody's first time: the person of that address, or a new customer."""
    try:
        validate_email(email)
    except ValidationError as error:
        raise Refused(_("The provider does not vouch for an address."), "unverified") from error
    person = Person.objects.select_for_update().filter(email=email).first()
    if person is None:
        if not settings.OIDC_NEW_PEOPLE:
            raise Refused(_("Nobody of this address is known here."), "unknown")
        person = add_person(by=None, email=email, full_name=name.strip()[:_LONGEST_NAME] or email.partition("@")[0])
    elif not person.is_active:
        return person
    elif SocialAccount.objects.filter(user=person, provider=PROVIDER).exists():
        # The address went to somebody else, it seems: what is here is not theirs.
        raise Refused(_("Another account of the provider belongs to this address."), "another")
    else:
        emails.send_change(person, "provider_joined", provider=settings.OIDC_NAME)
    SocialAccount.objects.create(user=person, provider=PROVIDER, uid=uid)
    record(by=person, tag="person:provider:joined", about=person)
    return person


def _follow(person: Person, role: str) -> None:
    """Give the role that the claim says; the last administrator who gets in without the provider keeps theirs."""
    if role == person.role:
        return
    if person.role == Role.ADMINISTRATOR:
        # Locked, so that two who sign in at once do not both go.
        present = list(queries.administrators().select_for_update().order_by("pk").values_list("pk", flat=True))
        local = set(queries.local_administrators().values_list("pk", flat=True))
        if present == [person.pk] or local == {person.pk}:
            _log.warning("The provider gives person %s another role, but nobody else could administrate.", person.pk)
            return
    old = person.role
    person.role = role
    person.save(update_fields=["role"])
    record(by=None, tag="person:role:followed", about=person, old=str(old), new=str(role))
