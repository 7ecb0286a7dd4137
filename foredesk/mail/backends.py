import uuid
from collections.abc import Sequence
from email.utils import parseaddr
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from foredesk.people.queries import people_by_address

from . import actions
from .emails import letter

SECRET, KIND, KEY = "X-Foredesk-Secret", "X-Foredesk-Kind", "X-Foredesk-Key"


class OutboxBackend(BaseEmailBackend):
    """Django's own way of sending mail (allauth uses it) ends in the outbox: one row for each recipient.

    Three headers steer it and are taken out: X-Foredesk-Secret: yes, X-Foredesk-Kind, X-Foredesk-Key.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """The number of messages queued. Raises ValueError for a mail with attachments: the outbox has none."""
        return sum(1 for email in email_messages if self._post(email))

    def _post(self, email: EmailMessage) -> bool:
        if email.attachments:
            raise ValueError("The outbox carries no attachments; put a link into the mail.")
        headers = {name.lower(): (name, str(value)) for name, value in email.extra_headers.items()}
        _name, secret = headers.pop(SECRET.lower(), ("", ""))
        _name, kind = headers.pop(KIND.lower(), ("", ""))
        _name, key = headers.pop(KEY.lower(), ("", ""))
        if email.reply_to:
            headers.setdefault("reply-to", ("Reply-To", ", ".join(email.reply_to)))
        given: dict[str, Any] = {
            "kind": kind or "notice",
            "subject": str(email.subject),
            "text": str(email.body),
            "html": next((str(body) for body, kind in getattr(email, "alternatives", []) if kind == "text/html"), "")
            or letter(str(email.subject), str(email.body)),
            "headers": dict(headers.values()),
            "is_secret": secret.strip().lower() == "yes",
            "sender": email.from_email,
        }
        key = key or str(uuid.uuid4())
        # What tells how one signs in goes out at once; all else waits for people who are in focus.
        security = given["is_secret"] or kind == "password"
        to = {} if security else {person.email: person for person in people_by_address(email.to)}
        for recipient in email.recipients():
            name, address = parseaddr(recipient)
            actions.post(to=to.get(address) or address, to_name=name, key=f"{key}:{address}", **given)
        return bool(email.recipients())
