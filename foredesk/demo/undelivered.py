"""What does not arrive at Ashgrove College, and why: reports that come back, servers that say no, people's choices.

Nothing is written into the outbox by hand: each comes about as it would anywhere.
"""

from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP

from foredesk.mail.actions import choose_ways
from foredesk.mail.enums import Topic, Way
from foredesk.people.models import Person
from foredesk.tickets import actions as tickets
from foredesk.tickets.enums import Channel
from foredesk.tickets.models import Ticket

from .letters import addressed, comes, last_mail, letter, report
from .organisation import College
from .outlook import At
from .stories.story import SIGN_IN
from .telling import DAY

PUT_OFF = "Signe Dahl <signe.dahl@busy.example>"
REFUSED = "Bernd Kessler <bernd.kessler@refuses.example>"


def plan_undelivered(at: At, length: float, college: College) -> None:
    """In the days before the end, after so many working minutes."""
    told = _Undelivered(college)
    for minutes, do in (
        (5 * DAY, told.some_want_less_mail),
        (161, told.somebody_calls),
        (157, told.the_mail_comes_back),
        (104, told.it_writes_all_the_same),
        (88, told.a_server_has_no_time),
        (69, told.a_server_says_no),
        (36, told.a_list_writes),
    ):
        at(length - minutes, do)


@dataclass
class _Undelivered:
    college: College
    called: Ticket | None = None

    def some_want_less_mail(self) -> None:
        choose_ways(by=self.college.agent("Lotte"), ways={Topic.WORK: Way.DIGEST, Topic.FOLLOWED: Way.DIGEST})
        choose_ways(by=self.college.agent("Owen"), ways={Topic.WORK: Way.PAGE})
        for head in (self.college.staff[name][0] for name in ("Biology", "Nursing", "Library")):
            choose_ways(by=head, ways={Topic.FOLLOWED: Way.DIGEST})

    @property
    def caller(self) -> Person:
        return self.college.staff["Student Services"][9]

    def somebody_calls(self) -> None:
        kofi = self.college.agent("Kofi")
        self.called = tickets.log_call(
            by=kofi,
            customer=self.caller,
            words="I married in the break. My name is new, my address is new, and the room booking knows neither. "
            "Every room I had is now booked by somebody who does not exist any more.",
            channel=Channel.PHONE,
            service_class=self.college.classes[SIGN_IN],
            subject="Room booking does not know the new name",
        )
        tickets.take(by=kofi, ticket=self.called)

    def the_mail_comes_back(self) -> None:
        address = self.caller.email
        if last := last_mail(self.called, self.caller):
            comes(report(address, f"550 5.1.1 <{address}>: user unknown here", about=last))

    def it_writes_all_the_same(self) -> None:
        if self.called is not None:
            kofi = self.college.agent("Kofi")
            words = "Congratulations! Your rooms are moving over to the new name; by the end of the day they are yours."
            tickets.reply(by=kofi, ticket=self.called, body=words)
            words = (
                f"The old address refuses mail, so I read it to her on {self.caller.phone}. HR sends us the new one."
            )
            tickets.add_note(by=kofi, ticket=self.called, body=words)

    def a_server_has_no_time(self) -> None:
        ticket = self._writes(
            PUT_OFF,
            "Reading list for the exchange term",
            "Our students cannot open the reading list on your learning pages. They see a page that asks for a number.",
        )
        if ticket is not None:
            by = self.college.agent("Ruth")
            tickets.take(by=by, ticket=ticket)
            tickets.reply(by=by, ticket=ticket, body="The number is on their guest card. I am sending you the cards.")

    def a_server_says_no(self) -> None:
        self._writes(
            REFUSED,
            "Our delivery of Thursday",
            "Forty chairs and the new screen come on Thursday at eight. Who lets us in at the Riverside gate?",
        )

    def a_list_writes(self) -> None:
        who = self.college.staff["Estates"][4]
        words = "The screen in the lift shows the menu of last week, and people go down for soup that is not there."
        mail = letter(who, "[riverside] Screen in the lift", words)
        mail["List-Id"], mail["Precedence"] = "Riverside <riverside.ashgrove.example>", "list"
        comes(mail)

    def _writes(self, sender: str, subject: str, words: str) -> Ticket | None:
        mail = EmailMessage(policy=SMTP)
        mail["From"] = sender
        mail.set_content(f"{words}\n\n{sender.partition(' <')[0]}")
        return comes(addressed(mail, subject)).ticket
