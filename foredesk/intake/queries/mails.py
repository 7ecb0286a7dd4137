"""The mails on one ticket, as far as the reader may read them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.files.storage import default_storage
from django.db.models import Case, F, TextField, Value, When
from django.db.models.functions import Left

from foredesk.kit.built_once import BuiltOnce
from foredesk.people.models import Person
from foredesk.tickets.models import Message, Ticket
from foredesk.tickets.queries import messages_for, tickets_visible_to
from foredesk.tickets.rules import can_work_on, reads_conversation

from ..enums import Became, IncomingState
from ..models import Incoming
from ..rules.details import Details, details_in
from ..rules.letters import Address
from ..rules.permissions import can_open
from ..rules.wording import line_of
from .mailboxes import is_own

_WORDS = 400  # characters of a mail that is no message, for its line; the rest is one click away


@dataclass(frozen=True)
class OnCopy:
    """Somebody to whom a mail went as well."""

    name: str
    address: str
    follows: bool


@dataclass(frozen=True)
class ShownMail:
    """A mail as a page shows it to its reader."""

    mail: Incoming
    details: Details
    opens: bool  # the reader may read all of it
    works: bool  # the reader works on the ticket
    on_copy: list[OnCopy] = field(default_factory=list)
    line: str = ""  # what stands on the page of a mail that is no message

    @property
    def downloads(self) -> bool:
        """The reader may have the mail as it came, byte for byte."""
        return self.works and self.mail.raw_id is not None

    @property
    def symbol(self) -> str:
        """The icon of its line."""
        if self.details.bounces:
            return "mail-x"
        return "bot" if self.mail.became == Became.MACHINE else "mail-check"

    @property
    def awaits_word(self) -> bool:
        """An outsider's words, of which somebody of IT is still to say who may read them."""
        return self.works and self.mail.became == Became.OUTSIDE and self.mail.settled_at is None

    @property
    def has_more(self) -> bool:
        """There is something to say of it beside the words that stand on the page anyway."""
        return self.opens or bool(self.details.invitations)


@dataclass(frozen=True)
class Mails:
    """The mails on a ticket by what they became.

    `beside`: what is no message, oldest first, for IT alone: machines' mails, and plain answers to what was asked.
    """

    request: ShownMail | None = None
    by_message: dict[int, ShownMail] = field(default_factory=dict)
    beside: list[ShownMail] = field(default_factory=list)


_ON_TICKET = BuiltOnce(
    lambda ticket: (
        Incoming.objects.filter(ticket=ticket, state=IncomingState.FILED)
        .exclude(became=Became.COPY)
        .annotate(
            words=Case(
                When(became__in=[Became.MACHINE, Became.REPLY], message=None, then=Left(F("text"), _WORDS)),
                default=Value(""),
                output_field=TextField(),
            )
        )
        .defer("text", "envelope_to")
        .select_related("person")
        .order_by("pk")
    )
)


def mails_of(ticket: Ticket, reader: Person) -> Mails:
    """All mails on a ticket. Which messages `reader` may read is not asked here: theirs stand beside these."""
    found = _ON_TICKET(ticket.pk)
    if not found:
        return Mails()
    shown = [_shown(mail, ticket, reader) for mail in found]
    by_message = {one.mail.message_id: one for one in shown if one.mail.message_id is not None}
    reads = reads_conversation(reader, ticket)
    return Mails(
        request=next((one for one in shown if one.mail.became == Became.REQUEST and reads), None),
        by_message=by_message,
        beside=[one for one in shown if one.line] if can_work_on(reader, ticket) else [],
    )


def hand_out_mails(messages: Iterable[Message], mails: Mails) -> None:
    """Let `message.mail` be the mail that it came by, for the pages that show it."""
    for message in messages:
        message.mail = mails.by_message.get(message.pk)  # type: ignore[attr-defined]


def _shown(mail: Incoming, ticket: Ticket, reader: Person) -> ShownMail:
    details = details_in(mail.details)
    opens = can_open(reader, mail, ticket)
    words: str = mail.words  # type: ignore[attr-defined]
    return ShownMail(
        mail=mail,
        details=details,
        opens=opens,
        works=can_work_on(reader, ticket),
        on_copy=_on_copy(details, mail, ticket) if opens else [],
        line=line_of(mail, details, words) if mail.became != Became.REQUEST and mail.message_id is None else "",
    )


def _on_copy(details: Details, mail: Incoming, ticket: Ticket) -> list[OnCopy]:
    """Everybody in To and Cc but IT's own addresses and who wrote it."""
    following = {follower.person.email for follower in ticket.followers.all()}
    people: dict[str, Address] = {one.address: one for one in [*details.to, *details.cc] if one.address}
    return [
        OnCopy(one.name or one.address, one.address, one.address in following)
        for one in people.values()
        if one.address != mail.sender and not is_own(one.address)
    ]


def mail_open_to(reader: Person, number: int, pk: int) -> tuple[ShownMail, Ticket] | None:
    """One mail on a ticket with all of its text, if `reader` may read all of it."""
    ticket = tickets_visible_to(reader).prefetch_related("followers__person").filter(pk=number).first()
    mails = Incoming.objects.filter(ticket=number, state=IncomingState.FILED, pk=pk)
    mail = mails.annotate(words=F("text")).select_related("person", "raw", "message").first()
    if ticket is None or mail is None or not can_open(reader, mail, ticket):
        return None
    if mail.message_id and not messages_for(ticket, reader).filter(pk=mail.message_id).exists():
        return None
    return _shown(mail, ticket, reader), ticket


def invitation_open_to(reader: Person, number: int, pk: int) -> Incoming | None:
    """A mail on a ticket whose invitation `reader` may read: whoever reads the words it came with."""
    ticket = tickets_visible_to(reader).prefetch_related("followers__person").filter(pk=number).first()
    mail = Incoming.objects.filter(ticket=number, state=IncomingState.FILED, pk=pk).select_related("raw").first()
    if ticket is None or mail is None:
        return None
    if mail.message_id:
        may = messages_for(ticket, reader).filter(pk=mail.message_id).exists()
    else:
        may = can_open(reader, mail, ticket) or (mail.became == Became.REQUEST and reads_conversation(reader, ticket))
    return mail if may else None


def raw_of(mail: Incoming) -> bytes | None:
    """A mail byte for byte as it came; None where it was let go, or the storage has lost it."""
    if mail.raw is None:
        return None
    try:
        with default_storage.open(mail.raw.path) as kept:
            return bytes(kept.read())
    except FileNotFoundError:
        return None
