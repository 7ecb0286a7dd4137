"""What a mail says: the one place where its bytes become a `Reading`."""

from email.message import Message
from html import escape

from django.utils.translation import gettext as _

from foredesk.mail.rules import is_our_loop

from . import addresses, bodies, bounces, headers, html_text, invitations, machines, parsing, signed
from .calendars import CALENDARS
from .files import MAX_FILES, files_of, without_uuencoded
from .letters import Address, File, Invitation, MachineKind, Reading, Unreadable

# Characters; some 200 pages. Nobody reads more on a page, and whatever looks at the words of a request would stall.
MAX_TEXT = 500_000
LOOP_HEADER = "x-foredesk-loop"
_ARMOUR = "-----BEGIN PGP MESSAGE-----"


def read(raw: bytes, *, envelope_from: str = "") -> Reading:
    """What a mail says; `envelope_from` is whom the sending server named, if it did. Raises only `Unreadable`."""
    message = parsing.parsed(raw)
    is_encrypted = signed.open_parts(message)
    layout = bodies.laid_out(message)
    hint = bodies.charset_of((layout.plain or layout.html or [message])[0])
    html = html_of(layout, hint)
    plain, packed = without_uuencoded(_plain_of(layout, hint))
    is_encrypted |= plain.lstrip().startswith(_ARMOUR)
    text = _text_of(layout, plain, html, hint)
    if not text.strip():
        text = _instead_of_text(message, is_encrypted=is_encrypted)
    text, long = _shortened(text)
    files = (*files_of(layout, html, hint), *packed, *long)
    if len(files) > MAX_FILES:
        raise Unreadable(_("More than %(limit)d files came with it.") % {"limit": MAX_FILES})
    subject = headers.text_of(message, "subject", hint)
    machine = machines.machine_of(message, envelope_from=envelope_from, subject=subject, text=text)
    is_report = machine.kind in {MachineKind.BOUNCE, MachineKind.FEEDBACK}
    answered = [*headers.ids_of(message, "in-reply-to"), *reversed(headers.ids_of(message, "references"))]
    return Reading(
        subject=subject,
        sender=_sender_of(message, hint),
        to=addresses.addresses_of(message, "to", hint),
        cc=addresses.addresses_of(message, "cc", hint),
        reply_to=addresses.addresses_of(message, "reply-to", hint),
        original_from=addresses.addresses_of(message, "x-original-from", hint),
        message_ids=tuple(headers.ids_of(message, "message-id")),
        answers=tuple(dict.fromkeys(answered)),
        sent_at=headers.moment_of(message),
        text=text,
        has_html=bool(html),
        plain=plain,
        html=html,
        is_encrypted=is_encrypted,
        files=files,
        invitations=_invitations_of(layout),
        machine=machine,
        bounces=bounces.bounces_in(message, text) if machine.kind == MachineKind.BOUNCE else (),
        returned_ids=bounces.returned_ids(message, text) if is_report else (),
        was_ours=any(map(is_our_loop, headers.values_of(message, LOOP_HEADER))),
    )


def html_of(layout: bodies.Layout, hint: str = "") -> str:
    """A mail's HTML as one page, as it came; what is plain between is marked up. "" where it has none."""
    if not any(bodies.kind_of(part) == "text/html" for part in layout.html):
        return ""
    return "\n".join(
        bodies.html_of(part, hint)
        if bodies.kind_of(part) == "text/html"
        else f'<pre style="white-space: pre-wrap">{escape(bodies.plain_text_of(part, hint))}</pre>'
        for part in layout.html
    )


def _plain_of(layout: bodies.Layout, hint: str) -> str:
    parts = (part for part in layout.plain if bodies.kind_of(part) != "text/html")
    return _joined([bodies.plain_text_of(part, hint) for part in parts])


def _text_of(layout: bodies.Layout, plain: str, html: str, hint: str) -> str:
    is_html = [bodies.kind_of(part) == "text/html" for part in layout.plain]
    if html and (all(is_html) or not plain.strip()):
        return html_text.as_text(html)
    if not any(is_html):
        return plain
    # A list's footer below a page, for example: each as it is, in their order.
    texts = []
    for part in layout.plain:
        if bodies.kind_of(part) == "text/html":
            texts.append(html_text.as_text(bodies.html_of(part, hint)))
        else:
            texts.append(bodies.plain_text_of(part, hint))
    return without_uuencoded(_joined(texts))[0]


def _joined(texts: list[str]) -> str:
    return "\n\n".join(stripped for text in texts if (stripped := text.strip("\n")))


def _shortened(text: str) -> tuple[str, list[File]]:
    """A text that a page can show; one that is too long (a log instead of a mail) is a file as well, whole."""
    if len(text) <= MAX_TEXT:
        return text, []
    file = File(_("whole text") + ".txt", "text/plain", text.encode(), is_named=False)
    return f"{text[:MAX_TEXT]}…\n\n{_('It goes on; the whole text is attached.')}", [file]


def _instead_of_text(message: Message, *, is_encrypted: bool) -> str:
    if is_encrypted:
        return _("This mail is encrypted and cannot be read here. What came is attached.")
    if headers.type_of(message) == "message/partial":
        return _("This is a piece of a larger mail that was cut up on its way. What came is attached.")
    return ""


def _sender_of(message: Message, hint: str) -> Address | None:
    """Whom it is from: with an address if any header about it has one, else by name only."""
    written = addresses.addresses_of(message, "from", hint)
    for people in (written, addresses.addresses_of(message, "sender", hint)):
        found = next((address for address in people if address.address), None)
        if found is not None:
            return found
    answered = addresses.addresses_of(message, "reply-to", hint)
    found = next((address for address in answered if address.address), None)
    return found or (written[0] if written else None)


def _invitations_of(layout: bodies.Layout) -> tuple[Invitation, ...]:
    found: dict[Invitation, None] = {}  # once, though it comes for readers of the text and as a file
    for part in layout.files:
        if bodies.kind_of(part) in CALENDARS:
            parameters = headers.parameters_of(part, "content-type")
            content = bodies.content_of(part)
            for one in invitations.invitations_in(content, parameters.get("charset", ""), parameters.get("method", "")):
                found.setdefault(one)
    return tuple(found)
