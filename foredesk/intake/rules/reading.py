from email import message_from_bytes, policy
from email.utils import getaddresses

from .letters import Address, Reading


def read(raw: bytes, *, ours: frozenset[str] = frozenset(), envelope_from: str = "") -> Reading:
    message = message_from_bytes(raw, policy=policy.default)
    people = {
        name: tuple(Address(shown, address.lower()) for shown, address in getaddresses(message.get_all(name, [])))
        for name in ("from", "to", "cc")
    }
    body = message.get_body(("plain", "html"))
    ids = str(message["in-reply-to"] or "").split() + str(message["references"] or "").split()[::-1]
    return Reading(
        subject=str(message["subject"] or ""),
        sender=next(iter(people["from"]), None),
        to=people["to"],
        cc=people["cc"],
        message_ids=tuple(message.get_all("message-id", [])),
        answers=tuple(ids),
        text=body.get_content() if body else "",
    )
