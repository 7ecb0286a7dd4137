"""A web form's mail is the request of whoever filled it in; Reply-To gives nobody anything else."""

from email.message import EmailMessage

import pytest
from django.urls import reverse

from foredesk.intake.enums import Became, IncomingState
from foredesk.intake.models import Mailbox
from foredesk.intake.queries import MAILBOXES, is_own
from foredesk.intake.rules.reading import read
from foredesk.intake.rules.web_forms import filled_in
from foredesk.mail.models import OutboxMessage
from foredesk.people.models import Person
from foredesk.tickets.enums import News
from foredesk.tickets.models import Message, Ticket
from tests.intake.conftest import DESK, Arrive, letter, our_mail

FORM = "website@ashgrove.example"
KIM = "Kim Tanaka <kim@ashgrove.example>"

pytestmark = pytest.mark.django_db


@pytest.fixture
def with_form(desk: Mailbox) -> Mailbox:
    desk.form_senders = [FORM]
    desk.save()
    MAILBOXES.forget()
    return desk


def by_form(sender: str, reply_to: str = KIM, **more: str) -> EmailMessage:
    return letter(sender=sender, Reply_To=reply_to, **more)


@pytest.mark.parametrize("sender", [FORM, DESK, "No-Reply <noreply@forms.example>"])
def test_what_a_form_sends_is_asked_by_whom_it_names_and_answered_there(
    with_form: Mailbox, arrive: Arrive, sender: str
) -> None:
    mail = arrive(by_form(sender))
    assert (mail.state, mail.became) == (IncomingState.FILED, Became.REQUEST)
    assert (mail.ticket.customer.email, mail.ticket.customer.full_name) == ("kim@ashgrove.example", "Kim Tanaka")
    assert (mail.sender, mail.person) == ("kim@ashgrove.example", mail.ticket.customer)
    assert mail.details["form"]["address"] == sender.partition("<")[2].rstrip(">") or sender
    assert OutboxMessage.objects.filter(about=f"ticket:{mail.ticket.pk}", to="kim@ashgrove.example").exists()
    assert not Person.objects.filter(email__in=[FORM, DESK, "noreply@forms.example"]).exists()


@pytest.mark.parametrize(
    ("sender", "reply_to", "more"),
    [
        ("maya@ashgrove.example", KIM, {}),  # a person who wants the answer elsewhere is that person
        (FORM, f"{KIM}, other@ashgrove.example", {}),  # two: who of them asks?
        (FORM, FORM, {}),
        (FORM, DESK, {}),
        (FORM, "do-not-reply@forms.example", {}),
        ("noreply@list.example", KIM, {"List_Id": "<news.list.example>"}),
        ("noreply@shop.example", KIM, {"Auto_Submitted": "auto-generated"}),
        (FORM, KIM, {"Auto_Submitted": "auto-replied"}),
        (FORM, KIM, {"answers": "<one@elsewhere.example>"}),
    ],
)
def test_otherwise_from_says_who_it_is(with_form: Mailbox, sender: str, reply_to: str, more: dict[str, str]) -> None:
    reading = read(by_form(sender, reply_to, **more).as_bytes())
    assert filled_in(reading, is_own=is_own, form_senders=[FORM]) == reading


def test_reply_to_speaks_on_no_request_that_is_there(
    with_form: Mailbox, arrive: Arrive, asked: Ticket, tomas: Person
) -> None:
    """Neither as the customer, whose number stands in the subject, nor as IT, in answer to a mail to IT."""
    theirs = by_form(FORM, "maya@ashgrove.example", subject=f"Yes [{asked.pk}]")
    assert arrive(theirs).ticket != asked
    mail = by_form(
        FORM, tomas.email, answers=our_mail(asked, asked.customer, News.ACKNOWLEDGED), words="Give me access."
    )
    arrive(mail)
    assert not Message.objects.filter(ticket=asked, author=tomas).exists()
    assert not Message.objects.filter(ticket=asked, audience="everyone").exists()
    arrive(by_form(FORM, tomas.email))
    assert Ticket.objects.filter(customer=tomas).count() == 1  # what anybody can ask in anybody's name


def test_it_says_on_its_page_which_form_it_was(with_form: Mailbox, arrive: Arrive, tomas: Person, client) -> None:
    mail = arrive(by_form(FORM))
    client.force_login(tomas)
    page = client.get(reverse("intake:mail", args=[mail.ticket.pk, mail.pk])).content.decode()
    assert "By the form" in page
    assert FORM in page
