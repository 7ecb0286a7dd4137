"""Few notices: repeats leave in one mail, people choose how to hear of things, and read it all on their page."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.mail import actions, queries, rules
from foredesk.mail.effects import deliver
from foredesk.mail.emails import render_mail
from foredesk.mail.enums import NotSent, OutboxState, Topic, Way
from foredesk.mail.jobs import deliver_forgotten
from foredesk.mail.models import OutboxMessage
from foredesk.people.enums import Role
from foredesk.people.models import Person

from .test_actions import together

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def maya(person: Callable[..., Person]) -> Person:
    return person()


def news(to: Person, key: str, *, kind: str = "reply", **more: Any) -> OutboxMessage:
    """A piece of news as rooms post it, with text and HTML."""
    subject = f"Re: The projector flickers, {key} [7]"
    text, html = render_mail("mail/frame", {"subject": subject, "heading": f"Heading {key}", "quote": f"Words {key}"})
    given_ = {"subject": subject, "about": "topic:7", "topic": Topic.ANSWERS, "text": text, "html": html}
    return actions.post(**({"to": to, "kind": kind, "key": key} | given_ | more))


def at(minutes: float) -> Any:
    return clock.at(MONDAY + timedelta(minutes=minutes))


def run_all() -> None:
    """What the worker does with what is due."""
    for pk in OutboxMessage.objects.filter(state="queued").order_by("pk").values_list("pk", flat=True):
        deliver.call(pk)


def test_repeats_within_minutes_leave_in_one_mail(sink: Any, maya: Person) -> None:
    with at(0):
        news(maya, "one")
        run_all()
    for minutes, key in ((1, "two"), (2, "three"), (4.5, "four")):
        with at(minutes):
            news(maya, key)
            run_all()
    assert len(sink.mails) == 1
    with at(5):
        run_all()
    first, second = sink.mails
    assert second["Subject"] == "Re: The projector flickers, four [7], and 2 more"
    text, html = (second.get_body((kind,)).get_content() for kind in ("plain", "html"))
    for part in (text, html):
        assert part.index("Words two") < part.index("Words three") < part.index("Words four")
        assert "Words one" not in part
        assert part.count("/you/hearing/") == 1
    assert "<h2" in html
    assert first["References"] == second["References"]
    assert second["Auto-Submitted"] == "auto-generated"
    rows = {row.key: row for row in OutboxMessage.objects.all()}
    carrier = rows["together:" + str(rows["two"].pk)]
    assert {rows[key].sent_in for key in ("two", "three", "four")} == {carrier}
    assert {row.state for row in rows.values()} == {OutboxState.SENT}
    assert rows["two"].sent_at == MONDAY + timedelta(minutes=5)
    assert carrier.text == ""  # its words are those of its parts, and go with them
    assert queries.mail_by_message_id(second["Message-ID"]) == carrier
    assert carrier.about == "topic:7"


def test_a_single_repeat_leaves_as_itself(sink: Any, maya: Person) -> None:
    with at(0):
        news(maya, "one")
        run_all()
    with at(3):
        news(maya, "two")
    with at(5):
        run_all()
    assert [mail["Subject"][:35] for mail in sink.mails][1] == "Re: The projector flickers, two [7]"
    assert OutboxMessage.objects.count() == 2


def test_questions_emergencies_and_others_do_not_wait(sink: Any, maya: Person, person: Callable[..., Person]) -> None:
    with at(0):
        news(maya, "one")
        run_all()
    with at(1):
        for kind in ("restated", "solution", "reminder", "acknowledged"):
            news(maya, kind, kind=kind)
        news(maya, "fire", pierces=True)
        news(maya, "link", is_secret=True)
        news(maya, "elsewhere", about="topic:8")
        news(person(name="Kim Tanaka"), "kim")
        actions.post(to="stranger@college.example", kind="reply", key="out", subject="Hi", text="Hi", about="topic:7")
        run_all()
    assert len(sink.mails) == 10
    with at(10):
        news(maya, "much later")
        run_all()
    assert len(sink.mails) == 11


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_one_mail_of_them(sink: Any, maya: Person) -> None:
    with at(0):
        news(maya, "one")
        run_all()
    with at(1):
        pks = [news(maya, key).pk for key in ("two", "three")]
        OutboxMessage.objects.filter(pk__in=pks).update(queued_at=MONDAY - timedelta(hours=1), not_before=MONDAY)
    turns = iter(pks)
    together(lambda: deliver.call(next(turns)))
    run_all()
    assert len(sink.mails) == 2
    assert OutboxMessage.objects.filter(kind="together").count() == 1


def test_what_becomes_of_the_mail_becomes_of_its_parts(sink: Any, maya: Person, person: Callable[..., Person]) -> None:
    with at(0):
        news(maya, "one")
        run_all()
    with at(1):
        news(maya, "two")
        news(maya, "three")
    sink.answers = ["451 Busy", "554 5.6.0 Never"]
    with at(5):
        run_all()

    def states() -> set[tuple[str, str]]:
        return set(OutboxMessage.objects.exclude(key="one").values_list("state", "error"))

    assert states() == {("deferred", "451 Busy")}
    bundle = OutboxMessage.objects.get(kind="together")
    with at(6):
        deliver.call(bundle.pk)
    assert states() == {("failed", "554 5.6.0 Never")}
    bundle.refresh_from_db()
    lead = person(Role.LEAD)
    assert rules.can_retry(lead, bundle)
    assert not rules.can_retry(lead, OutboxMessage.objects.get(key="two"))
    with at(7):
        assert actions.retry_mail(by=lead, message=bundle)
        deliver.call(bundle.pk)
    assert states() == {("sent", "")}
    actions.mark_bounce(address=maya.email, permanent=True, reason="550 Gone", mail=bundle)
    assert states() == {("bounced", "550 Gone")}


def test_what_was_let_go_meanwhile_is_not_in_it(sink: Any, maya: Person) -> None:
    with at(0):
        news(maya, "one")
        run_all()
    with at(1):
        news(maya, "two")
        news(maya, "three")
    sink.answers = ["451 Busy"]
    with at(5):
        run_all()
    actions.forget_mails_about(["topic:7"])
    with at(60):
        deliver_forgotten()
        run_all()
        deliver.call(OutboxMessage.objects.get(kind="together").pk)
    assert len(sink.mails) == 1
    assert OutboxMessage.objects.get(kind="together").state == OutboxState.DROPPED


# --- The mail of the day, and the page ----------------------------------------------------------------------
def test_the_mail_of_the_day_comes_once_at_its_hour_with_a_section_for_each_thing(sink: Any, maya: Person) -> None:
    Person.objects.filter(pk=maya.pk).update(timezone="America/New_York")
    maya.refresh_from_db()
    actions.choose_ways(by=maya, ways={Topic.PROGRESS: Way.DIGEST})
    with at(0):
        news(maya, "one", topic=Topic.PROGRESS, about="ticket:7")
        news(maya, "two", topic=Topic.PROGRESS, about="ticket:8")
        news(maya, "three", topic=Topic.PROGRESS, about="ticket:7")
        news(maya, "at once", topic=Topic.ANSWERS)
        run_all()
    assert len(sink.mails) == 1
    (hour,) = set(OutboxMessage.objects.filter(way=Way.DIGEST).values_list("not_before", flat=True))
    assert hour == datetime(2026, 3, 2, 21, 0, tzinfo=UTC)  # 16:00 in New York


@given(st.datetimes(timezones=st.just(UTC), min_value=datetime(2025, 1, 1), max_value=datetime(2027, 1, 1)))
def test_the_next_mail_of_the_day_is_ahead_and_within_a_day(now: datetime) -> None:
    from zoneinfo import ZoneInfo

    zone = ZoneInfo("Europe/Amsterdam")
    then = rules.next_digest(now, zone)
    assert then.astimezone(zone).time() == rules.DIGEST_AT
    assert timedelta(0) < then.astimezone(UTC) - now <= timedelta(hours=25)  # a day with summer time's end is longer


def test_who_reads_on_the_page_gets_no_mail_and_finds_it_there(sink: Any, maya: Person, client: Client) -> None:
    actions.choose_ways(by=maya, ways={Topic.ANSWERS: Way.PAGE})
    message = news(maya, "one")
    news(maya, "fire", pierces=True)
    run_all()
    assert (message.state, message.not_sent_because) == (OutboxState.DROPPED, NotSent.PAGE_ONLY)
    assert len(sink.mails) == 1
    client.force_login(maya)
    page = client.get(reverse("mail:news")).content.decode()
    assert "flickers, one" in page
    assert page.count('class="chip') >= 2  # both are new
    assert "sparkles" not in client.get(reverse("mail:news")).content.decode()
    read = client.get(reverse("mail:piece", args=[message.pk])).content.decode()
    assert "Words one" in read
    frame = client.get(reverse("mail:piece_body", args=[message.pk]))
    assert "sandbox" in frame["Content-Security-Policy"]


def test_the_page_shows_ones_own_only_and_what_one_may_see_still(
    queue: None, maya: Person, person: Callable[..., Person], client: Client
) -> None:
    kim = person(name="Kim Tanaka")
    mine, theirs = news(maya, "mine"), news(kim, "theirs")
    secret, gone = news(maya, "link", is_secret=True), news(maya, "gone", about="ticket:404")
    client.force_login(maya)
    page = client.get(reverse("mail:news")).content.decode()
    assert "mine" in page
    for other in (theirs, secret, gone):
        assert other.subject not in page
        assert client.get(reverse("mail:piece", args=[other.pk])).status_code == 404
        assert client.get(reverse("mail:piece_body", args=[other.pk])).status_code == 404
    assert client.get(reverse("mail:piece", args=[mine.pk])).status_code == 200
    client.force_login(person(name="New Here"))
    assert "Nothing yet" in client.get(reverse("mail:news")).content.decode()


def test_the_page_pages_by_key_and_asks_as_often_for_three_as_for_one(
    queue: None, maya: Person, client: Client
) -> None:
    client.force_login(maya)
    counts = []
    for number in range(queries.PAGE + 2):
        news(maya, f"number {number}", about=f"ticket:{number + 1}" if number < 3 else "topic:1")
        if number in {0, 2}:
            client.get(reverse("mail:news"))
            with CaptureQueriesContext(connection) as seen:
                client.get(reverse("mail:news"))
            counts.append(len(seen))
    assert counts[0] == counts[1]
    page = client.get(reverse("mail:news")).content.decode()
    assert "number 41" in page
    assert "?before=" in page


def test_what_nobody_looked_at_is_counted_until_the_page_is_read(
    queue: None, maya: Person, person: Callable[..., Person], client: Client
) -> None:
    client.force_login(maya)
    assert 'class="count menu-count"' not in client.get(reverse("mail:choices")).content.decode()
    news(maya, "one")
    news(maya, "two", topic=None)
    news(maya, "link", is_secret=True)
    news(person(name="Kim Tanaka"), "theirs")
    assert queries.unseen_count(maya) == 2
    assert client.get(reverse("mail:choices")).content.decode().count('<span class="count') == 2  # menu and entry
    client.get(reverse("mail:news"))
    assert queries.unseen_count(maya) == 0
    news(maya, "gone", about="ticket:404")  # not to be read any more, nor a number that stays for ever
    client.get(reverse("mail:news"))
    assert queries.unseen_count(maya) == 0


def test_old_news_and_focus_are_no_number_and_many_are_told_roughly(queue: None, maya: Person) -> None:
    with at(-60 * 24 * 15):
        news(maya, "old")
    with at(0):
        assert queries.unseen_count(maya) == 0
        for number in range(queries.MOST_UNSEEN + 3):
            news(maya, f"number {number}")
        assert queries.unseen_count(maya) == queries.MOST_UNSEEN + 1
        maya.undisturbed_until = MONDAY + timedelta(minutes=50)
        assert queries.unseen_count(maya) == 0


def test_the_count_is_one_query_however_many(queue: None, maya: Person, django_assert_num_queries: Any) -> None:
    for number in (1, 3):
        news(maya, f"number {number}")
        with django_assert_num_queries(1):
            queries.unseen_count(maya)


@pytest.fixture
def chooser(client: Client, maya: Person) -> Client:
    client.force_login(maya)
    return client


def test_choosing_is_kept_and_shown(chooser: Client, maya: Person, person: Callable[..., Person]) -> None:
    address = reverse("mail:choices")
    page = chooser.get(address).content.decode()
    assert "Requests I follow" in page
    assert "mentions" not in page  # that is for people of IT
    assert 'name="answers" value="digest"' not in " ".join(page.split())
    chooser.post(address, {"followed": "digest", "progress": "page", "answers": "nonsense", "work": "page"})
    assert queries.ways_chosen_by(maya) == {"followed": "digest", "progress": "page"}
    chooser.post(address, {"followed": "mail"})
    assert queries.ways_chosen_by(maya) == {"progress": "page"}
    with pytest.raises(Refused):
        actions.choose_ways(by=maya, ways={Topic.ANSWERS: Way.DIGEST})
    with pytest.raises(Refused):
        actions.choose_ways(by=maya, ways={Topic.WORK: Way.PAGE})
    chooser.force_login(person(Role.AGENT))
    assert "mentions" in chooser.get(address).content.decode()


def test_every_notice_says_where_one_chooses(sink: Any, maya: Person) -> None:
    deliver.call(news(maya, "one").pk)
    for kind in ("plain", "html"):
        assert "/you/hearing/" in sink.mails[0].get_body((kind,)).get_content()
