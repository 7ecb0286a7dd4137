"""A customer who only ever uses mail, a colleague on copy, and IT: real servers and processes on both sides."""

import smtplib
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.mail.conftest import Sink
from tests.operations.installation import Installation, free_port, new_database

from .conftest import DESK, letter

MAYA, BEN = "maya@ashgrove.example", "ben@ashgrove.example"
SET_UP = f"""
from foredesk.intake.models import Mailbox
from foredesk.people.models import Person
Mailbox.objects.create(name="Desk", address="{DESK}")
Person.objects.create(email="tomas@ashgrove.example", full_name="Tomás Reyes", role="agent")
answer = True
"""
# Whatever an agent does on the one request there is.
ACT = """
from foredesk.people.models import Person
from foredesk.tickets.actions import offer_solution, reply, restate
from foredesk.tickets.models import Ticket
by, ticket = Person.objects.get(role="agent"), Ticket.objects.get()
{act}
answer = True
"""
# News that waits to go with others goes now.
HURRY = """
from django.utils import timezone
from foredesk.mail.effects import deliver
from foredesk.mail.models import OutboxMessage
waiting = OutboxMessage.objects.filter(state="queued", not_before__gt=timezone.now())
numbers = list(waiting.values_list("pk", flat=True))
waiting.update(not_before=timezone.now())
for number in numbers:
    deliver.enqueue(number)
answer = len(numbers)
"""
STANDING = """
from foredesk.intake.models import Incoming
from foredesk.mail.models import OutboxMessage
from foredesk.tickets.models import Ticket
ticket = Ticket.objects.get()
answer = {
    "state": ticket.state,
    "reason": ticket.close_reason,
    "times_reopened": ticket.times_reopened,
    "subject": ticket.subject,
    "interview": [ticket.interview.goal, ticket.interview.tried, ticket.interview.impact],
    "messages": [[m.author.email, m.by_it, m.body] for m in ticket.messages.all()],
    "restatement": [one.is_right for one in ticket.restatements.all()],
    "solutions": [one.answer for one in ticket.solutions.all()],
    "followers": [[one.person.email, one.reason] for one in ticket.followers.all()],
    "incoming": [[one.sender, one.became] for one in Incoming.objects.order_by("pk")],
}
"""


class Post:
    """Both ends of the mail: hands mails to our listener as a mail server would, and reads what we send."""

    def __init__(self, port: int, sink: Sink) -> None:
        self._port, self._sink = port, sink

    def send(self, mail: EmailMessage) -> None:
        with smtplib.SMTP("127.0.0.1", self._port, timeout=20) as server:
            server.send_message(mail, to_addrs=[DESK])

    def received(self, to: str, subject: str) -> EmailMessage:
        """The first mail to somebody whose subject holds these words; waits for it, half a minute at most."""
        until = time.monotonic() + 30
        while time.monotonic() < until:
            for mail, recipients in zip(list(self._sink.mails), list(self._sink.recipients), strict=False):
                if recipients == [to] and subject in mail["Subject"]:
                    return mail
            time.sleep(0.2)
        raise AssertionError(f"{to} got nothing about {subject!r}: {[str(one['Subject']) for one in self._sink.mails]}")

    def answer(self, mail: EmailMessage, sender: str, words: str, **headers: str) -> EmailMessage:
        """Answer a mail of ours as people do: above it, with all of it quoted below."""
        plain = mail.get_body(("plain",))
        assert plain is not None
        quoted = "\n".join(f"> {line}" for line in plain.get_content().splitlines())
        text = f"{words}\n\nOn Wed, 25 Nov 2026 at 10:00, IT desk <{DESK}> wrote:\n\n{quoted}\n"
        made = letter(text, sender=sender, subject=f"Re: {mail['Subject']}", answers=mail["Message-ID"], **headers)
        self.send(made)
        return made


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[tuple[Installation, Post]]:
    sink, out, door = Sink(), free_port(), free_port()
    server = Controller(sink, hostname="127.0.0.1", port=out)
    server.start()
    with new_database() as database_url:
        settings = {"EMAIL_URL": f"smtp://127.0.0.1:{out}", "MAIL_FROM": f"IT desk <{DESK}>"}
        made = Installation(tmp_path / "home", database_url, **settings)
        made.run("prepare")
        made.ask(SET_UP)
        made.start("worker")
        made.start("listen", "--port", str(door))
        _until_it_listens(door)
        yield made, Post(door, sink)
        made.close()
    server.stop()


def _until_it_listens(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            smtplib.SMTP("127.0.0.1", port, timeout=5).quit()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError("The listener does not answer.")


def test_from_the_first_mail_to_a_confirmed_fix(installation: tuple[Installation, Post]) -> None:
    desk, post = installation

    def act(words: str) -> None:
        assert desk.ask(ACT.format(act=words))

    # Maya asks, with Ben on copy: she hears that it arrived and what is open, he that he follows.
    first = letter("I need to print the exam sheets for Monday.", cc=f"Ben Osei <{BEN}>", subject="Exam sheets")
    post.send(first)
    asked = post.received(MAYA, "We have your request: Exam sheets")
    assert "1. " in asked.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert asked["Auto-Submitted"] == "auto-generated"
    assert first["Message-ID"] in asked["References"]
    post.received(BEN, "You follow: Exam sheets")
    # She answers what was asked, by its numbers; he answers her mail, which never went through us.
    post.answer(asked, f"Maya Ortiz <{MAYA}>", "1. Nothing comes out of the printer.\n2. I tried the other one.")
    post.send(
        letter("Same for me.", sender=f"Ben Osei <{BEN}>", answers=first["Message-ID"], subject="Re: Exam sheets")
    )
    post.received(MAYA, "Ben Osei wrote")
    # IT says what it understood; a plain yes is enough.
    act('restate(by=by, ticket=ticket, text="You want to print the exam sheets before Monday.")')
    post.answer(post.received(MAYA, "Did we understand you?"), MAYA, "Yes, exactly.")
    _wait_for(desk, lambda standing: standing["restatement"] == [True])
    # The first fix does not help, the second one does.
    act('offer_solution(by=by, ticket=ticket, text="It had no paper.")')
    post.answer(post.received(MAYA, "Does this solve it?"), MAYA, "No, it still prints nothing.")
    _wait_for(desk, lambda standing: standing["solutions"] == ["no"])
    act('offer_solution(by=by, ticket=ticket, text="It was set to another tray. Now it prints.")')
    _wait_for_second(post, MAYA, "Does this solve it?")
    post.answer(_last(post, MAYA, "Does this solve it?"), MAYA, "Yes, it works now. Thank you, Tomás!")
    _wait_for(desk, lambda standing: standing["state"] == "closed")
    desk.ask(HURRY)
    told = post.received(BEN, "Exam sheets [")
    # Ben is away: his machine's answer changes nothing and is answered by nobody.
    post.answer(told, BEN, "I am away until Monday.", Auto_Submitted="auto-replied")
    standing = _wait_for(desk, lambda standing: [BEN, "machine"] in standing["incoming"])

    assert (standing["state"], standing["reason"], standing["times_reopened"]) == ("closed", "confirmed", 1)
    assert standing["interview"][0] == "I need to print the exam sheets for Monday."
    assert standing["solutions"] == ["no", "yes"]
    assert standing["followers"] == [[BEN, "copied"]]
    said = [[author, words] for author, by_it, words in standing["messages"] if not by_it]
    assert [BEN, "Same for me."] in said
    assert all("> " not in words for _author, words in said)
    assert [became for _sender, became in standing["incoming"]] == ["request"] + ["reply"] * 5 + ["machine"]
    # One thread for mail programs, and nobody hears of what they did themselves.
    roots = {mail["References"].split()[0] for mail in post._sink.mails if mail["References"]}
    assert len(roots) == 1
    assert not [mail for mail in post._sink.mails if "Ben Osei wrote" in mail["Subject"] and BEN in mail["To"]]


def _wait_for(desk: Installation, holds: Any) -> dict[str, Any]:
    until = time.monotonic() + 40
    while True:
        standing: dict[str, Any] = desk.ask(STANDING)
        if holds(standing):
            return standing
        assert time.monotonic() < until, standing
        time.sleep(0.3)


def _all(post: Post, to: str, subject: str) -> list[EmailMessage]:
    pairs = zip(list(post._sink.mails), list(post._sink.recipients), strict=False)
    return [mail for mail, recipients in pairs if recipients == [to] and subject in mail["Subject"]]


def _wait_for_second(post: Post, to: str, subject: str) -> None:
    until = time.monotonic() + 30
    while len(_all(post, to, subject)) < 2:
        assert time.monotonic() < until
        time.sleep(0.2)


def _last(post: Post, to: str, subject: str) -> EmailMessage:
    return _all(post, to, subject)[-1]
