"""The people and files of a mail."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from hashlib import sha256

from django.utils.translation import gettext as _

from foredesk.attachments.actions import store_bytes
from foredesk.attachments.models import Attachment
from foredesk.attachments.rules import MAX_BYTES
from foredesk.people.actions import make_known
from foredesk.people.models import Person
from foredesk.people.queries import Called, people_by_address
from foredesk.people.rules import has_address
from foredesk.tickets.models import Ticket
from foredesk.tickets.queries import has_file

from .. import queries
from ..rules.letters import Address, File, Reading, Unreadable
from ..rules.names import called

MOST_FILES = 50  # what comes beyond stays in the raw mail
MOST_NEW_PEOPLE = 10  # whom one mail can make known, beside its writer: a list of all staff on copy makes nobody


def writer_of(reading: Reading) -> Person:
    """Who wrote a mail; whoever was not known becomes known as a customer.

    A mail that does not say who wrote it is from nobody in particular. Raises Unreadable for somebody who has left.
    """
    sender = reading.sender
    if sender is None or not sender.address:
        nobody = Called(name=_("A sender without an address"))
        return make_known(by=None, people=[nobody])[nobody]
    writer = people_by_address([sender.address]).first() or _known([sender], make=True)[0]
    if not writer.is_active:
        raise Unreadable(_("%(name)s has left, so somebody has to look at this.") % {"name": writer.full_name})
    return writer


def told_by_itself(reading: Reading) -> Reading:
    """The reading of a mail under its writer's name, where a group has put our own address before what they wrote.

    Groups and lists do so for the sake of signatures (DMARC), and say in a header of their own who it was.
    """
    sender = reading.sender
    if sender is None or reading.was_ours or not queries.is_own(sender.address):
        return reading
    writer = next((one for one in reading.original_from if one.address and not queries.is_own(one.address)), None)
    return replace(reading, sender=writer) if writer else reading


def people_on_copy(reading: Reading, *, is_stranger: bool) -> tuple[list[Person], int]:
    """Everybody else to whom a mail went, but not IT's own addresses, and how many were left out.

    Whom nobody knows yet becomes known by it, unless they are many. `is_stranger`: nobody knew the writer before this
    mail; they introduce people of the house only, else anybody could have us write to anybody.
    """
    skipped = {"", reading.sender.address if reading.sender else ""}
    everybody = {one.address: one for one in (*reading.to, *reading.cc)}
    others = {where: one for where, one in everybody.items() if where not in skipped and not queries.is_own(where)}
    if not others:
        return [], 0
    known = {person.email for person in people_by_address(others)}
    unknown = others.keys() - known
    introduced = {where for where in unknown if not is_stranger or queries.is_of_the_house(where)}
    are_many = len(unknown) > MOST_NEW_PEOPLE
    wanted = [one for where, one in others.items() if where in known or where in introduced]
    found = _known(wanted, make=not are_many)
    left_out = unknown if are_many else unknown - introduced
    return [person for person in found if person.is_active], len(left_out)


def _known(addresses: Sequence[Address], *, make: bool) -> list[Person]:
    wanted = [Called(email=one.address, name=called(one)[:120]) for one in addresses if has_address(one.address)]
    if make:
        return list(make_known(by=None, people=wanted, may_sign_in=True).values())
    return list(people_by_address(one.email for one in wanted))


def keep_files(reading: Reading, writer: Person, ticket: Ticket | None = None) -> list[Attachment]:
    """Store a mail's files; not what is larger than a file may be, nor pictures in the text that are there already."""
    kept = []
    for file in _worth_keeping(reading.files):
        if file.is_inline and ticket is not None and has_file(ticket, sha256(file.content).hexdigest()):
            continue
        kept.append(store_bytes(by=writer, name=file.name, content=file.content))
    return kept


def _worth_keeping(files: Iterable[File]) -> list[File]:
    return [file for file in files if 0 < len(file.content) <= MAX_BYTES][:MOST_FILES]
