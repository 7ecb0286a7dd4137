"""What taking a person out means, before and after: what goes, what stays, and why."""

from dataclasses import dataclass
from typing import Literal

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foredesk.activity.models import Event
from foredesk.attachments.models import Attachment
from foredesk.mail.models import OutboxMessage
from foredesk.people.models import Person
from foredesk.people.queries import administrators
from foredesk.people.rules import is_administrator
from foredesk.tickets.enums import OPEN_STATES
from foredesk.tickets.models import Draft, Follower, Interview, Message, Ticket
from foredesk.tickets.queries import tickets_visible_to


@dataclass(frozen=True)
class Line:
    """One kind of thing: how many there are, what becomes of them and why."""

    what: str
    count: int | None
    becomes: Literal["goes", "changes", "stays"]
    why: str


def why_not_erased(by: Person | None, person: Person) -> str:
    """A sentence, or "" when `by` may take this person out now. `by` None: the keeper of the machine."""
    if by is not None and not is_administrator(by):
        return _("Only administrators take people out.")
    if by is not None and by.pk == person.pk:
        return _("You cannot take yourself out. Ask another administrator to do it for you.")
    if person.erased_at:
        return _("This has been done already.")
    if is_administrator(person) and not _other_administrators(person):
        return _("%(name)s is the last administrator. Make somebody else an administrator first.") % {
            "name": person.full_name
        }
    if numbers := _open_requests(person):
        known = set(numbers)
        if by is not None:
            known = set(tickets_visible_to(by).filter(pk__in=numbers).values_list("pk", flat=True))
        if not known:
            return _("Something is still open for them that you cannot see. It has to be finished first.")
        listed = ", ".join(str(number) for number in numbers if number in known)
        return ngettext(
            "An open request is still theirs, or in their hands: %(numbers)s. Close it or pass it on first.",
            "Open requests are still theirs, or in their hands: %(numbers)s. Close them or pass them on first.",
            len(known),
        ) % {"numbers": listed}
    return ""


def _other_administrators(person: Person) -> bool:
    return administrators().exclude(pk=person.pk).exists()


def _open_requests(person: Person) -> list[int]:
    found = Ticket.objects.filter(Q(customer=person) | Q(assignee=person), state__in=OPEN_STATES)
    return list(found.order_by("pk").values_list("pk", flat=True)[:10])


def what_goes(person: Person) -> list[Line]:
    """For the page before: everything about somebody that goes or changes."""
    own = Ticket.objects.filter(customer=person)
    lines = [
        Line(_("Name, address, number, phone, place, manager, time zone"), None, "goes",
             _("a pseudonym takes their place")),
        Line(_("Ways to sign in: password, sessions, second factors, invitations"), None, "goes",
             _("nobody can sign in as them")),
        Line(_("Teams, departments they head, kinds of requests they own"), None, "goes", _("others take over")),
        Line(_("Words begun and not sent"), _unsent(person), "goes", _("nobody has read them")),
        Line(_("Requests they follow"), Follower.objects.filter(person=person).count(), "goes",
             _("they hear of nothing any more")),
        Line(_("Mails to them"), OutboxMessage.objects.filter(to=person.email).count(), "changes",
             _("emptied; that something was sent stays")),
        Line(_("Name, address and phone in the words of their requests"), own.count(), "changes",
             _("the pseudonym stands there")),
        Line(_("Entries of the record that name them"), None, "changes", _("the pseudonym stands there")),
    ]  # fmt: skip
    return [line for line in lines if line.count != 0]


def what_stays(person: Person) -> list[Line]:
    """For the page before and after: what is still there, under the pseudonym."""
    own = Ticket.objects.filter(customer=person)
    others = Message.objects.filter(author=person).exclude(ticket__customer=person)
    lines = [
        Line(_("Requests they asked, with times, kind and outcome"), own.count(), "stays",
             _("the figures are IT’s; the words too, until the retention of each kind lets them go, or you take them "
               "out below")),
        Line(_("What they wrote on other people’s requests"), others.count(), "stays",
             _("those people’s history would not make sense without it")),
        Line(_("What IT wrote on their requests"), Message.objects.filter(ticket__customer=person, by_it=True).count(),
             "stays", _("it is IT’s own work; the name in it is replaced")),
        Line(_("Files they gave"), Attachment.objects.filter(by=person).count(), "stays",
             _("unless you take them out below; nobody has looked into them for names")),
        Line(_("Entries of the record"), _events(person), "stays", _("who did what, under the pseudonym")),
        Line(_("Backups"), None, "stays", _("until they are replaced; see what to do after restoring one")),
    ]  # fmt: skip
    return [line for line in lines if line.count != 0]


def _unsent(person: Person) -> int:
    return Interview.objects.filter(person=person, ticket=None).count() + Draft.objects.filter(author=person).count()


def _events(person: Person) -> int:
    about = Q(about_type=Person._meta.label_lower, about_id=person.pk)
    return Event.objects.filter(about | Q(by=person)).count()
