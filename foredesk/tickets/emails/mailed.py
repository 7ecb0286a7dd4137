"""The letters of a request that came by mail, and what other letters say more to whoever asked by mail."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foredesk.people.models import Person

from ..enums import Audience, Channel, News, Prompt
from ..models import Message, Ticket
from ..queries import next_word, on_date, questions_asked, what_next
from ..rules import can_answer_as_customer, can_reply, can_work_on
from ..rules.interview import question
from ..rules.promising import promise_or_target
from ..rules.wording import who_sees
from .parts import Letter, told

_SAYS_ALL = frozenset({News.SOLUTION, News.REMINDER, News.CLOSED})


def after(written: Letter, ticket: Ticket, person: Person) -> str:
    """What follows the words of a letter; what it asks, whoever asked by mail may answer by mail."""
    if ticket.channel != Channel.EMAIL:
        return written.after
    by_mail = _("You can simply answer this e-mail: “yes” is enough.") if written.answers else ""
    if written.fragment == "#reply" and can_reply(person, ticket):
        by_mail = _("Just answer this e-mail, or on the page: both reach us.")
    return f"{written.after} {by_mail}".strip()


def how_to_reopen(ticket: Ticket) -> str:
    if ticket.channel == Channel.EMAIL:
        return _("Should it come back, simply answer this e-mail: that opens it again.")
    return _("Should it come back, write on its page: that opens it again.")


def comes_next(news: News, ticket: Ticket, person: Person) -> str:
    """What comes next and when, as far as the letter has not said it in its own words."""
    if news in _SAYS_ALL or (news == News.ACKNOWLEDGED and ticket.channel == Channel.EMAIL):
        return ""
    says_what = news == News.WAITING or (news == News.RESTATED and can_answer_as_customer(person, ticket))
    return next_word(ticket, on_date) if says_what else what_next(ticket, person, on_date)


def acknowledged(ticket: Ticket, _item: None, person: Person) -> Letter:
    event = {"why": "", "mismatch": ""} | told(ticket, "submitted")
    questions = _left_open(ticket, person)
    after = [_read_by(ticket), promise_or_target(ticket, on_date, person), _left_out(ticket), who_sees(ticket)]
    return Letter(
        subject=_("We have your request: %(subject)s") % {"subject": ticket.subject},
        heading=_("Thank you, %(name)s. We have your request.") % {"name": person.first_name},
        intro=" ".join(filter(None, [event["why"] + ".", event["mismatch"]])).replace("..", "."),
        quote=ticket.interview.goal or ticket.interview.happened,
        after=" ".join(filter(None, after)),
        button=_("Answer on the page") if questions else _("See your request"),
        fragment="#answer" if questions else "",
        questions=questions,
        asks="questions" if questions else None,
    )


def _read_by(ticket: Ticket) -> str:
    """Who reads a mailed request, and by when; whoever sent one from the page has seen it there."""
    if ticket.channel != Channel.EMAIL:
        return ""
    return _("Somebody of %(lane)s reads it by %(when)s.") % {
        "lane": ticket.lane.name,
        "when": on_date(ticket.first_reply_target),
    }


def _left_out(ticket: Ticket) -> str:
    number = int(told(ticket, "copies:left_out").get("number", 0)) if ticket.channel == Channel.EMAIL else 0
    if not number:
        return ""
    return ngettext(
        "We did not add the person on copy whom we do not know, so that nobody gets mail without having asked for it. "
        "You can name those who should hear of it on its page.",
        "We did not add the %(number)d people on copy whom we do not know, so that nobody gets mail without having "
        "asked for it. You can name those who should hear of it on its page.",
        number,
    ) % {"number": number}


def _left_open(ticket: Ticket, person: Person) -> tuple[str, ...]:
    """What a mailed request left open, for whoever may answer it; on the pages the interview asks for itself."""
    if ticket.channel != Channel.EMAIL or not can_answer_as_customer(person, ticket):
        return ()
    return tuple(question(prompt, ticket.interview).text for prompt in questions_asked(ticket))


def answered_questions(ticket: Ticket, _item: None, person: Person) -> Letter:
    answers = [
        f"**{question(p, ticket.interview).text}** {getattr(ticket.interview, p)}" for p in _just_answered(ticket)
    ]
    return Letter(
        subject=_("Answers: %(subject)s") % {"subject": ticket.subject},
        heading=_("%(name)s answered what was open") % {"name": ticket.customer.first_name},
        intro="",
        quote="\n\n".join(answers),
        button=_("Open the request"),
    )


def _just_answered(ticket: Ticket) -> list[Prompt]:
    return [Prompt(name) for name in told(ticket, "interview:answered").get("prompts", [])]


def bounced(ticket: Ticket, _item: None, person: Person) -> Letter:
    event = {"address": "", "reason": "", "permanent": False} | told(ticket, "mail:bounced")
    return Letter(
        subject=_("A mail came back: %(subject)s") % {"subject": ticket.subject},
        heading=_("A mail about this request did not arrive"),
        intro=_(
            "What we wrote to %(address)s came back, so please reach them in another way. Their mail server says why:"
        )
        % event,
        quote="`{}`".format(str(event["reason"]).replace("`", "'")),
        after=_("Nothing more is sent there until you say on the request that it works again.")
        if event["permanent"]
        else "",
        button=_("Open the request"),
    )


def from_outside(message: Message) -> str:
    """What IT has to know before it reads an outsider's words."""
    if message.audience != Audience.IT:
        return ""
    return _("They do not belong to this request, so only IT reads this. Its page asks whether to let them in.")


def where_an_answer_goes(ticket: Ticket, message: Message, person: Person) -> str:
    """Where the words of IT go that answer the mail by mail: intake.actions.placing does as is said here."""
    if not can_work_on(person, ticket):
        return ""
    if message.audience == Audience.IT:
        return becomes_note()
    if message.audience == Audience.CUSTOMER:
        return _("What you answer to this e-mail goes to %(name)s alone.") % {"name": ticket.customer.first_name}
    return _("What you answer to this e-mail goes to %(name)s, and to everybody who follows the conversation.") % {
        "name": ticket.customer.first_name
    }


def becomes_note() -> str:
    return _("What you answer to this e-mail becomes a note for IT.")


def kept_as_note(ticket: Ticket, message: Message, person: Person) -> Letter:
    name = {"name": ticket.customer.first_name}
    if ticket.is_open:
        intro = _("What you wrote did not go to %(name)s. It is kept on the request, where only IT reads it:")
        after = _("If %(name)s is to read it, please send it as a reply on the request’s page.")
    else:
        intro = _("This request is closed, so what you wrote did not go to %(name)s. Only IT reads it:")
        after = _(
            "A word from %(name)s opens the request again, and you can answer then. If it cannot wait, please call."
        )
    return Letter(
        subject=_("Kept as a note: %(subject)s") % {"subject": ticket.subject},
        heading=_("Your answer was kept as a note"),
        intro=intro % name,
        quote=message.body,
        after=after % name,
        button=_("Open the request"),
    )
