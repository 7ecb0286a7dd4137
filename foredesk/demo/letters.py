"""What comes in by mail at Ashgrove College: a conversation, somebody who only writes mails, and what goes wrong."""

from dataclasses import dataclass
from datetime import UTC, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from foredesk.intake.actions import file_mail, store
from foredesk.intake.enums import Door
from foredesk.intake.models import Incoming, Mailbox
from foredesk.kit import clock
from foredesk.mail.models import OutboxMessage
from foredesk.mail.rules import message_id
from foredesk.people.models import Person
from foredesk.tickets import actions as tickets
from foredesk.tickets.models import Ticket

from .names import HELPDESK, address_of
from .organisation import College
from .outlook import At

DESK = "it@ashgrove.example"
GUEST = "Renata Solis"
LOGO = "https://library.ashgrove.example/logo.png"
INVITATION = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Ashgrove College//Calendar//EN
METHOD:REQUEST
BEGIN:VEVENT
UID:selfcheck@ashgrove.example
DTSTAMP:{now}
DTSTART:{begins}
DTEND:{ends}
SUMMARY:Look at the self-check desk together
LOCATION:Library, ground floor
ORGANIZER;CN={name}:mailto:{address}
END:VEVENT
END:VCALENDAR
"""


def plan_letters(at: At, length: float, college: College) -> None:
    """In the last two hours before the end, after so many working minutes."""
    told = _Letters(college)
    for minutes, do in (
        (117, told.somebody_writes),
        (96, told.it_answers),
        (95, told.a_machine_answers),
        (71, told.the_answer_comes),
        (58, told.a_supplier_answers),
        (45, told.a_guest_writes),
        (26, told.it_asks_back),
        (24, told.mail_comes_back),
        (16, told.something_is_too_much),
        (14, told.something_belongs_nowhere),
    ):
        at(length - minutes, do)


@dataclass
class _Letters:
    college: College
    asked: Ticket | None = None
    invited: Ticket | None = None

    @property
    def librarian(self) -> Person:
        return self.college.staff["Library"][3]

    @property
    def colleague(self) -> Person:
        return self.college.staff["Library"][4]

    def somebody_writes(self) -> None:
        who = self.librarian
        words = (
            "Hello,\n\nthe screen of the self-check desk flickers since this morning, and people queue at the counter. "
            "It is worst when somebody scans a card. Could somebody look at it with me, as in the invitation?\n\n"
            f"-- \n{who.full_name}\nLibrary, Ashgrove College\next. 4402"
        )
        mail = letter(who, "Self-check desk flickers", words, cc=self.colleague)
        mail.add_alternative(
            "<p>Hello,</p><p>the screen of the <b>self-check desk</b> flickers since this morning, and people queue at "
            "the counter.</p><ul><li>worst when somebody scans a card</li><li>nothing to see in the settings</li></ul>"
            f'<p style="color:#14614d">{who.full_name}<br>Library, Ashgrove College</p>'
            f'<p><img src="{LOGO}" alt="Library" width="120" height="40"></p>',
            subtype="html",
        )
        day = clock.now().astimezone(UTC).replace(hour=13, minute=0, second=0, microsecond=0) + timedelta(days=2)
        moments = {name: f"{moment:%Y%m%dT%H%M%SZ}" for name, moment in (("now", clock.now()), ("begins", day))}
        invitation = INVITATION.format(
            **moments, ends=f"{day + timedelta(minutes=45):%Y%m%dT%H%M%SZ}", name=who.full_name, address=who.email
        )
        mail.add_attachment(invitation.encode(), maintype="text", subtype="calendar", filename="self-check.ics")
        self.asked = comes(mail).ticket

    def it_answers(self) -> None:
        if self.asked is not None:
            tomas = self.college.agent("Tomás")
            tickets.take(by=tomas, ticket=self.asked)
            tickets.reply(
                by=tomas,
                ticket=self.asked,
                body="Does it flicker with the scanner unplugged too? Then it is the screen, and I bring another one.",
            )

    def a_machine_answers(self) -> None:
        who = self.colleague
        mail = letter(who, "Automatic reply", "Away until Monday. At the counter they know what to do.")
        mail["Auto-Submitted"] = "auto-replied"
        self._answers(mail, self.asked, self.librarian)

    def the_answer_comes(self) -> None:
        who = self.librarian
        words = (
            "Without the scanner it is quiet! So it is the cable, I think.\n\n"
            f"On {clock.now():%a, %d %b %Y at %H:%M}, IT desk <{DESK}> wrote:\n"
            "> Does it flicker with the scanner unplugged too?\n\n"
            f"-- \n{who.full_name}\nLibrary"
        )
        self._answers(letter(who, "Re: Self-check desk flickers", words), self.asked, who)

    def a_supplier_answers(self) -> None:
        mail = EmailMessage(policy=SMTP)
        mail["From"] = "Otto Brandt <otto.brandt@selfcheck.example>"
        mail.set_content("We know this cable. A new one is under guarantee; shall we send it to the library?")
        self._answers(addressed(mail, "Re: Self-check desk flickers"), self.asked, self.librarian)

    def a_guest_writes(self) -> None:
        mail = EmailMessage(policy=SMTP)
        mail["From"] = f"{GUEST} <{address_of(GUEST)}>"
        mail.set_content(
            "I give a guest lecture in room 118 on Thursday and would like to use my own microphone.\n\nRenata Solis"
        )
        self.invited = comes(addressed(mail, "Microphone for my guest lecture")).ticket

    def it_asks_back(self) -> None:
        if self.invited is not None:
            tickets.restate(
                by=self.college.agent("Ruth"),
                ticket=self.invited,
                text="You want everybody in room 118 to hear you through your own wireless microphone on Thursday.",
            )

    def mail_comes_back(self) -> None:
        address = self.colleague.email
        said = "552 5.2.2 mailbox full"
        if last := last_mail(self.asked, self.librarian):
            comes(report(address, said, about=last))

    def something_is_too_much(self) -> None:
        nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(40))
        head = (
            f"From: {self.college.staff['Finance'][5].full_name} <{self.college.staff['Finance'][5].email}>\r\n"
            f"To: {DESK}\r\nSubject: Fwd: Fwd: Fwd: invoices that do not open\r\nMIME-Version: 1.0\r\n"
        )
        comes(head.encode() + nested + b"Content-Type: text/plain\r\n\r\nSee below.\r\n")

    def something_belongs_nowhere(self) -> None:
        mail = EmailMessage(policy=SMTP)
        mail["From"] = "Newsletter <news@toner-world.example>"
        mail["Auto-Submitted"], mail["Precedence"] = "auto-replied", "bulk"
        mail.set_content("Toner at half price, this week only.")
        comes(addressed(mail, "Half price!"))

    def _answers(self, mail: EmailMessage, ticket: Ticket | None, told: Person) -> None:
        """`mail` answers the last mail about a ticket to somebody."""
        if last := last_mail(ticket, told):
            mail["In-Reply-To"] = last
            comes(mail)


def comes(mail: EmailMessage | bytes) -> Incoming:
    """Let a mail come in now, and find its place."""
    raw = mail if isinstance(mail, bytes) else mail.as_bytes()
    came = store(raw=raw, door=Door.SMTP, mailbox=Mailbox.objects.get(address=HELPDESK), envelope_to=[DESK])
    file_mail(came.pk)
    came.refresh_from_db()
    return came


def last_mail(ticket: Ticket | None, told: Person) -> str:
    """The Message-ID of the last mail about a ticket to somebody; "" where there is none."""
    if ticket is None:
        return ""
    last = OutboxMessage.objects.filter(about=f"ticket:{ticket.pk}", to=told.email).order_by("pk").last()
    return message_id(last) if last else ""


def report(address: str, said: str, *, about: str) -> bytes:
    """What a server sends back (RFC 3464) for the mail whose Message-ID is `about`; `said`: "550 5.1.1 Unknown"."""
    return (
        "From: Mail Delivery System <mailer-daemon@mx.ashgrove.example>\nSubject: Undelivered Mail\n"
        f"To: {DESK}\nDate: {format_datetime(clock.now())}\nMIME-Version: 1.0\nIn-Reply-To: {about}\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="r"\n\n'
        f"--r\nContent-Type: text/plain\n\nYour mail could not be delivered.\n\n<{address}>: {said}\n"
        "--r\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.ashgrove.example\n\n"
        f"Final-Recipient: rfc822; {address}\nAction: failed\nStatus: {said.split()[1]}\n"
        f"Diagnostic-Code: smtp; {said}\n--r--\n"
    ).encode()


def letter(who: Person, subject: str, words: str, cc: Person | None = None) -> EmailMessage:
    """A plain mail from somebody to the desk."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"{who.full_name} <{who.email}>"
    if cc is not None:
        mail["Cc"] = f"{cc.full_name} <{cc.email}>"
    mail.set_content(words)
    return addressed(mail, subject)


def addressed(mail: EmailMessage, subject: str) -> EmailMessage:
    """`mail` with what else its head needs: written to the desk, now."""
    mail["To"], mail["Subject"], mail["Date"] = DESK, subject, format_datetime(clock.now())
    # Not make_msgid: the demo is the same each time.
    mail["Message-ID"] = f"<{clock.now():%Y%m%d%H%M%S}.{len(subject)}@ashgrove.example>"
    return mail
