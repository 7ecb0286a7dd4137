from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from foredesk.attachments.models import Attachment
from foredesk.catalogue.models import ServiceClass
from foredesk.catalogue.queries import default_class, guess_class
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.people.models import Person

from ..effects import tell
from ..enums import CareStep, Channel, FollowerReason, News, Prompt, Severity, State
from ..models import Interview, Ticket
from ..rules import Assessment, assess, open_questions, subject_of
from ..signals import ticket_submitted
from .following import add_follower
from .states import begin_span, first_word, happened, note, targets

ANSWERS = frozenset(
    {
        "service_class",
        "kind_chosen",
        "perceived_size",
        "goal",
        "happened",
        "theory",
        "tried",
        "impact",
        "needed_by",
        "severity",
        "people_held_up",
        "fixed",
        "shares_conversation",
    }
)
# Far above what anybody types, far below what would hurt.
LONGEST_ANSWER = 20_000
LONGEST_TITLE = 120
MOST_PEOPLE = 100_000


@transaction.atomic
def start_interview(
    *,
    by: Person,
    customer: Person | None = None,
    goal: str = "",
    perceived_size: str = "",
    service_class: ServiceClass | None = None,
) -> Interview:
    """Begin a draft; nobody but `by` sees it until it is sent."""
    interview = Interview.objects.create(
        person=by,
        customer=customer or by,
        service_class=service_class,
        kind_chosen=service_class is not None,
        started_at=clock.now(),
    )
    save_answers(by=by, interview=interview, goal=goal, perceived_size=perceived_size)
    return interview


def _refuse_unless_own_draft(by: Person, interview: Interview) -> None:
    if interview.person_id != by.pk:
        raise Refused(_("This is somebody else’s draft."))
    if interview.ticket_id is not None:
        raise Refused(_("This request has been sent already."))


def save_answers(*, by: Person, interview: Interview, **answers: Any) -> None:
    """Keep what was typed so far, verbatim; only the answers given are touched.

    Raises Refused for a draft of somebody else's, a sent one, or an answer beyond all measure.
    """
    _refuse_unless_own_draft(by, interview)
    if unknown := answers.keys() - ANSWERS:
        raise TypeError(f"not answers of an interview: {sorted(unknown)}")
    for name, value in answers.items():
        if isinstance(value, str) and len(value) > LONGEST_ANSWER:
            raise Refused(_("This is very long. Please put it into a file and add the file."))
        setattr(interview, name, value)
    if interview.people_held_up is not None and not 1 <= interview.people_held_up <= MOST_PEOPLE:
        raise Refused(_("Please give the number of people as a whole number from 1."))
    if "goal" in answers and not interview.kind_chosen:
        interview.service_class = guess_class(interview.goal)
    interview.saved_at = clock.now()
    interview.save(update_fields=[*answers, "service_class", "saved_at"])


def choose_customer(*, by: Person, interview: Interview, customer: Person) -> None:
    """The request is for somebody else (or, again, for oneself)."""
    _refuse_unless_own_draft(by, interview)
    interview.customer = customer
    interview.save(update_fields=["customer"])


def name_held_up(*, by: Person, interview: Interview, people: Sequence[Person]) -> None:
    """The colleagues who are held up too; they follow the request once it is sent."""
    _refuse_unless_own_draft(by, interview)
    interview.also_held_up.set([p for p in people if p.pk not in {interview.customer_id, by.pk}])


def skip_prompts(*, by: Person, interview: Interview, prompts: Sequence[Prompt]) -> None:
    """Leave prompts out; they are not asked again."""
    _refuse_unless_own_draft(by, interview)
    interview.skipped = [*interview.skipped, *(p.value for p in prompts if p.value not in interview.skipped)]
    interview.saved_at = clock.now()
    interview.save(update_fields=["skipped", "saved_at"])


def unskip_prompt(*, by: Person, interview: Interview, prompt: Prompt) -> None:
    """Ask a prompt again that was left out."""
    _refuse_unless_own_draft(by, interview)
    interview.skipped = [value for value in interview.skipped if value != prompt.value]
    interview.save(update_fields=["skipped"])


def attach_to_interview(*, by: Person, interview: Interview, attachment: Attachment) -> None:
    """Add a file to a draft; the same file twice (kept while typing, then sent with the form) stays one."""
    _refuse_unless_own_draft(by, interview)
    if not interview.attachments.filter(sha256=attachment.sha256, name=attachment.name).exists():
        interview.attachments.add(attachment)


def detach_from_interview(*, by: Person, interview: Interview, attachment: Attachment) -> None:
    _refuse_unless_own_draft(by, interview)
    interview.attachments.remove(attachment)


def discard_interview(*, by: Person, interview: Interview) -> None:
    """Throw a draft away."""
    _refuse_unless_own_draft(by, interview)
    interview.delete()


@transaction.atomic
def send_interview(*, by: Person, interview: Interview) -> Ticket:
    """Make a request of a draft. Sending the same draft twice (a double click) gives the same request.

    Raises Refused where nothing was said at all.
    """
    locked = Interview.objects.select_for_update().get(pk=interview.pk)
    if locked.ticket is not None and locked.person_id == by.pk:
        return locked.ticket
    _refuse_unless_own_draft(by, locked)
    words = next((w for w in (locked.goal, locked.happened, locked.impact) if w.strip()), "")
    if not words and not locked.attachments.exists():
        raise Refused(_("Please tell us in a few words what this is about."))
    _choose_closer_class(locked)
    ticket = open_ticket(by, locked, assess(locked, default_class()), Channel.PORTAL, subject_of(words))
    interview.ticket = ticket
    return ticket


def _choose_closer_class(interview: Interview) -> None:
    """The customer chose a plain kind; where their words point to a part of it, that part knows more."""
    closer = guess_class(" ".join([interview.goal, interview.happened]))
    if closer is not None and interview.service_class_id in {closer.parent_id, closer.pk}:
        interview.service_class = closer
        interview.save(update_fields=["service_class"])


@transaction.atomic
def log_call(
    *,
    by: Person,
    customer: Person,
    words: str,
    channel: Channel,
    service_class: ServiceClass | None = None,
    severity: Severity = Severity.SLOWED,
    people_held_up: int = 1,
    subject: str = "",
    key: str = "",
) -> Ticket:
    """A request that came by phone or at the desk, entered by an agent in the customer's words.

    The same words from the same page (`key`) are the same call, sent once more because no answer came.
    """
    if key:
        Person.objects.select_for_update(no_key=True).get(pk=by.pk)  # the same page, twice at once: one waits
        logged = Interview.objects.filter(person=by, key=key).select_related("ticket").first()
        if logged is not None:
            if logged.ticket is not None and (logged.customer_id, logged.goal) == (customer.pk, words):
                return logged.ticket
            key = ""  # a page that was sent, gone back to and rewritten comes with its old key
    if not words.strip():
        raise Refused(_("Please write down what the customer said."))
    interview = Interview.objects.create(
        person=by,
        customer=customer,
        service_class=service_class,
        kind_chosen=service_class is not None,
        started_at=clock.now(),
        key=key,
    )
    save_answers(by=by, interview=interview, goal=words, severity=severity, people_held_up=people_held_up)
    assessment = assess(interview, default_class())
    return open_ticket(by, interview, assessment, channel, subject.strip() or subject_of(words))


def open_ticket(
    by: Person, interview: Interview, found: Assessment, channel: Channel, subject: str, not_told: str = ""
) -> Ticket:
    """Make the request of an interview in the caller's transaction; `not_told`: why nobody is answered by mail."""
    now = clock.now()
    promised = targets(interview.customer, found.service_class, now)
    ticket = Ticket.objects.create(
        subject=subject[:LONGEST_TITLE],
        customer=interview.customer,
        opened_by=by,
        channel=channel,
        service_class=found.service_class,
        size=found.size,
        lane=found.lane,
        severity=interview.severity or Severity.SLOWED,
        people_held_up=interview.people_held_up or 1,
        shares_conversation=interview.shares_conversation,
        created_at=now,
        **promised,
        **first_word(interview.customer, promised),
    )
    interview.ticket = ticket
    interview.save(update_fields=["ticket"])
    begin_span(ticket, State.ASKED)
    # The numbers in an answer by mail are those of the questions as they were asked.
    asked = {"asked": [str(prompt) for prompt in open_questions(interview)]} if channel == Channel.EMAIL else {}
    note(ticket, by, "submitted", why=found.why, mismatch=found.mismatch, channel=channel, **asked)
    happened(ticket, CareStep.CLASSIFICATION)
    for person in interview.also_held_up.all():
        add_follower(ticket, person, FollowerReason.HELD_UP, by=by)
    if ticket.customer.manager_id and ticket.people_held_up > 1:
        add_follower(ticket, ticket.customer.manager, FollowerReason.MANAGER, by=None)
    if found.service_class.owner:
        add_follower(ticket, found.service_class.owner, FollowerReason.OWNER, by=None)
    ticket_submitted.send(Ticket, ticket=ticket)
    # Whoever asked wants to know that it arrived.
    tell.enqueue(News.ACKNOWLEDGED, ticket.pk, ticket.pk, None, not_sent=not_told)
    return ticket
