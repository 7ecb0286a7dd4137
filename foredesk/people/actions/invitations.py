"""Invitations: a link by mail with which somebody lets themselves in. Only the hash of its token is kept."""

import secrets
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.utils.translation import gettext as _

from foredesk.activity.actions import record
from foredesk.kit import clock
from foredesk.kit.refusals import Refused

from .. import emails, queries, rules
from ..models import Invitation, Person
from .access import change_password, end_invitations
from .factors import add_passkey

LIFETIME = timedelta(days=7)


@transaction.atomic
def invite(*, by: Person | None, person: Person) -> Invitation:
    """Mail somebody a link that works once, for seven days; links that they got before end.

    Raises Refused for somebody who may not sign in, and for somebody without an address.
    """
    if not person.has_address:
        raise Refused(_("No mail reaches %(name)s. Save their mail address first.") % {"name": person.full_name})
    Person.objects.select_for_update().get(pk=person.pk)
    if not rules.can_be_invited(person):
        raise Refused(_("%(name)s may not sign in at present. Reactivate them first.") % {"name": person.full_name})
    end_invitations(person=person)
    token, now = secrets.token_urlsafe(32), clock.now()
    invitation = Invitation.objects.create(
        person=person, by=by, token_hash=rules.hash_of(token), sent_at=now, expires_at=now + LIFETIME
    )
    emails.send_invitation(invitation, token)
    record(by=by, tag="person:invited", about=person)
    return invitation


@transaction.atomic
def invite_who_never_came(*, by: Person) -> int:
    """Invite all agents who have never signed in; how many that were."""
    people = list(queries.never_signed_in().exclude(pk=by.pk))
    for person in people:
        invite(by=by, person=person)
    return len(people)


@transaction.atomic
def accept_invitation(*, invitation: Invitation, password: str = "") -> Person:
    """Use an invitation up, with the password that was chosen (checked by the form) if one was.

    Two who follow the same link at once: the row is claimed by one of them. Raises Refused for an invitation that
    was used, replaced or is too old, and for somebody who may not sign in.
    """
    now, person = clock.now(), invitation.person
    open_ones = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, expires_at__gt=now)
    may_enter = {"person__is_active": True, "person__erased_at": None}
    if not open_ones.filter(**may_enter).update(accepted_at=now):
        raise Refused(_("This invitation has been used already, or it is too old."))
    end_invitations(person=person)
    record(by=person, tag="person:invitation:accepted", about=person)
    if password:
        change_password(by=person, person=person, password=password)
    return person


@transaction.atomic
def accept_invitation_with_passkey(*, invitation: Invitation, name: str, credential: dict[str, Any]) -> Person:
    """The same with a passkey (whose registration the form has checked) instead of a password.

    Raises Refused as above, and for somebody who has a second factor: a mailbox alone does not get past that.
    """
    person = accept_invitation(invitation=invitation)
    if queries.has_second_factor(person):
        raise Refused(_("Sign in as you always do, then add this device."))
    add_passkey(by=person, name=name, credential=credential)
    return person


@transaction.atomic
def reactivate(*, by: Person, person: Person) -> Person:
    """Let somebody sign in again: they are invited to choose a new password."""
    if person.erased_at:
        raise Refused(_("%(name)s is a pseudonym; nobody can be let in again as them.") % {"name": person.full_name})
    person.is_active = True
    person.save(update_fields=["is_active"])
    record(by=by, tag="person:reactivated", about=person)
    invite(by=by, person=person)
    return person


@transaction.atomic
def let_begin_again(*, by: Person, person: Person) -> None:
    """For somebody who has lost everything: passkeys, app, codes and password end, sessions too, and they are invited.

    The password ends because it may be a short one, good only beside what is taken away.
    Raises Refused for oneself: another administrator has to look who is asking.
    """
    if by.pk == person.pk:
        raise Refused(_("Ask another administrator to do this for you."))
    Person.objects.select_for_update().get(pk=person.pk)
    Authenticator.objects.filter(user=person).delete()
    SocialAccount.objects.filter(user=person).delete()
    person.set_unusable_password()
    person.save(update_fields=["password"])
    record(by=by, tag="person:factors:removed", about=person)
    emails.send_change(person, "begun_again", by=by)
    invite(by=by, person=person)
