"""Links by which people answer who only ever use mail: signed, for one person and one question, for a month."""

from dataclasses import dataclass
from datetime import timedelta
from typing import cast, get_args

from django.conf import settings
from django.core import signing
from django.urls import reverse

from foredesk.people.models import Person
from foredesk.tickets.models import Ticket
from foredesk.tickets.rules.links import What

GOOD_FOR = timedelta(days=30)
_SALT = "foredesk.intake.answer"


@dataclass(frozen=True)
class Asked:
    """What a token stands for; `key`: of the restatement or solution, or of the ticket for the open questions."""

    person: int
    ticket: int
    what: What
    key: int


def answer_url(person: Person, ticket: Ticket, what: What, key: int) -> str:
    """The complete address where `person` answers by a link; "" for somebody who signs in."""
    return f"{settings.BASE_URL}{answer_path(person, ticket, what, key)}" if only_uses_mail(person) else ""


def answer_path(person: Person, ticket: Ticket, what: What, key: int) -> str:
    token = signing.dumps([person.pk, ticket.pk, what, key], salt=_SALT)
    return reverse("intake:answer", args=[token])


def asked_by(token: str) -> Asked | None:
    """What a token asks, if we signed it within the last 30 days."""
    try:
        person, ticket, what, key = signing.loads(token, salt=_SALT, max_age=GOOD_FOR)
    except (signing.BadSignature, ValueError):  # too old is one kind of the first; of another make, the second
        return None
    return Asked(person, ticket, cast(What, what), key) if what in get_args(What) else None


def only_uses_mail(person: Person) -> bool:
    """Somebody who has never signed in and has no password (a passkey or a provider comes with signing in)."""
    return person.is_active and person.last_login is None and not person.has_usable_password()
