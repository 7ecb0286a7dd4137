"""What the mail of the day and one that holds the news of a moment say of requests: their titles, and what happened."""

from datetime import timedelta

import pytest

from foredesk.kit import clock
from foredesk.mail.actions import choose_ways
from foredesk.mail.bundles import together
from foredesk.mail.enums import Topic, Way
from foredesk.mail.jobs import deliver_forgotten
from foredesk.mail.models import OutboxMessage
from foredesk.people.models import Person
from foredesk.tickets.actions import follow, reply, restate, take, wait_for
from foredesk.tickets.enums import FollowerReason, Holder, Measure

from .conftest import MONDAY


def written(bundle: OutboxMessage) -> tuple[str, str]:
    text, html = together(bundle, list(bundle.parts.order_by("pk")))
    return text, " ".join(html.split())


@pytest.fixture
def digest(monday, jon: Person, maya: Person, tomas: Person, ask) -> OutboxMessage:
    """Of a day on which somebody heard of two requests, of one of them twice."""
    choose_ways(by=jon, ways={Topic.FOLLOWED: Way.DIGEST})
    printing, beamer = ask(maya, goal="The printer in 118 jams"), ask(maya, goal="The beamer is green")
    for ticket in (printing, beamer):
        take(by=tomas, ticket=ticket)
        follow(by=tomas, ticket=ticket, person=jon, reason=FollowerReason.HELD_UP, measure=Measure.EVERYTHING)
    with clock.at(MONDAY + timedelta(minutes=20)):
        reply(by=tomas, ticket=printing, body="On my way, *three* minutes. See https://printers.example/118.")
    with clock.at(MONDAY + timedelta(hours=8)):
        deliver_forgotten()
    return OutboxMessage.objects.get(kind="digest")


def test_the_mail_of_the_day_names_each_request_and_links_to_it(digest, settings):
    text, html = written(digest)
    numbers = sorted({part.ticket_number for part in digest.parts.all()})
    for number, title in zip(numbers, ("The printer in 118 jams", "The beamer is green"), strict=True):
        address = f"{settings.BASE_URL}/requests/{number}/"
        assert html.count(f">{title}</a></h2>") == 1
        assert f"Request {number}</p>" in html
        assert f"=== {title} ===\nRequest {number}: {address}\n" in text
        assert f'href="{address}"' in html
    assert html.index("You are kept informed") < html.index("Tomás wrote to Maya Ortiz") < html.index("is green</a>")


def test_each_piece_says_when_and_what_without_frame_or_buttons(digest):
    text, html = written(digest)
    assert "* Tomás wrote to Maya Ortiz (10:20)" in text
    assert "> On my way, three minutes. See https://printers.example/118." in text
    assert "<em>three</em> minutes" in html
    assert 'class="button"' not in html
    assert html.count("<h1") == 1
    assert html.count("you follow this request") == 0  # why each came is said at the foot of the whole
    assert text.count("Next update by") == 2  # what comes next is said once for each request
    assert html.count("Next update by") == 2


def test_news_of_one_moment_have_the_title_once_and_one_button(monday, maya, tomas, ask):
    ticket = ask(maya, goal="The printer in 118 jams")
    take(by=tomas, ticket=ticket)
    until = MONDAY + timedelta(days=2)
    for minutes, words in ((1, "One"), (2, "Two")):
        with clock.at(MONDAY + timedelta(minutes=minutes)):
            reply(by=tomas, ticket=ticket, body=words)
    with clock.at(MONDAY + timedelta(minutes=3)):
        wait_for(by=tomas, ticket=ticket, holder=Holder.SUPPLIER, reason="rollers are on their way", until=until)
    with clock.at(MONDAY + timedelta(minutes=10)):
        deliver_forgotten()
    text, html = written(OutboxMessage.objects.get(kind="together"))
    assert text.startswith("The printer in 118 jams\n")
    assert text.count("The printer in 118 jams") == 1
    assert html.count('class="button"') == 1
    assert "Rollers are on their way." in html
    assert [text.count(words) for words in ("> Two", "Next update by")] == [1, 1]


def test_a_mail_says_which_request_it_is_about(monday, maya, tomas, ask):
    ticket = ask(maya, goal="The printer in 118 jams")
    restate(by=tomas, ticket=ticket, text="You need 60 sheets by 11.")
    mail = OutboxMessage.objects.get(kind="restated")
    assert mail.text.splitlines()[:2] == ["Did we understand you?", f"Request {ticket.pk}: The printer in 118 jams"]
    assert f"Request {ticket.pk}: The printer in 118 jams" in mail.html
    assert mail.text.count("Did we understand you?") == 1
    preheader = mail.html.partition('class="preheader"')[2].partition("</div>")[0]
    assert "You need 60 sheets by 11." in preheader
