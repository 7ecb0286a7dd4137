"""What people write by mail. Who wrote, and on which ticket, is found out by the room that takes the mail in."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from foredesk.attachments.models import Attachment
from foredesk.catalogue.models import ServiceClass
from foredesk.catalogue.queries import default_class, guess_class
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.mail.enums import DIGEST
from foredesk.people.models import Person

from ..effects import tell
from ..enums import Audience, Channel, FollowerReason, Kind, LinkKind, News, Prompt
from ..models import Interview, Link, Message, Ticket
from ..rules import answered, assess, can_answer_as_customer, can_share, open_questions, subject_of
from ..rules.courtesy import is_thanks
from ..rules.interview import title_of
from .following import add_follower, follow
from .interviewing import LONGEST_ANSWER, LONGEST_TITLE, open_ticket
from .states import lock, lock_where_it_goes_on, note, refuse_unless_agent


@transaction.atomic
def open_from_mail(
    *,
    customer: Person,
    subject: str,
    words: str,
    service_class: ServiceClass | None = None,
    attachments: Sequence[Attachment] = (),
    not_told: str = "",
    goes_on_from: Ticket | None = None,
) -> Ticket:
    """A request that somebody mailed; what the mail leaves open is asked in its acknowledgement.

    `service_class`: the kind of request that its mailbox is for, else it is found out from the words.
    `goes_on_from`: a closed request of theirs that they answered too late to open it again; the two are linked.
    `not_told`: why it is not acknowledged (`mail.enums.NotSent`). Words beyond what an interview holds are cut; the
    mail itself keeps them.
    """
    words = words.strip()[:LONGEST_ANSWER]
    title = title_of(subject)
    if goes_on_from is not None and goes_on_from.subject in title:
        title = goes_on_from.subject  # not what our own mail had put around it
    # Some people write all they want into the subject.
    goal = (
        "\n\n".join(filter(None, [title, words])) if len(title) > LONGEST_TITLE or is_thanks(words) else words or title
    )
    interview = Interview.objects.create(
        person=customer,
        customer=customer,
        service_class=service_class or guess_class(f"{title}\n{words}"),
        kind_chosen=service_class is not None,
        goal=goal,
        started_at=clock.now(),
        saved_at=clock.now(),
    )
    interview.attachments.set(attachments)
    title = Truncator(title or subject_of(words)).chars(LONGEST_TITLE)
    ticket = open_ticket(customer, interview, assess(interview, default_class()), Channel.EMAIL, title, not_told)
    if goes_on_from is not None:
        Link.objects.create(ticket=ticket, other=goes_on_from, by=customer, kind=LinkKind.RELATED)
        note(ticket, customer, "linked", number=goes_on_from.pk)
        note(goes_on_from, customer, "linked", number=ticket.pk)
    return ticket


@transaction.atomic
def copy_in(*, by: Person, ticket: Ticket, people: Sequence[Person], left_out: int = 0) -> list[Person]:
    """Let the people on copy of a mail follow; returns whom. Only for whom the request is, may name them.

    `left_out`: how many others were on copy, too many to take them all for people who want to hear of it.
    """
    if not can_share(by, ticket):
        return []
    if left_out:
        note(ticket, by, "copies:left_out", number=left_out)
    return [one for one in people if add_follower(ticket, one, FollowerReason.COPIED, by=by) is not None]


@transaction.atomic
def write_from_outside(
    *, by: Person, ticket: Ticket, body: str, why: str, attachments: Sequence[Attachment] = ()
) -> Message:
    """Words of somebody who may not write on the ticket, for IT alone to read: nothing is reopened or answered by them.

    `why`: how they came here, a sentence for IT.
    """
    ticket = lock_where_it_goes_on(ticket)
    message = Message.objects.create(
        ticket=ticket, author=by, by_it=False, kind=Kind.REPLY, audience=Audience.IT, body=body, at=clock.now()
    )
    message.attachments.set(attachments)
    note(ticket, by, "outsider:wrote", message=message.pk, why=why)
    tell.enqueue(News.CUSTOMER_WROTE, ticket.pk, message.pk, by.pk)
    return message


@transaction.atomic
def let_in(*, by: Person, message: Message) -> None:
    """Let an outsider follow the ticket on which they wrote, and everybody there read what they wrote.

    Raises Refused for anybody but IT, where a private request is hidden from the outsider, and the second time.
    """
    ticket = message.ticket
    lock(ticket)
    refuse_unless_agent(by, ticket)
    outside = Message.objects.filter(pk=message.pk, audience=Audience.IT, by_it=False)
    if not outside.update(audience=Audience.EVERYONE):
        raise Refused(_("Everybody on this request can read this already."))
    follow(by=by, ticket=ticket, person=message.author, reason=FollowerReason.COPIED)
    note(ticket, by, "outsider:let_in", message=message.pk, follower=message.author.full_name)
    tell.enqueue(News.CUSTOMER_WROTE, ticket.pk, message.pk, by.pk)


@transaction.atomic
def answer_questions(*, by: Person, ticket: Ticket, answers: Mapping[Prompt, str]) -> None:
    """Fill in what the interview of a mailed request left open; what was answered before stays as it was said.

    Raises Refused for anybody but the customer, and where nothing was answered.
    """
    lock(ticket)
    if not can_answer_as_customer(by, ticket):
        raise Refused(_("Only the customer can answer this."))
    interview = Interview.objects.select_for_update().get(ticket=ticket)
    said = {
        prompt: words.strip()[:LONGEST_ANSWER]
        for prompt, words in answers.items()
        if words.strip() and not answered(interview, prompt)
    }
    if not said:
        raise Refused(_("Please answer at least one of the questions; a few words are enough."))
    for prompt, words in said.items():
        setattr(interview, prompt.value, words)
    interview.saved_at = clock.now()
    interview.save(update_fields=[*(prompt.value for prompt in said), "saved_at"])
    note(
        ticket, by, "interview:answered", prompts=[str(prompt) for prompt in said], left=len(open_questions(interview))
    )
    tell.enqueue(News.ANSWERED_QUESTIONS, ticket.pk, ticket.version, by.pk)


@transaction.atomic
def tell_of_bounce(*, ticket: Ticket, address: str, reason: str, permanent: bool) -> None:
    """A mail about the ticket came back: whoever holds it, or answers for it, hears that: somebody waits."""
    lock(ticket)
    note(ticket, None, "mail:bounced", address=address, reason=reason, permanent=permanent)
    tell.enqueue(News.BOUNCED, ticket.pk, ticket.version, None)


def tell_of_note(*, message: Message) -> None:
    """Tell whoever answered a mail of ours that their words went to nobody but IT, as that mail had not said."""
    tell.enqueue(News.KEPT_AS_NOTE, message.ticket_id, message.pk, None)


def note_answered(*, by: Person, ticket: Ticket, mail: str, about: Sequence[Ticket]) -> None:
    """A request that began as the answer to a mail of ours about several others: a line says so to IT.

    `mail`: its kind. A private one stands in a line of its own, so that the others are named to those outside as well.
    """
    tag = "answers:digest" if mail == DIGEST else "answers:several"
    private = [[one.pk] for one in about if one.service_class.is_private]
    for numbers in filter(None, [[one.pk for one in about if not one.service_class.is_private], *private]):
        note(ticket, by, tag, numbers=numbers)
