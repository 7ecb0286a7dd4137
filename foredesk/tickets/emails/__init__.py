"""The mails about a ticket: every one says what happened, what comes next and when, in plain words."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from foredesk.catalogue.enums import Size
from foredesk.mail.actions import render_mail
from foredesk.people.models import Person

from ..enums import Answer, CloseReason, Holder, News
from ..models import Follower, Message, Restatement, Solution, Span, Ticket
from ..queries import on_date, where_it_goes_on
from ..queries.news import Story, why_told
from ..rules import can_answer_as_customer, can_see, can_work_on, reads_conversation
from ..rules.links import answer_link
from ..rules.promising import promise_words
from ..rules.wording import sentence
from . import joining, mailed
from .parts import Letter, own, told


def letter(news: News, story: Story, person: Person, pierces: str = "") -> tuple[str, str, str]:
    """Subject, plain text and HTML of a piece of news for one person; `pierces`: why it is an emergency, on top."""
    ticket = story.ticket
    written = _LETTERS[news](ticket, story.item, person)
    subject = (_("Emergency: ") if pierces else "") + written.subject
    holds = person.pk == ticket.assignee_id
    for_it = can_work_on(person, ticket) and (holds or why_told(person, ticket) is None)
    stands = where_it_goes_on(ticket) if news == News.MERGED else ticket
    address = _address(written, story, person, for_it=for_it)
    context = {
        "subject": subject,
        "heading": written.heading,
        "ticket": ticket,
        "pierces": pierces,
        "intro": written.intro,
        "quote": written.quote,
        "after": mailed.after(written, ticket, person),
        "questions": written.questions,
        "next": "" if for_it or not can_see(person, stands) else mailed.comes_next(news, stands, person),
        "action_label": written.button,
        "action_url": f"{address}{written.fragment}",
        "answers": [
            {"label": label, "url": f"{address}?answer={value}{written.fragment}"} for value, label in written.answers
        ],
        "why": _because(news, person, ticket, for_it=for_it),
    }
    return f"{subject} [{ticket.pk}]", *render_mail("tickets/mail/news", context)


def _address(written: Letter, story: Story, person: Person, *, for_it: bool) -> str:
    """The ticket's page; what the mail asks, those who never sign in answer elsewhere."""
    ticket = story.ticket
    if written.asks:
        key = story.item.pk if story.item else ticket.pk
        if elsewhere := answer_link(person, ticket, written.asks, key):
            return elsewhere
    return settings.BASE_URL + reverse("desk:ticket" if for_it else "portal:request", args=[ticket.pk])


def _because(news: News, person: Person, ticket: Ticket, *, for_it: bool) -> str:
    if news == News.BOUNCED and person.pk != ticket.assignee_id:
        return _("You get this because you answer for this request, and nobody else can be told.")
    if news == News.KEPT_AS_NOTE:
        return _("You get this because you answered an e-mail of ours.")
    if for_it:
        return _("You get this because you work on this request.")
    reason = why_told(person, ticket)
    if reason is None:
        return _("You get this because you asked us. Your page always shows where your request stands.")
    return _("You get this because you follow this request (%(reason)s). On its page you choose how much you hear.") % {
        "reason": reason.label
    }


def _follows(ticket: Ticket, follower: Follower, person: Person) -> Letter:
    return Letter(
        subject=_("You follow: %(subject)s") % {"subject": ticket.subject},
        heading=_("You are kept informed about a request"),
        intro=_("%(customer)s asked IT for help with “%(subject)s”. You follow it (%(reason)s) and hear %(measure)s.")
        % {
            "customer": ticket.customer.full_name,
            "subject": ticket.subject,
            "measure": follower.get_measure_display(),
            "reason": follower.get_reason_display(),
        },
        button=_("See the request"),
    )


def _reply(ticket: Ticket, message: Message, person: Person) -> Letter:
    return Letter(
        subject=_("Re: %(subject)s") % {"subject": ticket.subject},
        heading=_("%(agent)s wrote to you") % {"agent": message.author.first_name}
        if can_answer_as_customer(person, ticket)
        else _("%(agent)s wrote to %(customer)s")
        % {"agent": message.author.first_name, "customer": ticket.customer.full_name},
        intro="",
        quote=message.body,
        button=_("Answer on the page"),
        fragment="#reply",
    )


def _restated(ticket: Ticket, restatement: Restatement, person: Person) -> Letter:
    if not can_answer_as_customer(person, ticket):
        return Letter(
            subject=_("How IT understood it: %(subject)s") % {"subject": ticket.subject},
            heading=_("How IT understood it"),
            intro=_("%(agent)s put the request in one sentence; %(customer)s says whether it is right:")
            % {"agent": restatement.by.first_name, "customer": ticket.customer.full_name},
            quote=restatement.text,
            button=_("See the request"),
        )
    return Letter(
        subject=_("Did we understand you? %(subject)s") % {"subject": ticket.subject},
        heading=_("Did we understand you?"),
        intro=_("%(agent)s put your request in one sentence, to be sure that we solve the right thing:")
        % {"agent": restatement.by.first_name},
        quote=restatement.text,
        button=_("That’s it, or not quite"),
        fragment="#answer",
        asks="restatement",
        answers=(("right", _("That’s it")), ("different", _("Not quite"))),
    )


def _size_changed(ticket: Ticket, _item: None, person: Person) -> Letter:
    usual = _("more than an hour") if ticket.size == Size.BIGGER else ticket.get_size_display()
    reason = told(ticket, "reclassified").get("reason", "") if reads_conversation(person, ticket) else ""
    return Letter(
        subject=_("A new estimate: %(subject)s") % {"subject": ticket.subject},
        heading=_("We see the size of this differently now"),
        intro=_("We now think that this takes %(size)s.") % {"size": usual},
        quote=reason,
        after=promise_words(ticket, on_date, person),
        button=_("See what comes next"),
    )


def _handed_over(ticket: Ticket, _message: Message, person: Person) -> Letter:
    event = told(ticket, "handed_over")
    words = {"lane": event.get("to", ticket.lane.name)}
    heading = own(
        person, ticket, _("Your request is now with %(lane)s"), _("The request is now with %(lane)s"), **words
    )
    return Letter(
        subject=_("In other hands: %(subject)s") % {"subject": ticket.subject},
        heading=heading,
        intro=_(
            "Everything you told us went along, and what was tried already: nobody will ask you for it again. "
            "This is why:"
        )
        if can_answer_as_customer(person, ticket)
        else "",
        quote=event.get("why", "") if reads_conversation(person, ticket) else "",
        after=promise_words(ticket, on_date, person),
        button=_("See the request"),
    )


def _waiting(ticket: Ticket, span: Span, person: Person) -> Letter:
    heading = {
        Holder.CUSTOMER: own(person, ticket, _("We need something from you"), _("Waiting for %(customer)s")),
        Holder.SUPPLIER: _("We are waiting for a supplier"),
        Holder.DATE: _("This waits for a date"),
        Holder.IT: _("It waits"),
    }[Holder(span.holder)]
    reason = sentence(span.reason[:1].upper() + span.reason[1:]) if reads_conversation(person, ticket) else ""
    until = span.until if span.holder == Holder.DATE else None
    asks = span.holder == Holder.CUSTOMER and can_answer_as_customer(person, ticket)
    return Letter(
        subject=f"{heading}: {ticket.subject}",
        heading=heading,
        intro=reason,
        after=_("We wait until %(when)s.") % {"when": on_date(until)} if until else "",
        button=_("Answer on the page") if asks else _("See the request"),
        fragment="#reply" if asks else "",
    )


def _wait_ended(ticket: Ticket, _item: None, person: Person) -> Letter:
    return Letter(
        subject=_("The wait is over: %(subject)s") % {"subject": ticket.subject},
        heading=_("The wait is over"),
        intro=_("The time we set for waiting has passed, so IT goes on with this request."),
        button=_("See the request"),
    )


def _solution(ticket: Ticket, solution: Solution, person: Person) -> Letter:
    words = solution.text if reads_conversation(person, ticket) else ""
    if not can_answer_as_customer(person, ticket):
        return Letter(
            subject=_("A fix is offered: %(subject)s") % {"subject": ticket.subject},
            heading=_("A fix is offered"),
            intro=_("%(customer)s decides whether it solves it.") % {"customer": ticket.customer.full_name},
            quote=words,
            button=_("See the request"),
        )
    return Letter(
        subject=_("Does this solve it? %(subject)s") % {"subject": ticket.subject},
        heading=_("Does this completely solve it?"),
        intro=_("%(agent)s offers this fix:") % {"agent": solution.by.first_name},
        quote=words,
        after=_("Without an answer we ask once more, and close the request on %(when)s. A reply opens it again.")
        % {"when": date_format(localtime(solution.close_at), "l j F")},
        button=_("Yes, partly or no"),
        fragment="#answer",
        asks="solution",
        answers=tuple((one.value, str(one.label)) for one in Answer),
    )


def _reminder(ticket: Ticket, solution: Solution, person: Person) -> Letter:
    return Letter(
        subject=_("Did it help? %(subject)s") % {"subject": ticket.subject},
        heading=_("Did it help?"),
        intro=_("We offered you this fix and would like to know whether it completely solves it:"),
        quote=solution.text,
        after=_("If we hear nothing we close the request on %(when)s. A reply opens it again, at any time.")
        % {"when": date_format(localtime(solution.close_at), "l j F")},
        button=_("Yes, partly or no"),
        fragment="#answer",
        asks="solution",
        answers=tuple((one.value, str(one.label)) for one in Answer),
    )


def _reopened(ticket: Ticket, _item: None, person: Person) -> Letter:
    return Letter(
        subject=_("Open again: %(subject)s") % {"subject": ticket.subject},
        heading=_("It is open again"),
        intro=_("%(customer)s says that it is not solved yet. IT goes on with it, ahead of new requests.")
        % {"customer": ticket.customer.full_name},
        button=_("See the request"),
    )


def _closed(ticket: Ticket, _item: None, person: Person) -> Letter:
    intro = {
        CloseReason.CONFIRMED: own(
            person, ticket, _("You told us that it is solved. Thank you."), _("%(customer)s says that it is solved.")
        ),
        CloseReason.SILENT: own(
            person,
            ticket,
            _("We did not hear from you about the fix we offered, so we take it that it works."),
            _("Nothing more was heard about the offered fix, so the request is closed."),
        ),
        CloseReason.WITHDRAWN: own(
            person, ticket, _("You told us that you no longer need it."), _("%(customer)s no longer needs it.")
        ),
    }.get(CloseReason(ticket.close_reason) if ticket.close_reason else CloseReason.CONFIRMED, "")
    return Letter(
        subject=_("Closed: %(subject)s") % {"subject": ticket.subject},
        heading=_("This request is closed"),
        intro=intro,
        after=own(person, ticket, mailed.how_to_reopen(ticket), ""),
        button=_("See the request"),
    )


def _customer_wrote(ticket: Ticket, message: Message, person: Person) -> Letter:
    return Letter(
        subject=_("%(name)s wrote: %(subject)s") % {"name": message.author.full_name, "subject": ticket.subject},
        heading=_("%(name)s wrote") % {"name": message.author.full_name},
        intro=mailed.from_outside(message),
        quote=message.body,
        after=mailed.where_an_answer_goes(ticket, message, person),
        button=_("Open the request"),
    )


def _corrected(ticket: Ticket, restatement: Restatement, person: Person) -> Letter:
    return Letter(
        subject=_("Not quite: %(subject)s") % {"subject": ticket.subject},
        heading=_("Not quite, says %(name)s") % {"name": ticket.customer.first_name},
        intro=_("You wrote: “%(text)s”. This is different:") % {"text": restatement.text.rstrip(" .")},
        quote=restatement.correction,
        button=_("Restate it"),
    )


def _answered(ticket: Ticket, solution: Solution, person: Person) -> Letter:
    answer = Answer(solution.answer).label if solution.answer else ""
    is_missing = solution.answer != Answer.YES and solution.answer_words
    return Letter(
        subject=f"{answer}: {ticket.subject}",
        heading=_("“%(answer)s”, says %(name)s") % {"answer": answer, "name": ticket.customer.first_name},
        intro=_("This is what is still missing:") if is_missing else _("You had offered a fix."),
        quote=solution.answer_words,
        button=_("Open the request"),
    )


def _mentioned(ticket: Ticket, message: Message, person: Person) -> Letter:
    return Letter(
        subject=_("%(name)s mentioned you: %(subject)s")
        % {"name": message.author.full_name, "subject": ticket.subject},
        heading=_("%(name)s mentioned you in a note") % {"name": message.author.full_name},
        intro=_("Only IT reads this note:"),
        quote=message.body,
        after=mailed.becomes_note(),
        button=_("Open the request"),
    )


def _assigned(ticket: Ticket, _item: None, person: Person) -> Letter:
    return Letter(
        subject=_("For you: %(subject)s") % {"subject": ticket.subject},
        heading=_("You are asked to take this on"),
        intro=_("%(customer)s wrote:") % {"customer": ticket.customer.full_name},
        quote=Truncator(ticket.interview.goal).chars(400),
        after=mailed.becomes_note(),
        button=_("Open the request"),
    )


_LETTERS: dict[News, Callable[[Ticket, Any, Person], Letter]] = {
    News.ACKNOWLEDGED: mailed.acknowledged,
    News.FOLLOWS: _follows,
    News.REPLY: _reply,
    News.RESTATED: _restated,
    News.SIZE_CHANGED: _size_changed,
    News.HANDED_OVER: _handed_over,
    News.WAITING: _waiting,
    News.WAIT_ENDED: _wait_ended,
    News.SOLUTION: _solution,
    News.REMINDER: _reminder,
    News.REOPENED: _reopened,
    News.CLOSED: _closed,
    News.CUSTOMER_WROTE: _customer_wrote,
    News.CORRECTED: _corrected,
    News.ANSWERED: _answered,
    News.MENTIONED: _mentioned,
    News.ASSIGNED: _assigned,
    News.MERGED: joining.merged,
    News.UNMERGED: joining.unmerged,
    News.SPLIT: joining.split,
    News.PARTS_DONE: joining.parts_done,
    News.BOUNCED: mailed.bounced,
    News.ANSWERED_QUESTIONS: mailed.answered_questions,
    News.KEPT_AS_NOTE: mailed.kept_as_note,
}
