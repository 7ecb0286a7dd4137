from email import message_from_bytes, policy

CALENDARS = frozenset({"text/calendar", "application/ics"})


def calendar_in(raw: bytes) -> bytes | None:
    """The first calendar object (text/calendar, RFC 5545) of a mail as its bytes; None where there is none."""
    for part in message_from_bytes(raw, policy=policy.compat32).walk():
        if part.get_content_type() in CALENDARS and not part.is_multipart():
            content = part.get_payload(decode=True)
            return content if isinstance(content, bytes) else None
    return None
