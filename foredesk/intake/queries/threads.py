"""To which request a mail belongs."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from foredesk.kit.built_once import BuiltOnce
from foredesk.mail.models import OutboxMessage
from foredesk.mail.queries import about_of_ids, mail_by_message_id
from foredesk.mail.rules import is_of_another_desk
from foredesk.people.models import Person
from foredesk.people.queries import people_by_address
from foredesk.tickets.enums import News
from foredesk.tickets.models import Ticket
from foredesk.tickets.queries import tickets_visible_to, told_in, with_people
from foredesk.tickets.rules import can_reply, can_work_on, follows, is_party

from ..enums import IncomingState
from ..models import Incoming
from ..rules.letters import Reading
from ..rules.pointing import numbers_named
from ..rules.trimming import trim

_NUMBER = re.compile(r"\[(\d{1,18})\]")
MOST_IDS = 30  # of a long thread; the newest come first


@dataclass(frozen=True)
class Thread:
    ticket: Ticket
    mail: OutboxMessage | None = None  # the mail of ours that is answered, known by its signed Message-ID
    is_by_number: bool = False  # found by nothing but the number in the subject, which anybody may write there

    @cached_property
    def told(self) -> list[tuple[News, int]] | None:
        """What the answered mail told, each with the item it was about; None where nobody knows which mail that is."""
        return told_in(self.mail, self.ticket) if self.mail else None


@dataclass(frozen=True)
class Several:
    """A mail of ours about several things that its reader answers, and which of its requests they may answer."""

    mail: OutboxMessage
    tickets: list[Ticket]

    def meant(self, reading: Reading) -> Thread | None:
        """The one request that the answer is for: the only one, or the only one that it names, or quotes."""
        known = {ticket.pk: ticket for ticket in self.tickets}
        said = f"{reading.subject}\n{trim(reading.text).answer}"
        for found in (known.keys(), numbers_named(said), numbers_named(reading.text)):
            if len(one := known.keys() & found) == 1:
                return Thread(known[one.pop()], self.mail)
        return None


def thread_of(reading: Reading) -> Thread | None:
    """The request that a mail goes on, by a signed Message-ID of ours, then by the ids of others' mails on it."""
    ids = [*reading.answers[:MOST_IDS], *reading.returned_ids[:MOST_IDS]]
    for one in ids:
        mail = mail_by_message_id(one)
        if mail is not None and (ticket := _ticket(mail.ticket_number)) is not None:
            return Thread(ticket, mail)
    about = about_of_ids(ids)
    ticket = _ticket(int(about.partition(":")[2])) if about.startswith("ticket:") else None
    return Thread(ticket) if ticket else None


def thread_by_subject(reading: Reading, person: Person) -> Thread | None:
    """The request whose number stands in the subject, “[4812]”, if the writer belongs to it.

    Of a mail that answers one of another desk, the number is that desk's.
    """
    if any(map(is_of_another_desk, reading.answers)):
        return None
    for number in reversed(_NUMBER.findall(reading.subject)):
        ticket = _ticket(int(number))
        if ticket is not None and (is_party(person, ticket) or follows(person, ticket)):
            return Thread(ticket, is_by_number=True)
    return None


def thread_of_automatic_reply(reading: Reading) -> Thread | None:
    """The same for the note of a machine that names no id: by the subject that it repeats, and whose note it is."""
    address = reading.sender.address if reading.sender else ""
    person = people_by_address([address]).first() if address else None
    return thread_by_subject(reading, person) if person else None


def several_of(reading: Reading, writer: Person) -> Several | None:
    """The mail about several things that the writer got from us and answers."""
    mails = map(mail_by_message_id, reading.answers[:MOST_IDS])
    mail = next((one for one in mails if one is not None), None)
    if mail is None or not mail.is_bundle or mail.person_id != writer.pk:
        return None
    about = {part.ticket_number for part in mail.parts.only("about") if part.ticket_number is not None}
    tickets = with_people(tickets_visible_to(writer).filter(pk__in=about)).prefetch_related("followers").order_by("pk")
    return Several(mail, [one for one in tickets if can_reply(writer, one) or can_work_on(writer, one)])


def is_still_coming(ids: Iterable[str], incoming: Incoming) -> bool:
    """Whether a mail that `incoming` answers is stored but not on its request yet."""
    wanted = [one[:255] for one in ids][:MOST_IDS]
    if not wanted:
        return False
    return Incoming.objects.filter(mail_id__in=wanted, state=IncomingState.STORED).exclude(pk=incoming.pk).exists()


_TICKET = BuiltOnce(lambda number: with_people(Ticket.objects.filter(pk=number)).prefetch_related("followers"))


def _ticket(number: int | None) -> Ticket | None:
    return next(iter(_TICKET(number)), None) if number else None
