from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives, send_mail

from foredesk.mail.actions import render_mail
from foredesk.mail.emails import letter
from foredesk.mail.models import OutboxMessage
from foredesk.people.actions import describe_organisation
from foredesk.people.enums import OrganisationKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def through_the_outbox(settings: Any) -> None:
    """Django's test runner puts a backend of its own in the place of ours."""
    settings.EMAIL_BACKEND = "foredesk.mail.backends.OutboxBackend"


def test_the_frame_alone_makes_a_mail(settings: Any) -> None:
    settings.BASE_URL = "https://desk.example"
    describe_organisation(by=None, name="Example & Sons", kind=OrganisationKind.COMPANY)
    text, html = render_mail(
        "mail/frame",
        {
            "heading": "Ada & Tomás have written",
            "intro": "Here is <what> she says.",
            "quote": "First line\n\nSecond <b>line</b>",
            "action_url": "https://desk.example/requests/7/",
            "action_label": "Read and answer",
            "why": "You asked for help on 3 March.",
        },
    )
    assert "Ada & Tomás have written" in text
    assert "> First line\n>\n> Second <b>line</b>" in text
    assert "Read and answer:\nhttps://desk.example/requests/7/" in text
    assert "\n\n\n" not in text
    assert text.rstrip().endswith("https://desk.example/you/hearing/")
    assert "Second &lt;b&gt;line&lt;/b&gt;" in html
    assert 'href="https://desk.example/requests/7/"' in html
    assert "You asked for help on 3 March." in html
    assert 'style="' in html
    assert "prefers-color-scheme: dark" in html
    assert "<img" not in html
    assert "[if mso]" in html


def test_django_mail_ends_in_the_outbox(through_the_outbox: None) -> None:
    mail = EmailMultiAlternatives(
        "Your password",
        "Follow https://desk.example/account/x",
        to=["Maya Ortiz <maya@college.example>", "ada@college.example"],
        headers={
            "X-Foredesk-Secret": "yes",
            "X-Foredesk-Kind": "password",
            "X-Foredesk-Key": "reset:1",
            "X-Topic": "t",
        },
        reply_to=["desk@college.example"],
    )
    assert mail.send() == 1
    assert mail.send() == 1
    maya, ada = OutboxMessage.objects.order_by("id")
    assert (maya.to, maya.to_name, ada.to) == ("maya@college.example", "Maya Ortiz", "ada@college.example")
    assert (maya.kind, maya.is_secret, maya.key) == ("password", True, "reset:1:maya@college.example")
    assert maya.headers == {"X-Topic": "t", "Reply-To": "desk@college.example"}
    assert 'href="https://desk.example/account/x"' in maya.html


def test_without_headers_each_mail_stands_for_itself(through_the_outbox: None) -> None:
    for _ in range(2):
        send_mail("Hello", "There", None, ["maya@college.example"])
    assert OutboxMessage.objects.filter(is_secret=False, kind="notice").count() == 2


def test_html_that_was_given_is_kept_and_attachments_are_refused(through_the_outbox: None) -> None:
    mail = EmailMultiAlternatives("Hello", "There", to=["maya@college.example"])
    mail.attach_alternative("<p>There</p>", "text/html")
    mail.send()
    assert OutboxMessage.objects.get().html == "<p>There</p>"
    mail.attach("a.txt", "x", "text/plain")
    with pytest.raises(ValueError, match="attachments"):
        mail.send()


def test_the_last_address_of_a_letter_becomes_its_button_and_stays_to_be_read(settings: Any) -> None:
    link = "https://desk.example/account/x/" + "k" * 43 + "/"
    html = letter("Come in", f"Hello,\n\nthis is it:\n\nhttps://desk.example/\n\nBegin here:\n\n{link}\n\nSee you.")
    assert html.count('class="button"') == 1
    assert html.count(f'href="{link}"') == 2
    assert html.count('href="https://desk.example/"') == 1
    assert f">{link}</a>" in html
