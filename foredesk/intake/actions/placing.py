"""Where a mail that has been read belongs: a new request, a message, words for IT alone, a machine's note."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.mail.actions import heard_from, remember_id
from foredesk.mail.enums import NotSent
from foredesk.people.models import Person
from foredesk.tickets.actions import (
    add_note,
    answer_questions,
    answer_solution,
    confirm_restatement,
    copy_in,
    correct_restatement,
    open_from_mail,
    reply,
    write_as_customer,
    write_from_outside,
)
from foredesk.tickets.enums import Answer, CloseReason, News
from foredesk.tickets.models import Message, Ticket
from foredesk.tickets.queries import open_restatement, open_solution
from foredesk.tickets.rules import can_answer_as_customer, can_reply, can_work_on, open_questions
from foredesk.tickets.rules.interview import MOST_BY_MAIL

from .. import queries, rules
from ..enums import Became, IncomingState
from ..models import Incoming
from ..queries import Thread
from ..rules.letters import MachineKind, Reading, Trimmed, Unreadable
from ..rules.trimming import trim
from ..rules.web_forms import filled_in
from .belongings import keep_files, people_on_copy, writer_of
from .bounces import note_bounces

# The notices to IT whose answer is meant for the customer; an answer to any other one is a note.
FROM_CUSTOMER = frozenset({News.CUSTOMER_WROTE, News.CORRECTED, News.ANSWERED, News.ANSWERED_QUESTIONS})
DAY = timedelta(days=1)
HOLDS_FOR = timedelta(minutes=10)  # that a mail waits for the one it answers, which was taken in after it
MOST_A_DAY = 100  # mails of one sender within a day; more is a machine that does not say so
MOST_ANSWERED_A_DAY = 10  # acknowledgements to one sender within a day, so that two machines cannot go on for ever


class StillComing(Exception):
    """It answers a mail that is stored and has not found its place yet."""


def place(mail: Incoming, reading: Reading) -> Reading:
    """Put a mail where it belongs and note it in `mail`, which the caller saves, in the caller's transaction.

    Returns what was placed: a web form's mail is by the person who filled it in. Raises Unreadable with the reason for
    what nobody but a person can decide; StillComing.
    """
    if _is_copy(mail):
        return reading
    thread = queries.thread_of(reading)
    if thread is None and mail.came_at > clock.now() - HOLDS_FOR and queries.is_still_coming(reading.answers, mail):
        raise StillComing
    if thread is None:
        form_senders = mail.mailbox.form_senders if mail.mailbox else []
        reading = filled_in(reading, is_own=queries.is_own, form_senders=form_senders)
    if reading.was_ours or reading.machine.kind or _is_from_us(reading):
        _take_from_machine(mail, reading, thread)
    else:
        _refuse_emptiness(reading)
        _refuse_flood(mail, reading)
        writer = writer_of(reading)
        mail.person = writer
        heard_from(writer.email)
        if thread is None and reading.form is None:
            thread = queries.thread_by_subject(reading.subject, writer)
        _take_from_person(mail, reading, writer, thread)
    if mail.ticket_id is not None:
        for one in reading.message_ids[:3]:
            remember_id(about=f"ticket:{mail.ticket_id}", message_id=one)
    return reading


def _is_copy(mail: Incoming) -> bool:
    """The same mail came by another mailbox before: it is on its request already."""
    first = Incoming.objects.filter(fingerprint=mail.fingerprint, state=IncomingState.FILED).exclude(pk=mail.pk).first()
    if first is not None:
        _note(mail, Became.COPY, first.ticket)
        mail.person_id = first.person_id
    return first is not None


def _note(mail: Incoming, became: Became, ticket: Ticket | None, message: Message | None = None) -> None:
    mail.state, mail.became, mail.ticket, mail.message = IncomingState.FILED, became, ticket, message


def _set_aside(mail: Incoming, reason: str) -> None:
    mail.state, mail.reason = IncomingState.SET_ASIDE, reason


def _is_from_us(reading: Reading) -> bool:
    return reading.sender is not None and queries.is_own(reading.sender.address)


def _take_from_machine(mail: Incoming, reading: Reading, thread: Thread | None) -> None:
    """A machine's mail stands on its request and changes nothing there; without one it is set aside."""
    if reading.machine.kind == MachineKind.BOUNCE:
        note_bounces(reading)
    if thread is not None:
        _note(mail, Became.MACHINE, thread.ticket)
    elif reading.was_ours or _is_from_us(reading):
        _set_aside(mail, _("It is a mail of our own that came back."))
    elif reading.machine.kind == MachineKind.NOTICE and reading.sender is not None:
        mail.person = writer_of(reading)
        _open(mail, reading, mail.person)
    else:
        _set_aside(mail, _("A machine wrote it, and it belongs to no request."))


def _refuse_emptiness(reading: Reading) -> None:
    """Nobody could answer it, and nothing is asked: perhaps it was damaged on its way."""
    has_sender = reading.sender is not None and bool(reading.sender.address or reading.sender.name)
    if not (has_sender or reading.subject.strip() or reading.text.strip() or reading.files):
        raise Unreadable(_("It has no sender, no subject and no words."))


def _refuse_flood(mail: Incoming, reading: Reading) -> None:
    if reading.sender is None or not reading.sender.address:
        return
    since = clock.now() - DAY
    lately = Incoming.objects.filter(sender=reading.sender.address, came_at__gt=since, state=IncomingState.FILED)
    if lately.exclude(machine__gt="").count() >= MOST_A_DAY:
        raise Unreadable(_("More than %(most)d mails came from this address within a day.") % {"most": MOST_A_DAY})


def _take_from_person(mail: Incoming, reading: Reading, writer: Person, thread: Thread | None) -> None:
    if thread is None:
        _open(mail, reading, writer)
        return
    ticket = thread.ticket
    if can_reply(writer, ticket):
        if _is_too_late(ticket):
            _open(mail, reading, writer, goes_on_from=ticket)
        else:
            _answer(mail, reading, writer, ticket)
    elif can_work_on(writer, ticket) and thread.mail is not None and thread.mail.to == writer.email:
        _speak_for_it(mail, reading, writer, thread)
    else:
        _keep_for_it(mail, reading, writer, ticket)


def _not_answered(reading: Reading) -> str:
    """Why a new request is not acknowledged; "" where it is."""
    if reading.machine.kind or not reading.machine.may_be_answered:
        return NotSent.MACHINE
    sender = reading.sender.address if reading.sender else ""
    lately = Incoming.objects.filter(sender=sender, came_at__gt=clock.now() - DAY, became=Became.REQUEST)
    return NotSent.CAP if lately.count() >= MOST_ANSWERED_A_DAY else ""


def _is_too_late(ticket: Ticket) -> bool:
    days = ticket.service_class.reopens_days
    if ticket.closed_at is None or days is None or ticket.close_reason == CloseReason.MERGED:
        return False
    return ticket.closed_at < clock.now() - timedelta(days=days)


def _open(mail: Incoming, reading: Reading, writer: Person, *, goes_on_from: Ticket | None = None) -> None:
    told = _words(trim(reading.text), "")
    ticket = open_from_mail(
        customer=writer,
        subject=reading.subject,
        words=told,
        service_class=mail.mailbox.service_class if mail.mailbox else None,
        attachments=keep_files(reading, writer),
        not_told=_not_answered(reading),
        goes_on_from=goes_on_from,
    )
    _copy_in(reading, writer, ticket)
    _note(mail, Became.REQUEST, ticket)


def _copy_in(reading: Reading, writer: Person, ticket: Ticket) -> None:
    people, unknown = people_on_copy(reading)
    if people or unknown:
        copy_in(by=writer, ticket=ticket, people=people, left_out=unknown)


def _words(text: Trimmed, otherwise: str) -> str:
    """What is new in a mail; all of it where nothing is, and `otherwise` where there are no words at all."""
    return text.answer.strip() or text.rest.strip() or otherwise


def _wrote(reading: Reading) -> str:
    return _words(trim(reading.text), _("(a mail without words)"))


def _answer(mail: Incoming, reading: Reading, writer: Person, ticket: Ticket) -> None:
    """Words of somebody who belongs to the request: an answer to what we asked last, else a message."""
    words = _wrote(reading)
    if not reading.files and _decides(writer, ticket, words):
        _note(mail, Became.REPLY, ticket)
    else:
        files = keep_files(reading, writer, ticket=ticket)
        message = write_as_customer(by=writer, ticket=ticket, body=words, attachments=files, key=f"mail:{mail.pk}")
        _note(mail, Became.REPLY, message.ticket, message)
        _fill_in(writer, ticket, words)
    _copy_in(reading, writer, ticket)


def _decides(writer: Person, ticket: Ticket, words: str) -> bool:
    """Whether the words are a plain yes or no to the open question of the request, and have been taken as that."""
    said = rules.verdict(words)
    if said is None:
        return False
    try:
        with transaction.atomic():
            return _take_decision(writer, ticket, said, words)
    except Refused:  # somebody has to read it: parts are open, or a colleague was faster
        return False


def _take_decision(writer: Person, ticket: Ticket, said: Answer, words: str) -> bool:
    if (solution := open_solution(ticket, writer)) is not None:
        answer_solution(by=writer, solution=solution, answer=said, words=words)
    elif (restatement := open_restatement(ticket, writer)) is None:
        return False
    elif said == Answer.YES:
        confirm_restatement(by=writer, restatement=restatement)
    else:
        correct_restatement(by=writer, restatement=restatement, correction=words)
    return True


def _fill_in(writer: Person, ticket: Ticket, words: str) -> None:
    """Answers beside the numbers of the questions that the acknowledgement asked go into the interview too."""
    if ticket.merged_into_id is not None or not can_answer_as_customer(writer, ticket):
        return
    if not rules.numbered(words, MOST_BY_MAIL):
        return
    asked = open_questions(ticket.interview)
    if found := rules.numbered(words, len(asked)):
        answer_questions(by=writer, ticket=ticket, answers={asked[n - 1]: said for n, said in found.items()})


def _speak_for_it(mail: Incoming, reading: Reading, writer: Person, thread: Thread) -> None:
    """An agent answers a mail of ours to them: to the customer, or as a note where it was about IT's own words."""
    words, ticket = _wrote(reading), thread.ticket
    files = keep_files(reading, writer, ticket=ticket)
    key = f"mail:{mail.pk}"
    is_note = thread.mail is None or thread.mail.kind not in FROM_CUSTOMER or not ticket.is_open
    message = (
        add_note(by=writer, ticket=ticket, body=words, attachments=files, key=key)
        if is_note
        else reply(by=writer, ticket=ticket, body=words, attachments=files, key=key)
    )
    _note(mail, Became.REPLY, message.ticket, message)


def _keep_for_it(mail: Incoming, reading: Reading, writer: Person, ticket: Ticket) -> None:
    """It answers a mail of the request, but its writer does not belong there: IT decides what becomes of it."""
    message = write_from_outside(
        by=writer,
        ticket=ticket,
        body=_wrote(reading),
        why=_("their mail answers one of this request, and they are not part of it."),
        attachments=keep_files(reading, writer, ticket=ticket),
    )
    _note(mail, Became.OUTSIDE, message.ticket, message)
