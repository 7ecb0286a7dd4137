"""The mails about signing in. They go through Django's mail, whose backend is the outbox of the room above."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from .models import Invitation, Person, Team
from .queries import organisation_name

# What the outbox reads (and takes off again) of a mail that holds a key: it never shows the text to anybody.
SECRET_HEADERS = {"X-Foredesk-Secret": "yes", "X-Foredesk-Kind": "password"}


def send_invitation(invitation: Invitation, token: str) -> None:
    """Write to somebody how to let themselves in for the first time. The token is nowhere but in this mail."""
    context = {
        "person": invitation.person,
        "inviting": invitation.by.full_name if invitation.by else organisation_name(),
        "link": f"{settings.BASE_URL}{reverse('account_invitation_link', args=[token])}",
        "site_link": f"{settings.BASE_URL}/",
        "days": (invitation.expires_at - invitation.sent_at).days,
    }
    _send("invitation", invitation.person, context, SECRET_HEADERS)


def send_somebody_joined(team: Team, person: Person, *, by: Person, secrets: list[str]) -> None:
    """Tell the members of a team that somebody else will see what only they may see, and who let them in."""
    context = {"team": team, "person": person, "by": by, "secrets": secrets}
    for member in team.members.filter(is_active=True):
        _send("joined", member, context, {})


def send_change(person: Person, change: str, **more: Any) -> None:
    """Tell somebody that how they sign in has changed, so that they notice when it was not them (`change`: template).

    NIST SP 800-63B-4, section 4.6: notice of what was bound to an account, at an address of its owner.
    """
    context = {"person": person, "change": change, "link": f"{settings.BASE_URL}{reverse('account_ways')}", **more}
    _send("change", person, context, {"X-Foredesk-Kind": "password"})


def _send(template: str, person: Person, context: dict[str, Any], headers: dict[str, str]) -> None:
    subject = " ".join(render_to_string(f"people/email/{template}_subject.txt", context).split())
    body = render_to_string(f"people/email/{template}_message.txt", context).strip() + "\n"
    EmailMessage(subject, body, to=[person.email], headers=dict(headers)).send()
