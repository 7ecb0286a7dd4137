"""The letters of a request that came by mail, and what other letters say more to whoever asked by mail."""

from django.utils.translation import gettext as _

from foredesk.people.models import Person

from ..enums import Channel, News, Prompt
from ..models import Ticket
from ..queries import next_word, on_date, what_next
from ..rules import can_answer_as_customer
from ..rules.interview import open_questions, question
from ..rules.promising import promise_or_target
from ..rules.wording import who_sees
from .parts import Letter, told

_SAYS_ALL = frozenset({News.SOLUTION, News.REMINDER, News.CLOSED})
_SAYS_WHAT = frozenset({News.RESTATED, News.WAITING})


def after(written: Letter, ticket: Ticket) -> str:
    """What follows the words of a letter; what it asks, whoever asked by mail may answer by mail."""
    if ticket.channel != Channel.EMAIL:
        return written.after
    by_mail = _("Or simply answer this e-mail: “yes” is enough.") if written.answers else ""
    if written.fragment == "#reply":
        by_mail = _("Or simply answer this e-mail.")
    return f"{written.after} {by_mail}".strip()


def comes_next(news: News, ticket: Ticket, person: Person) -> str:
    """What comes next and when, as far as the letter has not said it in its own words."""
    if news in _SAYS_ALL or (news == News.ACKNOWLEDGED and ticket.channel == Channel.EMAIL):
        return ""
    return next_word(ticket, on_date) if news in _SAYS_WHAT else what_next(ticket, person, on_date)


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
    number = told(ticket, "copies:left_out").get("number") if ticket.channel == Channel.EMAIL else 0
    if not number:
        return ""
    return _(
        "We did not add the %(number)d people on copy whom we do not know, so that nobody gets mail without having "
        "asked for it. You can name those who should hear of it on its page."
    ) % {"number": number}


def _left_open(ticket: Ticket, person: Person) -> tuple[str, ...]:
    """What a mailed request left open, for whoever may answer it; on the pages the interview asks for itself."""
    if ticket.channel != Channel.EMAIL or not can_answer_as_customer(person, ticket):
        return ()
    return tuple(question(prompt, ticket.interview).text for prompt in open_questions(ticket.interview))


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
