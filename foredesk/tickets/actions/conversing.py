from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from foredesk.attachments.models import Attachment
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.people.models import Person

from ..effects import tell
from ..enums import Audience, CareStep, Holder, Kind, News, State
from ..models import Draft, Message, Ticket, Visit
from ..queries import is_understood, last_message, said_since, words_said
from ..rules import Changed, can_reply, can_see, can_work_on
from ..signals import ticket_visited
from .states import (
    come_back,
    forget_draft,
    happened,
    hear_sooner,
    keep,
    lock,
    lock_where_it_goes_on,
    move,
    next_update_after,
    note,
    refuse_if_closed,
    refuse_to_involve,
    refuse_unless_agent,
    spoke,
    work_began,
)

# A form without a key that is sent twice arrives twice within this time.
TWICE_WITHIN = timedelta(seconds=10)


def _say(
    ticket: Ticket, by: Person, body: str, audience: Audience, key: str, *, kind: Kind = Kind.REPLY, by_it: bool = True
) -> Message:
    if not body.strip():
        raise Refused(_("Please write something first."))
    said = {"ticket": ticket, "author": by, "by_it": by_it, "kind": kind, "audience": audience, "body": body.strip()}
    # A page that was sent, gone back to and rewritten comes with its old key: these words are new.
    if key and Message.objects.filter(author=by, key=key).exists():
        key = ""
    return Message.objects.create(**said, key=key, at=clock.now())


def _said_before(ticket: Ticket, by: Person, body: str, attachments: Sequence[Attachment], key: str) -> Message | None:
    """What the same page has said already: sent once more because no answer came, however late."""
    said = ticket.messages.filter(author=by, key=key, body=body.strip()).first() if key else None
    if said is None:
        return None
    files = sorted(said.attachments.values_list("sha256", flat=True))
    return said if files == sorted(attachment.sha256 for attachment in attachments) else None


def _said_just_now(
    ticket: Ticket, by: Person, body: str, audience: Audience, kind: Kind, attachments: Sequence[Attachment]
) -> Message | None:
    """The same words of the same person a moment ago: a form that was sent twice. Files are never the same."""
    latest = last_message(ticket)
    if latest is None or attachments or latest.at < clock.now() - TWICE_WITHIN:
        return None
    said = latest.author_id, latest.body, latest.audience, latest.kind
    return latest if said == (by.pk, body.strip(), audience, kind) else None


def refuse_if_others_wrote(ticket: Ticket, by: Person, last_seen: int | None) -> None:
    """Raise Changed where somebody else said or decided something that the writer has not seen.

    `last_seen` is the event that `queries.last_said` named when the form was opened (0: nothing was said yet; None:
    the writer looks at nothing, as jobs and imports do).
    """
    if last_seen is None or not (missed := said_since(ticket, last_seen, by)):
        return
    latest = missed[-1]
    name = latest.by.full_name if isinstance(latest.by, Person) else "Foredesk"
    raise Changed(
        _("%(name)s was here while you were writing. Your text is still here.") % {"name": name},
        by=latest.by if isinstance(latest.by, Person) else None,
        at=latest.at,
        what=Truncator(" ".join(words_said(ticket, event) for event in missed[-3:])).chars(400),
    )


def _refuse_unless_meant(by: Person, asked: Ticket, there: Ticket, audience: Audience) -> None:
    """A reply from a page older than the merge: said there, unless it would reach somebody it was not meant for."""
    if not can_see(by, there):
        raise Refused(_("This goes on in another request now."))
    if audience == Audience.CUSTOMER and there.customer_id != asked.customer_id:
        raise Refused(
            _("This goes on in request %(number)s now, and %(customer)s would read what you wrote to %(name)s only.")
            % {"number": there.pk, "customer": there.customer.first_name, "name": asked.customer.first_name}
        )


def _say_where_it_came_from(asked: Ticket, there: Ticket, by: Person) -> None:
    """A line before what was written on a merged request: with the one in which it goes on stands only what follows."""
    if there.pk != asked.pk:
        note(there, by, "came_over", number=asked.pk)


@transaction.atomic
def reply(
    *,
    by: Person,
    ticket: Ticket,
    body: str,
    audience: Audience = Audience.EVERYONE,
    next_update: datetime | None = None,
    attachments: Sequence[Attachment] = (),
    last_seen: int | None = None,
    key: str = "",
) -> Message:
    """IT says something to the customer (and, by `audience`, the followers), and promises the next word.

    On a merged request it is said where that goes on. Raises Changed when somebody else wrote after the event
    `last_seen`; Refused on a closed request, or for an audience that leaves the customer out.
    """
    asked, ticket = ticket, lock_where_it_goes_on(ticket)
    refuse_unless_agent(by, asked)
    if ticket is not asked:
        _refuse_unless_meant(by, asked, ticket, audience)
        last_seen = None  # the writer looked at the other one
    refuse_unless_agent(by, ticket)
    if before := _said_before(ticket, by, body, attachments, key):
        return before
    refuse_if_closed(ticket)
    refuse_if_others_wrote(ticket, by, last_seen)
    if audience == Audience.IT:
        raise Refused(_("A reply goes to the customer. Keep a note instead."))
    if twice := _said_just_now(ticket, by, body, audience, Kind.REPLY, attachments):
        return twice
    _say_where_it_came_from(asked, ticket, by)
    message = _say(ticket, by, body, audience, key)
    message.attachments.set(attachments)
    work_began(ticket, by)
    spoke(ticket, next_update)
    if is_understood(ticket):
        happened(ticket, CareStep.PROPOSALS)
    for one in {asked.pk: asked, ticket.pk: ticket}.values():
        forget_draft(one, by, "reply")
    note(ticket, by, "reply:sent", message=message.pk)
    tell.enqueue(News.REPLY, ticket.pk, message.pk, by.pk)
    return message


@transaction.atomic
def add_note(
    *,
    by: Person,
    ticket: Ticket,
    body: str,
    mentions: Sequence[Person] = (),
    attachments: Sequence[Attachment] = (),
    key: str = "",
    pierces: str = "",
) -> Message:
    """Something only IT reads; the people mentioned are told. On a merged request it is kept where that goes on.

    `pierces`: why it is an emergency and reaches people in focus at once (shield.actions writes that down).

    Raises Refused when somebody mentioned is not of IT, is the customer, or must not know of a private request.
    """
    asked, ticket = ticket, lock_where_it_goes_on(ticket)
    refuse_unless_agent(by, asked)
    if ticket is not asked and not can_work_on(by, ticket):
        ticket = asked  # it goes on where its writer may not look; the note stays where they can find it
        lock(ticket)
    for person in mentions:
        refuse_to_involve(person, ticket)
    if before := _said_before(ticket, by, body, attachments, key):
        return before
    if twice := _said_just_now(ticket, by, body, Audience.IT, Kind.NOTE, attachments):
        return twice
    _say_where_it_came_from(asked, ticket, by)
    message = _say(ticket, by, body, Audience.IT, key, kind=Kind.NOTE)
    message.mentions.set(mentions)
    message.attachments.set(attachments)
    forget_draft(ticket, by, "note")
    note(ticket, by, "note:added", message=message.pk)
    if mentions:
        tell.enqueue(News.MENTIONED, ticket.pk, message.pk, by.pk, pierces)
    return message


@transaction.atomic
def write_as_customer(
    *,
    by: Person,
    ticket: Ticket,
    body: str,
    audience: Audience = Audience.EVERYONE,
    attachments: Sequence[Attachment] = (),
    key: str = "",
    asks_nothing: bool = False,
    heard: Sequence[int] = (),
) -> Message:
    """The customer, or somebody held up with them, says something. It ends waiting for them and reopens.

    On a merged request it is said where that goes on, to IT alone where that is somebody else's request.
    `asks_nothing`: mere thanks, say, for which nobody has to do anything: the request stays as it is.
    `heard`: who has the words already, as the mail that they came by went to them too.
    """
    asked, ticket = ticket, lock_where_it_goes_on(ticket)
    if not can_reply(by, asked):
        raise Refused(_("You follow this request; only the people it holds up can write here."))
    if audience == Audience.IT:
        raise Refused(_("Please choose who may read this."))
    if ticket.customer_id != asked.customer_id:
        audience = Audience.IT
    if before := _said_before(ticket, by, body, attachments, key):
        return before
    if twice := _said_just_now(ticket, by, body, audience, Kind.REPLY, attachments):
        return twice
    _say_where_it_came_from(asked, ticket, by)
    message = _say(ticket, by, body, audience, key, by_it=False)
    message.attachments.set(attachments)
    note(ticket, by, "customer:wrote", message=message.pk)
    waits_for_them = (
        ticket.state == State.WAITING and ticket.spans.filter(ended_at=None, holder=Holder.CUSTOMER).exists()
    )
    if asks_nothing:
        keep(ticket)
    elif ticket.state == State.CLOSED:
        come_back(ticket, by, _("a new message"))
    elif ticket.state == State.OFFERED and ticket.next_update_due is None:
        keep(ticket, next_update_due=next_update_after(ticket))  # no plain word on the fix: IT owes one
    elif waits_for_them:
        move(ticket, State.WORKING if ticket.assignee_id else State.ASKED)
        hear_sooner(ticket)
        note(ticket, by, "resumed")
    else:
        keep(ticket)
    for one in {asked.pk: asked, ticket.pk: ticket}.values():
        forget_draft(one, by, "reply")
    tell.enqueue(News.CUSTOMER_WROTE, ticket.pk, message.pk, by.pk, heard=list(heard))
    return message


def keep_draft(*, by: Person, ticket: Ticket, purpose: str, body: str) -> None:
    """Keep what somebody is writing; an empty text forgets it."""
    body = body.replace("\0", "")  # no database takes it, and a draft is kept before any form has looked at it
    if not body.strip():
        forget_draft(ticket, by, purpose)
        return
    if purpose == "solution":
        happened(ticket, CareStep.SELECTION)  # whoever begins to write a fix down has chosen it
    Draft.objects.update_or_create(
        ticket=ticket, author=by, purpose=purpose, defaults={"body": body, "saved_at": clock.now()}
    )


def visit(*, by: Person, ticket: Ticket, writing: bool = False, opens: bool = False) -> None:
    """`by` has the ticket open now, and may be writing on it. Told every ten seconds, so in one statement.

    `opens`: the page is only being sent; what hangs on time hears of it by the page's own first sign.
    """
    now = clock.now()
    seen = Visit(ticket=ticket, person=by, seen_at=now, wrote_at=now if writing else None)
    Visit.objects.bulk_create(
        [seen],
        update_conflicts=True,
        unique_fields=["ticket", "person"],
        update_fields=["seen_at", "wrote_at"] if writing else ["seen_at"],
    )
    if not opens:
        ticket_visited.send(Ticket, ticket=ticket, person=by)
