"""Where a mail that has been read belongs: a new request, a message, words for IT alone, a machine's note."""

from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from foredesk.catalogue.models import ServiceClass
from foredesk.kit import clock
from foredesk.kit.built_once import BuiltOnce
from foredesk.mail.actions import heard_from, remember_id, written
from foredesk.mail.queries import mail_by_message_id
from foredesk.people.models import Person
from foredesk.tickets.actions import (
    add_note,
    copy_in,
    note_answered,
    open_from_mail,
    reply,
    tell_of_note,
    write_as_customer,
    write_from_outside,
)
from foredesk.tickets.enums import Answer, Audience, CloseReason, News, State
from foredesk.tickets.models import Message, Ticket
from foredesk.tickets.rules import can_reply, can_work_on
from foredesk.tickets.rules.courtesy import is_thanks

from .. import queries, rules
from ..enums import Became, IncomingState
from ..models import Incoming
from ..queries import MOST_IDS, Thread
from ..rules.calendars import CALENDARS
from ..rules.details import details_in
from ..rules.echoes import only_repeats
from ..rules.html_text import as_text
from ..rules.letters import MachineKind, Reading, Unreadable
from ..rules.pointing import is_forward, points_below
from ..rules.trimming import trim
from ..rules.web_forms import filled_in
from .belongings import keep_files, known_among, people_on_copy, writer_of
from .bounces import note_bounces
from .caps import is_new, not_answered, refuse_flood
from .deciding import confirms_late, decide, fill_in

# The notices to IT whose answer is meant for the customer; an answer to any other one is a note.
FROM_CUSTOMER = frozenset({News.CUSTOMER_WROTE, News.CORRECTED, News.ANSWERED, News.ANSWERED_QUESTIONS})
# Those that say themselves that their answer becomes one (tickets.emails).
FROM_IT = frozenset({News.MENTIONED, News.ASSIGNED})
HOLDS_FOR = timedelta(minutes=10)  # that a mail waits for the one it answers, which was taken in after it
LONGEST_WORDS = 20_000  # characters of a message, as where people write on the page


class StillComing(Exception):
    """It answers a mail that is stored and has not found its place yet, or is the same as one."""


def place(mail: Incoming, reading: Reading) -> Reading:
    """Put a mail where it belongs and note it in `mail`, which the caller saves, in the caller's transaction.

    Returns what was placed: a web form's mail is by the person who filled it in. Raises Unreadable with the reason for
    what nobody but a person can decide; StillComing.
    """
    if _is_copy(mail, reading):
        return reading
    thread = queries.thread_of(reading)
    if thread is None and mail.came_at > clock.now() - HOLDS_FOR and queries.is_still_coming(reading.answers, mail):
        raise StillComing
    if thread is None:
        form_senders = mail.mailbox.form_senders if mail.mailbox else []
        reading = filled_in(reading, is_own=queries.is_own, form_senders=form_senders)
    if reading.machine.kind or _is_from_us(reading):
        _take_from_machine(mail, reading, thread)
    else:
        _refuse_emptiness(reading)
        refuse_flood(reading)
        writer = writer_of(reading)
        mail.person = writer
        heard_from(writer.email)
        several = queries.several_of(reading, writer) if thread is None else None
        if several is not None:
            thread = several.meant(reading)
        elif thread is None and reading.form is None:
            thread = queries.thread_by_subject(reading, writer)
        _take_from_person(mail, reading, writer, thread)
        if several is not None and mail.became == Became.REQUEST and mail.ticket is not None and thread is None:
            note_answered(by=writer, ticket=mail.ticket, mail=several.mail.kind, about=several.tickets)
    if mail.ticket_id is not None:
        for one in reading.message_ids[:3]:
            remember_id(about=f"ticket:{mail.ticket_id}", message_id=one)
    return reading


def _is_copy(mail: Incoming, reading: Reading) -> bool:
    """The same mail came before: by another mailbox, or over a list that has changed it on its way.

    Of two that are stored the first is placed first. Raises StillComing.
    """
    alike = _ALIKE(mail.fingerprint, mail.mail_id or "no id")  # which no id is: they have brackets
    for one in sorted((one for one in alike if one.pk != mail.pk), key=lambda one: one.pk):
        if one.state == IncomingState.STORED:
            if one.pk < mail.pk and mail.came_at > clock.now() - HOLDS_FOR:
                raise StillComing
        elif one.state == IncomingState.FILED and _is_same(one, mail, reading):
            _note(mail, Became.COPY, one.ticket)
            mail.person_id = one.person_id
            return True
    return False


# Nothing but what has an index is asked for, so that the planner uses those two, however many mails there are.
_ALIKE = BuiltOnce(
    lambda fingerprint, mail_id: (
        Incoming.objects.filter(Q(fingerprint=fingerprint) | Q(mail_id=mail_id)).defer("text").order_by()
    )
)


def _is_same(one: Incoming, mail: Incoming, reading: Reading) -> bool:
    """Two mails with one Message-ID are one where sender and date say so too: some machines have one id for all."""
    if one.fingerprint == mail.fingerprint:
        return True
    sender = reading.sender.address if reading.sender else ""
    sent_at = details_in(one.details).sent_at
    return bool(sender) and one.sender == sender and sent_at is not None and sent_at == reading.sent_at


def _note(mail: Incoming, became: Became, ticket: Ticket | None, message: Message | None = None) -> None:
    mail.state, mail.became, mail.ticket, mail.message = IncomingState.FILED, became, ticket, message


def _set_aside(mail: Incoming, reason: str) -> None:
    mail.state, mail.reason = IncomingState.SET_ASIDE, reason


def _is_from_us(reading: Reading) -> bool:
    """A mail of ours that came back, by our mark, our address or its signed id: lists take away one or another."""
    if reading.was_ours or (reading.sender is not None and queries.is_own(reading.sender.address)):
        return True
    return any(mail_by_message_id(one) is not None for one in reading.message_ids)


def _take_from_machine(mail: Incoming, reading: Reading, thread: Thread | None) -> None:
    """A machine's mail stands on its request and changes nothing there; without one it is set aside."""
    if reading.machine.kind == MachineKind.BOUNCE:
        note_bounces(reading)
    elif thread is None and reading.machine.kind == MachineKind.AUTO_REPLY:
        thread = queries.thread_of_automatic_reply(reading)
    if thread is not None:
        _note(mail, Became.MACHINE, thread.ticket)
    elif _is_from_us(reading):
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


def _take_from_person(mail: Incoming, reading: Reading, writer: Person, thread: Thread | None) -> None:
    if _only_repeats_us(reading, thread):
        mail.reason = _("It holds nothing but our own mail, which it answers.")
        if thread is None:
            _set_aside(mail, mail.reason)
        else:  # as quiet as a machine's: no word was said, so nobody hears of it, and silence stays silence
            _note(mail, Became.REPLY, thread.ticket)
        return
    if thread is None:
        if _only_accepts(reading):
            _set_aside(mail, _("It answers an invitation, and belongs to no request."))
        else:
            _open(mail, reading, writer)
        return
    ticket = thread.ticket
    if can_work_on(writer, ticket) and thread.mail is not None and thread.mail.to == writer.email:
        _speak_for_it(mail, reading, writer, thread)  # also where a customer had put them on copy
    elif can_reply(writer, ticket):
        if confirms_late(writer, ticket, _wrote(reading), thread, has_files=_has_files(reading)):
            _note(mail, Became.REPLY, ticket)
        elif _is_too_late(ticket):
            _open(mail, reading, writer, goes_on_from=ticket)
        else:
            _answer(mail, reading, writer, thread)
    else:
        _keep_for_it(mail, reading, writer, ticket)


def _only_repeats_us(reading: Reading, thread: Thread | None) -> bool:
    """Somebody pressed “send” by mistake: there is nothing of theirs in it, not even a picture."""
    if reading.files or reading.invitations:
        return False
    if thread is None:
        answered = next(filter(None, map(mail_by_message_id, reading.answers[:MOST_IDS])), None)
    else:
        answered = thread.mail
    if answered is None:
        return False
    text, html = written(answered)
    return only_repeats(reading.text, (text, as_text(html), as_text(html, with_marks=False)))


def _is_too_late(ticket: Ticket) -> bool:
    days = ticket.service_class.reopens_days
    if ticket.closed_at is None or days is None or ticket.close_reason == CloseReason.MERGED:
        return False
    return ticket.closed_at < clock.now() - timedelta(days=days)


def _open(mail: Incoming, reading: Reading, writer: Person, *, goes_on_from: Ticket | None = None) -> None:
    ticket = open_from_mail(
        customer=writer,
        subject=reading.subject,
        words=_words(reading, "", is_new=True),
        service_class=_kind_of(mail, goes_on_from),
        attachments=keep_files(reading, writer),
        not_told=not_answered(mail, reading, writer),
        goes_on_from=goes_on_from,
    )
    _copy_in(mail, reading, writer, ticket)
    _note(mail, Became.REQUEST, ticket)


def _kind_of(mail: Incoming, goes_on_from: Ticket | None) -> ServiceClass | None:
    """What a request that a mail opens is; None: its words tell. What goes on from a private one is as private."""
    if goes_on_from is not None and goes_on_from.service_class.is_private:
        return goes_on_from.service_class
    return mail.mailbox.service_class if mail.mailbox else None


def _copy_in(mail: Incoming, reading: Reading, writer: Person, ticket: Ticket) -> None:
    people, unknown = people_on_copy(reading, is_stranger=is_new(writer, mail))
    if people or unknown:
        copy_in(by=writer, ticket=ticket, people=people, left_out=unknown)


def _words(reading: Reading, otherwise: str, *, is_new: bool = False) -> str:
    """What is new in a mail; all of it where that points below, or nothing is; `otherwise` where there are no words.

    Of a mail that is passed on as a new request, what is passed on is what it is about.
    """
    text = trim(reading.text)
    is_below = points_below(text.answer) or (is_new and is_forward(reading.subject))
    shown = reading.text.strip() if is_below else text.answer.strip() or text.rest.strip()
    return shown or otherwise


def _wrote(reading: Reading) -> str:
    """What stands on the request; of what nobody wrote by hand (a log, say) the beginning: the mail has it all."""
    named = next((one.summary for one in reading.invitations if one.summary), "")
    words = _words(reading, _("(an appointment: %s)") % named if named else _("(a mail without words)"))
    return words if len(words) <= LONGEST_WORDS else f"{words[:LONGEST_WORDS].rstrip()}…"


def _answer(mail: Incoming, reading: Reading, writer: Person, thread: Thread) -> None:
    """Words of somebody who belongs to the request: an answer to what the answered mail asked, else a message.

    A mail that only has the number of the request may be of anybody who writes a customer's address above it. It says
    something, and decides nothing; nor does it name anybody who is to read along.
    """
    ticket, words = thread.ticket, _wrote(reading)
    has_files = _has_files(reading)
    decision = None if thread.is_by_number else decide(writer, ticket, words, thread, has_files=has_files)
    is_yes = decision is not None and decision.answer == Answer.YES
    files = [] if is_yes else keep_files(reading, writer, ticket=ticket)
    if decision is None or not decision.takes_all or files:
        is_taken = decision is not None and decision.takes_all
        message = write_as_customer(
            by=writer,
            ticket=ticket,
            body=_("(what came with this answer)") if is_taken else words,
            audience=_audience(thread),
            attachments=files,
            key=f"mail:{mail.pk}",
            asks_nothing=not has_files and _asks_nothing(reading, words, ticket),
            heard=[person.pk for person in known_among((*reading.to, *reading.cc))],
        )
        _note(mail, Became.REPLY, message.ticket, message)
        fill_in(writer, ticket, words, thread)
    else:
        _note(mail, Became.REPLY, ticket)
    if not thread.is_by_number:
        _copy_in(mail, reading, writer, ticket)


def _has_files(reading: Reading) -> bool:
    """Pictures in the text are mostly those of a signature; an appointment is shown as one."""
    return any(not file.is_inline and file.content_type not in CALENDARS for file in reading.files)


def _audience(thread: Thread) -> Audience:
    """What answers words that were meant for few is for them alone, too."""
    said = [pk for news, pk in thread.told or () if news in {News.REPLY, News.CUSTOMER_WROTE}]
    narrow = said and Message.objects.filter(pk__in=said, ticket=thread.ticket, audience=Audience.CUSTOMER).exists()
    return Audience.CUSTOMER if narrow else Audience.EVERYONE


def _asks_nothing(reading: Reading, words: str, ticket: Ticket) -> bool:
    """Whether nobody has to do anything for these words: thanks, a late “it works”, the answer to an invitation."""
    if ticket.state == State.CLOSED and rules.verdict(words) == Answer.YES:
        return True
    return is_thanks(words) or _only_accepts(reading)


def _only_accepts(reading: Reading) -> bool:
    """It is what a calendar sends when somebody accepts or declines an appointment, without a word of theirs."""
    is_answer = bool(reading.invitations) and all(one.method == "REPLY" for one in reading.invitations)
    return is_answer and not reading.text.strip()


def _speak_for_it(mail: Incoming, reading: Reading, writer: Person, thread: Thread) -> None:
    """An agent answers a mail of ours to them: to the customer, or as a note where it was about IT's own words."""
    words, ticket = _wrote(reading), thread.ticket
    files = keep_files(reading, writer, ticket=ticket)
    key = f"mail:{mail.pk}"
    if ticket.is_open and _tells_of_customer(thread) and not _promises_note(thread):
        message = reply(by=writer, ticket=ticket, body=words, audience=_audience(thread), attachments=files, key=key)
    else:
        message = add_note(by=writer, ticket=ticket, body=words, attachments=files, key=key)
        if _tells_of_customer(thread) or not _promises_note(thread):
            tell_of_note(message=message)
    _note(mail, Became.REPLY, message.ticket, message)


def _tells_of_customer(thread: Thread) -> bool:
    """Whether the answered mail told what the customer said; not what an outsider wrote, which is for IT alone."""
    return not _tells_of_outsider(thread) and any(news in FROM_CUSTOMER for news, _pk in thread.told or ())


def _promises_note(thread: Thread) -> bool:
    """Whether the answered mail, or one of several in it, says that an answer becomes a note for IT."""
    return _tells_of_outsider(thread) or any(news in FROM_IT for news, _pk in thread.told or ())


def _tells_of_outsider(thread: Thread) -> bool:
    wrote = [pk for news, pk in thread.told or () if news == News.CUSTOMER_WROTE]
    return bool(wrote) and Message.objects.filter(pk__in=wrote, audience=Audience.IT).exists()


def _keep_for_it(mail: Incoming, reading: Reading, writer: Person, ticket: Ticket) -> None:
    """It answers a mail of the request, but its writer does not belong there: IT decides what becomes of it."""
    message = write_from_outside(
        by=writer,
        ticket=ticket,
        body=_wrote(reading),
        why=_("their mail answers one of this request, and they are not part of it."),
        attachments=keep_files(reading, writer, ticket=ticket),
    )
    if can_work_on(writer, ticket):
        tell_of_note(message=message)  # they wrote into a talk of others, and may think that those were reached
    _note(mail, Became.OUTSIDE, message.ticket, message)
