"""The mails about a ticket: every one says what happened, what comes next and when, in plain words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from foredesk.activity.queries import events_about
from foredesk.catalogue.enums import Size
from foredesk.mail.actions import render_mail
from foredesk.people.models import Person

from .enums import Answer, CloseReason, Holder, LinkKind, News
from .models import Follower, Message, Restatement, Solution, Span, Ticket
from .queries import on_date, what_next, where_it_goes_on
from .queries.news import Story, why_told
from .rules import can_answer_as_customer, can_see, can_work_on, reads_conversation
from .rules.promising import promise_or_target, promise_words
from .rules.wording import who_sees


@dataclass(frozen=True)
class Letter:
    """The parts of a mail before it takes its form; `quote` is somebody's words (Markdown)."""

    subject: str
    heading: str
    intro: str
    quote: str = ""
    after: str = ""
    button: str = ""
    fragment: str = ""


def letter(news: News, story: Story, person: Person, pierces: str = "") -> tuple[str, str, str]:
    """Subject, plain text and HTML of a piece of news for one person; `pierces`: why it is an emergency, on top."""
    ticket = story.ticket
    written = _LETTERS[news](ticket, story.item, person)
    subject = (_("Emergency: ") if pierces else "") + written.subject
    holds = person.pk == ticket.assignee_id
    for_it = can_work_on(person, ticket) and (holds or why_told(person, ticket) is None)
    stands = where_it_goes_on(ticket) if news == News.MERGED else ticket
    path = reverse("desk:ticket" if for_it else "portal:request", args=[ticket.pk])
    context = {
        "subject": subject,
        "heading": written.heading,
        "intro": f"{pierces} {written.intro}".strip(),
        "quote": written.quote,
        "after": written.after,
        "next": "" if for_it or not can_see(person, stands) else what_next(stands, person, on_date),
        "action_label": written.button,
        "action_url": f"{settings.BASE_URL}{path}{written.fragment}",
        "why": _because(person, ticket, for_it=for_it),
    }
    return f"{subject} [{ticket.pk}]", *render_mail("tickets/mail/news", context)


def _because(person: Person, ticket: Ticket, *, for_it: bool) -> str:
    if for_it:
        return _("You get this because you work on this request.")
    reason = why_told(person, ticket)
    if reason is None:
        return _("You get this because you asked us. Your page always shows where your request stands.")
    return _("You get this because you follow this request: %(reason)s. On its page you choose how much you hear.") % {
        "reason": reason.label
    }


def _own(person: Person, ticket: Ticket, mine: str, others: str, **words: str) -> str:
    """The sentence for the customer, or the one for everybody else, who may read the customer's name in it."""
    if can_answer_as_customer(person, ticket):
        return mine % words if words else mine
    return others % {"customer": ticket.customer.full_name, **words}


def _acknowledged(ticket: Ticket, _item: None, person: Person) -> Letter:
    event = {"why": "", "mismatch": ""} | _told(ticket, "submitted")
    return Letter(
        subject=_("We have your request: %(subject)s") % {"subject": ticket.subject},
        heading=_("Thank you, %(name)s. We have your request.") % {"name": person.first_name},
        intro=" ".join(filter(None, [event["why"] + ".", event["mismatch"]])).replace("..", "."),
        quote=ticket.interview.goal or ticket.interview.happened,
        after=" ".join(filter(None, [promise_or_target(ticket, on_date, person), who_sees(ticket)])),
        button=_("See your request"),
    )


def _told(ticket: Ticket, tag: str) -> dict[str, str]:
    """What the latest event of a kind says, for the mail that tells of it."""
    event = events_about(ticket).filter(tag=f"ticket:{tag}").last()
    return event.data if event else {}


def _follows(ticket: Ticket, follower: Follower, person: Person) -> Letter:
    return Letter(
        subject=_("You follow: %(subject)s") % {"subject": ticket.subject},
        heading=_("You are kept informed about a request"),
        intro=_("%(customer)s asked IT for help with “%(subject)s”. You hear %(measure)s: %(reason)s.")
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
    )


def _size_changed(ticket: Ticket, _item: None, person: Person) -> Letter:
    usual = _("more than an hour") if ticket.size == Size.BIGGER else ticket.get_size_display()
    reason = _told(ticket, "reclassified").get("reason", "") if reads_conversation(person, ticket) else ""
    return Letter(
        subject=_("A new estimate: %(subject)s") % {"subject": ticket.subject},
        heading=_("We see the size of this differently now"),
        intro=_("We now think that this takes %(size)s.") % {"size": usual},
        quote=reason,
        after=promise_words(ticket, on_date, person),
        button=_("See what comes next"),
    )


def _handed_over(ticket: Ticket, _message: Message, person: Person) -> Letter:
    told = _told(ticket, "handed_over")
    words = {"lane": told.get("to", ticket.lane.name)}
    heading = _own(
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
        quote=told.get("why", "") if reads_conversation(person, ticket) else "",
        after=promise_words(ticket, on_date, person),
        button=_("See the request"),
    )


def _waiting(ticket: Ticket, span: Span, person: Person) -> Letter:
    heading = {
        Holder.CUSTOMER: _own(person, ticket, _("We need something from you"), _("Waiting for %(customer)s")),
        Holder.SUPPLIER: _("We are waiting for a supplier"),
        Holder.DATE: _("This waits for a date"),
        Holder.IT: _("It waits"),
    }[Holder(span.holder)]
    reason = span.reason[:1].upper() + span.reason[1:] + "." if reads_conversation(person, ticket) else ""
    asks = span.holder == Holder.CUSTOMER and can_answer_as_customer(person, ticket)
    return Letter(
        subject=f"{heading}: {ticket.subject}",
        heading=heading,
        intro=reason,
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
        CloseReason.CONFIRMED: _own(
            person, ticket, _("You told us that it is solved. Thank you."), _("%(customer)s says that it is solved.")
        ),
        CloseReason.SILENT: _own(
            person,
            ticket,
            _("We did not hear from you about the fix we offered, so we take it that it works."),
            _("Nothing more was heard about the offered fix, so the request is closed."),
        ),
        CloseReason.WITHDRAWN: _own(
            person, ticket, _("You told us that you no longer need it."), _("%(customer)s no longer needs it.")
        ),
    }.get(CloseReason(ticket.close_reason) if ticket.close_reason else CloseReason.CONFIRMED, "")
    return Letter(
        subject=_("Closed: %(subject)s") % {"subject": ticket.subject},
        heading=_("This request is closed"),
        intro=intro,
        after=_own(person, ticket, _("Should it come back, write on its page: that opens it again."), ""),
        button=_("See the request"),
    )


def _customer_wrote(ticket: Ticket, message: Message, person: Person) -> Letter:
    return Letter(
        subject=_("%(name)s wrote: %(subject)s") % {"name": message.author.full_name, "subject": ticket.subject},
        heading=_("%(name)s wrote") % {"name": message.author.full_name},
        intro="",
        quote=message.body,
        button=_("Open the request"),
    )


def _corrected(ticket: Ticket, restatement: Restatement, person: Person) -> Letter:
    return Letter(
        subject=_("Not quite: %(subject)s") % {"subject": ticket.subject},
        heading=_("Not quite, says %(name)s") % {"name": ticket.customer.first_name},
        intro=_("You wrote: “%(text)s”. This is different:") % {"text": restatement.text},
        quote=restatement.correction,
        button=_("Restate it"),
    )


def _answered(ticket: Ticket, solution: Solution, person: Person) -> Letter:
    answer = Answer(solution.answer).label if solution.answer else ""
    return Letter(
        subject=f"{answer}: {ticket.subject}",
        heading=_("“%(answer)s”, says %(name)s") % {"answer": answer, "name": ticket.customer.first_name},
        intro=_("You had offered a fix.") if not solution.answer_words else _("This is what is still missing:"),
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
        button=_("Open the request"),
    )


def _assigned(ticket: Ticket, _item: None, person: Person) -> Letter:
    return Letter(
        subject=_("For you: %(subject)s") % {"subject": ticket.subject},
        heading=_("You are asked to take this on"),
        intro=_("%(customer)s: %(subject)s") % {"customer": ticket.customer.full_name, "subject": ticket.subject},
        quote=Truncator(ticket.interview.goal).chars(400),
        button=_("Open the request"),
    )


def _merged(ticket: Ticket, _item: None, person: Person) -> Letter:
    there = where_it_goes_on(ticket)
    numbers = {"number": ticket.pk, "there": there.pk, "subject": there.subject}
    if not can_see(person, there):  # it became private meanwhile
        return Letter(
            subject=_("It goes on in another request: %(mine)s") % {"mine": ticket.subject},
            heading=_("It goes on in another request"),
            intro=_("Whatever you write on the page of request %(number)s reaches IT.") % numbers,
            button=_("See where it stands"),
        )
    if not can_answer_as_customer(person, ticket):
        intro = _("Request %(number)s and %(there)s are the same matter; it goes on in %(there)s, “%(subject)s”.")
    elif there.customer_id == ticket.customer_id:
        intro = _(
            "Your requests %(number)s and %(there)s are the same matter; it goes on in %(there)s, “%(subject)s”. "
            "Nothing that you told us is lost."
        )
    else:
        intro = _(
            "Others are held up by the same thing, so your request %(number)s goes on together with theirs, in "
            "%(there)s, “%(subject)s”. You follow it now. Whatever you write on your own page reaches us as before."
        )
    return Letter(
        subject=_("It goes on in %(there)s: %(mine)s") % {**numbers, "mine": ticket.subject},
        heading=_("It goes on in request %(there)s") % numbers,
        intro=intro % numbers,
        button=_("See where it stands"),
    )


def _unmerged(ticket: Ticket, _item: None, person: Person) -> Letter:
    return Letter(
        subject=_("By itself again: %(subject)s") % {"subject": ticket.subject},
        heading=_own(
            person, ticket, _("Your request goes on by itself again"), _("The request goes on by itself again")
        ),
        intro=_("We had put request %(number)s together with another one; it is a matter of its own after all.")
        % {"number": ticket.pk},
        button=_("See the request"),
    )


def _split(ticket: Ticket, _item: None, person: Person) -> Letter:
    first = ticket.links.filter(kind=LinkKind.SPLIT).values_list("other_id", flat=True).first()
    return Letter(
        subject=_("A request of its own: %(subject)s") % {"subject": ticket.subject},
        heading=_("Part of it is a request of its own now"),
        intro=_(
            "In request %(first)s you told us of two things. So that neither waits for the other, “%(subject)s” is now "
            "request %(number)s, with promises of its own. What you wrote about it went along."
        )
        % {"first": first, "subject": ticket.subject, "number": ticket.pk},
        after=promise_words(ticket, on_date, person),
        button=_("See the new request"),
    )


def _parts_done(ticket: Ticket, _item: None, person: Person) -> Letter:
    return Letter(
        subject=_("All parts are done: %(subject)s") % {"subject": ticket.subject},
        heading=_("All its parts are done"),
        intro=_("The last part of request %(number)s is closed. What is left is the whole.") % {"number": ticket.pk},
        button=_("Open the request"),
    )


_LETTERS: dict[News, Callable[[Ticket, Any, Person], Letter]] = {
    News.ACKNOWLEDGED: _acknowledged,
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
    News.MERGED: _merged,
    News.UNMERGED: _unmerged,
    News.SPLIT: _split,
    News.PARTS_DONE: _parts_done,
}
