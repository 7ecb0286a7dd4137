"""What lets somebody in by their mailbox: a password that was chosen, invitations that are on their way."""

from allauth.usersessions.models import UserSession
from django.db import transaction

from foredesk.activity.actions import record
from foredesk.kit import clock

from ..models import Invitation, Person


@transaction.atomic
def change_password(*, by: Person | None, person: Person, password: str) -> None:
    """Set a password that has already passed the validators of the settings. The person's other sessions end."""
    person.set_password(password)
    person.save(update_fields=["password"])
    record(by=by, tag="person:password:changed", about=person)


def end_invitations(*, person: Person) -> None:
    """From now on no link that somebody was sent before works."""
    now = clock.now()
    Invitation.objects.filter(person=person, accepted_at=None, expires_at__gt=now).update(expires_at=now)


def end_sessions(*, person: Person, but: str) -> None:
    """Sign somebody out everywhere, except in the session whose key is `but`."""
    for session in UserSession.objects.filter(user=person).exclude(session_key=but):
        session.end()
