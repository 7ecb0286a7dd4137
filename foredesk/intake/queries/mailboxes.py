"""Which addresses are IT's own."""

from email.utils import parseaddr

from django.conf import settings

from foredesk.kit.remembered import Remembered

from ..enums import Became
from ..models import Incoming, Mailbox
from ..rules.addresses import without_tag


def _read() -> dict[str, int]:
    found = Mailbox.objects.values_list("pk", "address", "other_addresses")
    return {address.lower(): pk for pk, first, others in found for address in [*others, first]}


# The mailbox of each address, in small letters. `MAILBOXES.forget()` after one was changed.
MAILBOXES: Remembered[dict[str, int]] = Remembered(_read)


def own_addresses() -> frozenset[str]:
    """All addresses of IT's mailboxes and the one that our mail comes from, in small letters: never a person's.

    Another process learns of a changed mailbox after 30 seconds at the latest.
    """
    return frozenset(MAILBOXES()) | {parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower()} - {""}


def is_own(address: str) -> bool:
    """Whether an address is IT's own, with or without a tag."""
    address = address.lower()
    return address in own_addresses() or without_tag(address) in own_addresses()


def is_of_the_house(address: str) -> bool:
    """Whether it is at a domain where IT has an address of its own."""
    return address.rpartition("@")[2].lower() in {own.rpartition("@")[2] for own in own_addresses()}


def mailbox_for(address: str) -> Mailbox | None:
    """The mailbox to which mail for `address` belongs, also one that is paused; "desk+tag@" is "desk@"."""
    pk = _known_as(address)
    return Mailbox.objects.filter(pk=pk).first() if pk else None


def mailbox_at_the_door(address: str) -> Mailbox | None:
    """The same, but nobody is sent away because this process has not yet heard of a new mailbox."""
    if _known_as(address) is None:
        MAILBOXES.forget()
    return mailbox_for(address)


def _known_as(address: str) -> int | None:
    address = address.strip().lower()
    known = MAILBOXES()
    return known.get(address) or known.get(without_tag(address))


def answered_at(about: str) -> str:
    """The mailbox for answers to our mails about something: of a request that came by mail, the one it came by.

    "" where no other is meant than the one that our mail comes from, or there is none.
    """
    known, ours = MAILBOXES(), parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower()
    if not known or (ours in known and len(set(known.values())) == 1):
        return ""
    room, _colon, number = about.partition(":")
    address = _came_by(int(number)) if room == "ticket" else None
    if address is None and ours not in known:
        address = Mailbox.objects.filter(is_active=True).order_by("pk").values_list("address", flat=True).first()
    return address if address and address != ours else ""


def _came_by(number: int) -> str | None:
    came = Incoming.objects.filter(ticket=number, became=Became.REQUEST, mailbox__is_active=True)
    return came.values_list("mailbox__address", flat=True).first()
