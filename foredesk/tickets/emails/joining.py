"""The letters about requests that are put together or taken apart."""

from django.utils.translation import gettext as _

from foredesk.people.models import Person

from ..enums import Channel, LinkKind
from ..models import Ticket
from ..queries import on_date, where_it_goes_on
from ..rules import can_answer_as_customer, can_see
from ..rules.promising import promise_words
from .parts import Letter, own


def merged(ticket: Ticket, _item: None, person: Person) -> Letter:
    there = where_it_goes_on(ticket)
    numbers = {"number": ticket.pk, "there": there.pk, "subject": there.subject}
    after = ""
    if not can_see(person, there):  # it became private meanwhile
        return Letter(
            subject=_("It goes on in another request: %(mine)s") % {"mine": ticket.subject},
            heading=_("It goes on in another request"),
            intro=_("Whatever you write on the page of request %(number)s reaches IT.") % numbers,
            button=_("See where it stands"),
        )
    if not can_answer_as_customer(person, ticket):
        intro = _("Requests %(number)s and %(there)s are the same matter; it goes on in %(there)s, “%(subject)s”.")
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
        if ticket.channel == Channel.EMAIL:
            after = _("So does an answer to this e-mail.")
    return Letter(
        subject=_("It goes on in %(there)s: %(mine)s") % {**numbers, "mine": ticket.subject},
        heading=_("It goes on in request %(there)s") % numbers,
        intro=intro % numbers,
        after=after,
        button=_("See where it stands"),
    )


def unmerged(ticket: Ticket, _item: None, person: Person) -> Letter:
    return Letter(
        subject=_("By itself again: %(subject)s") % {"subject": ticket.subject},
        heading=own(
            person, ticket, _("Your request goes on by itself again"), _("The request goes on by itself again")
        ),
        intro=_("We had put request %(number)s together with another one; it is a matter of its own after all.")
        % {"number": ticket.pk},
        button=_("See the request"),
    )


def split(ticket: Ticket, _item: None, person: Person) -> Letter:
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


def parts_done(ticket: Ticket, _item: None, person: Person) -> Letter:
    return Letter(
        subject=_("All parts are done: %(subject)s") % {"subject": ticket.subject},
        heading=_("All its parts are done"),
        intro=_("The last part of request %(number)s is closed. What is left is the whole.") % {"number": ticket.pk},
        button=_("Open the request"),
    )
