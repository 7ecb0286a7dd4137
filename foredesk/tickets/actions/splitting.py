"""Two matters in one request: one of them becomes a request of its own."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from foredesk.catalogue.models import ServiceClass
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.people.models import Person

from ..effects import tell
from ..enums import Audience, CareStep, FollowerReason, Kind, LinkKind, News, State
from ..models import Follower, Interview, Link, Message, Ticket
from ..queries import messages_for
from ..rules.joining import stays_private
from ..signals import ticket_submitted
from .following import add_follower
from .states import begin_span, first_word, happened, keep, lock, note, refuse_unless_agent, targets


@transaction.atomic
def split(
    *,
    by: Person,
    ticket: Ticket,
    messages: Sequence[Message],
    subject: str,
    service_class: ServiceClass,
    first_words: bool = False,
    expected_version: int | None = None,
) -> Ticket:
    """Make a request of its own of some of what was said on `ticket`, with promises of its own; the customer is told.

    The words are copied as they are, with their author, time, audience and files; they stay on `ticket` too.
    `first_words`: what the customer asked at the very beginning is among them. Raises Refused where nothing is chosen
    or where a private request would lose its privacy; Changed when the ticket changed since `expected_version`.
    """
    lock(ticket, expected_version)
    refuse_unless_agent(by, ticket)
    chosen = list(messages_for(ticket, by).filter(pk__in=[message.pk for message in messages]))
    interview = Interview.objects.filter(ticket=ticket).exclude(goal="", happened="").first() if first_words else None
    if not chosen and interview is None:
        raise Refused(_("Please choose what the new request is about."), "messages")
    if not subject.strip():
        raise Refused(_("Please give the new request a title."), "subject")
    if not stays_private(ticket.service_class, service_class):
        raise Refused(_("This request is private. Please choose a kind that no more people read."), "service_class")
    part = _new_ticket(ticket, subject.strip()[:120], service_class)
    if interview is not None:
        _copy_first_words(interview, part)
    for message in chosen:
        _copy(message, part)
    _bring_writers(ticket, part, {message.author_id for message in chosen if not message.by_it})
    Link.objects.create(ticket=part, other=ticket, kind=LinkKind.SPLIT, by=by)
    keep(ticket)
    note(part, by, "split:from", number=ticket.pk)
    note(ticket, by, "split:off", number=part.pk, messages=[message.pk for message in chosen], first_words=first_words)
    happened(part, CareStep.CLASSIFICATION)
    add_follower(part, service_class.owner, FollowerReason.OWNER, by=None)
    ticket_submitted.send(Ticket, ticket=part)
    tell.enqueue(News.SPLIT, part.pk, part.pk, by.pk)
    return part


def _new_ticket(ticket: Ticket, subject: str, service_class: ServiceClass) -> Ticket:
    now = clock.now()
    promised = targets(ticket.customer, service_class, now)
    part = Ticket.objects.create(
        subject=subject,
        customer=ticket.customer,
        opened_by=ticket.opened_by,
        channel=ticket.channel,
        service_class=service_class,
        size=service_class.usual_size,
        lane=service_class.lane,
        severity=ticket.severity,
        shares_conversation=ticket.shares_conversation,
        created_at=now,
        **promised,
        **first_word(ticket.customer, promised),
    )
    # The interview was about the other matter: here its questions are still open.
    Interview.objects.create(
        person=ticket.opened_by, customer=ticket.customer, ticket=part, service_class=service_class, started_at=now
    )
    begin_span(part, State.ASKED)
    return part


def _bring_writers(ticket: Ticket, part: Ticket, writers: set[int]) -> None:
    """Who is held up and wrote some of it goes on hearing of it; of a private one, who was named for a private one."""
    following = ticket.followers.filter(person_id__in=writers)
    if part.service_class.is_private:
        following = following.filter(by_customer=True) if ticket.service_class.is_private else following.none()
    for follower in following:
        Follower.objects.create(
            ticket=part,
            person_id=follower.person_id,
            reason=follower.reason,
            measure=follower.measure,
            by_customer=follower.by_customer,
            since=clock.now(),
        )


def _copy_first_words(interview: Interview, part: Ticket) -> None:
    words = [interview.goal, interview.happened]
    files = list(interview.attachments.all())
    copy = Message.objects.create(
        ticket=part,
        author=part.customer,
        by_it=False,
        kind=Kind.REPLY,
        audience=Audience.CUSTOMER if files else Audience.EVERYONE,  # followers never saw these files
        body="\n\n".join(word for word in words if word),
        at=interview.ticket.created_at if interview.ticket else clock.now(),
    )
    copy.attachments.set(files)


def _copy(message: Message, part: Ticket) -> None:
    copy = Message.objects.create(
        ticket=part,
        author=message.author,
        by_it=message.by_it,
        kind=message.kind,
        audience=message.audience,
        body=message.body,
        at=message.at,
    )
    copy.attachments.set(message.attachments.all())
