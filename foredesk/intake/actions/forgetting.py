"""Letting go of mails: with the words of old requests (retention), and of somebody who wants to be forgotten."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Q, QuerySet

from foredesk.attachments.actions import forget_files
from foredesk.attachments.models import Attachment
from foredesk.people.models import Person
from foredesk.people.rules import pseudonym_of
from foredesk.tickets.queries.retention import tickets_involving, tickets_of

from ..models import Incoming


def forget_raw_mails_of(tickets: Collection[int]) -> None:
    """Let go of the mails themselves, as they came, of requests whose words go in the caller's transaction."""
    _forget_raw(Incoming.objects.filter(ticket__in=tickets))


@transaction.atomic
def forget_person(*, person: Person) -> None:
    """Take somebody out of the mails that came in: those they wrote go, and of others on their requests the raw ones.

    What was read of a mail stays with the request, where `tickets.forget_person` puts the pseudonym; a raw mail cannot
    be changed, so it goes. Call it while `person` still has their address.
    """
    pseudonym = pseudonym_of(person)
    concerned = Q(ticket__in=tickets_of(person).values("pk")) | Q(ticket__in=tickets_involving(person).values("pk"))
    written = Incoming.objects.filter(Q(person=person) | Q(sender=person.email))
    _forget_raw(Incoming.objects.filter(concerned | Q(person=person) | Q(sender=person.email)))
    written.filter(ticket=None).update(subject="", text="", has_html=False, reason="")
    written.update(
        sender=pseudonym.email, sender_name=pseudonym.name, envelope_from="", envelope_to=[], mail_id="", person=None
    )


def _forget_raw(mails: QuerySet[Incoming]) -> None:
    raw = set(mails.exclude(raw=None).values_list("raw", flat=True))
    mails.update(raw=None, details={})
    forget_files(Attachment.objects.filter(pk__in=raw))
