from email import message_from_bytes, policy


def calendar_in(raw: bytes) -> bytes | None:
    """The first calendar object (text/calendar, RFC 5545) of a mail as its bytes; None where there is none."""
    for part in message_from_bytes(raw, policy=policy.compat32).walk():
        if part.get_content_type() in {"text/calendar", "application/ics"} and not part.is_multipart():
            content = part.get_payload(decode=True)
            return content if isinstance(content, bytes) else None
    return None
