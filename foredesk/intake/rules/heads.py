"""What the head of a mail says whose body cannot be read: for whoever looks at it, and for whom it may be shown to."""

from email.parser import BytesHeaderParser
from email.policy import compat32

from . import addresses, headers
from .letters import Reading, Unreadable

MAX_HEAD = 1 << 18  # bytes; more is no head that anybody wrote


def read_head(raw: bytes) -> Reading:
    """Subject, people and ids of a mail, nothing else. Raises nothing: what cannot be understood is left out."""
    message = BytesHeaderParser(policy=compat32).parsebytes(raw[:MAX_HEAD])
    try:
        senders = addresses.addresses_of(message, "from")
    except Unreadable:
        senders = ()
    answered = [*headers.ids_of(message, "in-reply-to"), *reversed(headers.ids_of(message, "references"))]
    return Reading(
        subject=headers.text_of(message, "subject"),
        sender=senders[0] if senders else None,
        answers=tuple(answered),
        sent_at=headers.moment_of(message),
    )
