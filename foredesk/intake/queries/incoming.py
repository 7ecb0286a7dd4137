"""All mail that came in, for those who look after it."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from foredesk.catalogue.queries import classes_hidden_from
from foredesk.people.models import Person
from foredesk.people.queries import active_people

from ..enums import Became, IncomingState
from ..models import Incoming
from ..rules.permissions import can_read_incoming

PAGE = 40
_ON_THEIR_WAY = (IncomingState.STORED, IncomingState.WITHHELD)  # one list: both end by themselves


@dataclass(frozen=True)
class Page:
    """A stretch of a list. `older_than`: give it back for the next stretch, None at the end."""

    mails: list[Incoming]
    older_than: int | None


def incoming_open_to(person: Person) -> QuerySet[Incoming]:
    """The mails of which `person` may know: on a request as that says; before, as the kind that its mailbox is for.

    On their own request even a lead does not read what others wrote to IT alone.
    """
    if not can_read_incoming(person):
        return Incoming.objects.none()
    mails = Incoming.objects.exclude(became__in=[Became.OUTSIDE, Became.MACHINE], ticket__customer=person)
    hidden = classes_hidden_from(person)
    if not hidden:
        return mails
    private = Q(ticket__service_class__in=hidden) | Q(ticket=None, mailbox__service_class__in=hidden)
    return mails.exclude(private)


def quarantine(person: Person) -> QuerySet[Incoming]:
    """What waits for somebody to look at it, oldest first."""
    return incoming_open_to(person).filter(state=IncomingState.QUARANTINED).order_by("pk")


def quarantine_count(person: Person) -> int:
    return quarantine(person).count()


def incoming_page(person: Person, *, state: str = "", before: int | None = None, size: int = PAGE) -> Page:
    """The newest `size` mails that `person` may know of, older than the mail `before`.

    By key, so that the cost does not grow with the history.
    """
    mails = incoming_open_to(person).defer("text", "details", "envelope_to").select_related("mailbox", "ticket")
    if state:
        mails = mails.filter(state__in=_ON_THEIR_WAY if state in _ON_THEIR_WAY else [state])
    if before is not None:
        mails = mails.filter(pk__lt=before)
    found = list(mails.order_by("-pk")[: size + 1])
    return Page(mails=found[:size], older_than=found[size - 1].pk if len(found) > size else None)


def writer_of(mail: Incoming) -> Person | None:
    """Who probably wrote a mail, by the address that it says or came from; None for a stranger."""
    if mail.person is not None:
        return mail.person
    addresses = [address for address in (mail.sender, mail.envelope_from.strip("<>").lower()) if address]
    return active_people().filter(email__in=addresses).first() if addresses else None
