"""The mails about signing in. They go through Django's mail, whose backend is the outbox of the room above."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from .models import Person

# What the outbox reads (and takes off again) of a mail that holds a key: it never shows the text to anybody.
SECRET_HEADERS = {"X-Foredesk-Secret": "yes", "X-Foredesk-Kind": "password"}


def send_invitation(person: Person, *, invited_by: Person) -> None:
    """Write to somebody how to choose their first password."""
    context = {
        "person": person,
        "invited_by": invited_by,
        "link": f"{settings.BASE_URL}{password_path(person)}",
        "site_link": f"{settings.BASE_URL}/",
        "days": settings.PASSWORD_RESET_TIMEOUT // 86400,
    }
    subject = " ".join(render_to_string("people/email/invitation_subject.txt", context).split())
    body = render_to_string("people/email/invitation_message.txt", context).strip() + "\n"
    EmailMessage(subject, body, to=[person.email], headers=dict(SECRET_HEADERS)).send()


def password_path(person: Person) -> str:
    """Where one may choose a new password: the key in it works once and for a limited time."""
    return reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)},
    )
