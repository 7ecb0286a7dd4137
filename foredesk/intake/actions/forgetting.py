"""Letting go of mails: with the words of old requests, long after they were set aside, and with who is forgotten."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from foredesk.activity.actions import forget_words, record, record_all
from foredesk.attachments.actions import forget_files
from foredesk.attachments.models import Attachment
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.people.models import Person
from foredesk.people.rules import is_administrator, pseudonym_of
from foredesk.tickets.queries.retention import tickets_involving, tickets_of

from ..enums import IncomingState
from ..models import Incoming, Keeping
from ..queries import keeping, past_keeping

AT_ONCE = 500  # mails in one transaction


def forget_raw_mails_of(tickets: Collection[int]) -> None:
    """Let go of the mails themselves, as they came, of requests whose words go in the caller's transaction."""
    _forget_raw(Incoming.objects.filter(ticket__in=tickets))


@transaction.atomic
def keep_set_aside_for(*, by: Person, days: int | None) -> None:
    """Say for how many days mails that were set aside are kept; None: for ever. Raises Refused."""
    if not is_administrator(by):
        raise Refused(_("Only administrators decide how long mails are kept."))
    kept = Keeping.objects.select_for_update().first() or Keeping()
    kept.set_aside_days = days
    kept.save()
    record(by=by, tag="intake:keeping", about=kept, days=days)


def let_go_of_set_aside(*, now: datetime | None = None) -> int:
    """Let go of the mails that were set aside longer ago than they are kept; returns their number.

    What they said goes, with the raw mails. The rows stay: the same mail once more is then known, and no news.
    In small transactions, each whole: may be broken off, and called again, at any time.
    """
    days, number = keeping().set_aside_days, 0
    while days is not None and (some := _let_go(past_keeping(days, now), days)):
        number += some
    return number


@transaction.atomic
def _let_go(past: QuerySet[Incoming], days: int) -> int:
    free = past.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
    found = list(free.order_by("handled_at").only("pk")[:AT_ONCE])
    mails = Incoming.objects.filter(pk__in=[mail.pk for mail in found])
    _forget_raw(mails)
    gone = dict.fromkeys(("subject", "text", "sender", "sender_name", "envelope_from", "mail_id"), "")
    said = _("(let go after %(days)d days)") % {"days": days}
    mails.update(**gone, envelope_to=[], has_html=False, person=None, uid=None, reason=said, let_go_at=clock.now())
    forget_words(about=Incoming, ids=[mail.pk for mail in found])
    record_all(by=None, tag="intake:let_go", about=[(mail, {"days": days}) for mail in found])
    return len(found)


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
    written.filter(state=IncomingState.WITHHELD).update(state=IncomingState.SET_ASIDE)
    written.update(
        sender=pseudonym.email,
        sender_name=pseudonym.name,
        envelope_from="",
        envelope_to=[],
        mail_id="",
        person=None,
        uid=None,
    )


def _forget_raw(mails: QuerySet[Incoming]) -> None:
    raw = set(mails.exclude(raw=None).values_list("raw", flat=True))
    mails.update(raw=None, details={})
    forget_files(Attachment.objects.filter(pk__in=raw))
