"""People of IT hear of a mailbox that needs them: on the checklist, on Operations, and once by mail."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from foredesk.calendars.queries import working_time_at
from foredesk.intake import actions, queries
from foredesk.intake.enums import Door
from foredesk.intake.models import Incoming, Mailbox
from foredesk.intake.rules.silence import LEAST_MAILS, is_silent
from foredesk.kit.working_time import ALWAYS
from foredesk.mail.models import OutboxMessage
from foredesk.operations.queries import service
from foredesk.operations.queries.watch import troubles, watch
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 18, 10, tzinfo=UTC)  # a Wednesday


@pytest.fixture
def box(db: None):
    with time_machine.travel(NOW, tick=False):
        yield Mailbox.objects.create(name="Desk", address="desk@example.org", host="imap.example.org", fetched_at=NOW)


def came(box: Mailbox, *moments: datetime) -> None:
    for moment in moments:
        Incoming.objects.create(mailbox=box, door=Door.IMAP, size=1, fingerprint=f"{moment}", came_at=moment)


def kinds() -> list[str]:
    return [alarm.kind for alarm in queries.alarms()]


def test_a_mailbox_that_cannot_be_read_for_a_quarter_of_an_hour(box: Mailbox) -> None:
    Mailbox.objects.update(failing_since=NOW - timedelta(minutes=14), error="Nothing listens there.")
    assert kinds() == []
    Mailbox.objects.update(failing_since=NOW - timedelta(minutes=15))
    [alarm] = queries.alarms()
    assert alarm.says == "The mailbox “Desk” cannot be read since 18 November, 10:45."
    assert alarm.mend == "Nothing listens there."
    Mailbox.objects.update(is_active=False)
    assert kinds() == []


def test_a_mailbox_that_lets_nobody_in_is_no_matter_of_time(box: Mailbox) -> None:
    Mailbox.objects.update(failing_since=NOW, refusals=1, error="It does not accept this password.")
    assert kinds() == []
    Mailbox.objects.update(refusals=2)
    [alarm] = queries.alarms()
    assert alarm.kind == "refused"
    assert alarm.says == (
        "The mailbox “Desk” has refused our sign-in since 18 November, 11:00, which does not pass by itself."
    )
    assert alarm.mend.startswith("It does not accept this password. Enter on its page what is right now")


@pytest.mark.parametrize(
    ("days", "episode"), [(31, None), (30, "30"), (15, "30"), (14, "14"), (3, "3"), (0, "3"), (-1, "0"), (-50, "0")]
)
def test_a_secret_about_to_expire(box: Mailbox, days: int, episode: str | None) -> None:
    Mailbox.objects.update(secret_expires_on=NOW.date() + timedelta(days=days))
    assert [alarm.episode.rpartition(":")[2] for alarm in queries.alarms()] == ([episode] if episode else [])


def test_a_mailbox_that_is_silent_for_longer_than_ever(box: Mailbox) -> None:
    """Mails came each working day at nine until the Friday before last."""
    days = [NOW.replace(hour=9) - timedelta(days=number) for number in range(5, 40)]
    came(box, *[day for day in days if day.weekday() < 5])
    assert kinds() == ["silent"]
    came(box, NOW - timedelta(hours=25))
    assert kinds() == []


def test_people_who_lead_hear_of_each_episode_once(box: Mailbox) -> None:
    lead, administrator = PersonFactory(lead=True), PersonFactory(administrator=True)
    PersonFactory(agent=True)
    PersonFactory()
    Mailbox.objects.update(failing_since=NOW - timedelta(hours=1), error="Nothing listens there.")
    for _ in range(2):
        actions.raise_alarms()
    mails = OutboxMessage.objects.filter(about=f"mailbox:{box.pk}")
    assert {mail.to for mail in mails} == {lead.email, administrator.email}
    assert len(mails) == 2
    assert "Nothing listens there." in mails[0].text
    assert "Nothing listens there." in mails[0].html
    Mailbox.objects.update(failing_since=NOW - timedelta(minutes=20))
    actions.raise_alarms()
    assert mails.all().count() == 4


def test_it_stands_on_the_checklist_and_on_operations(box: Mailbox) -> None:
    Mailbox.objects.update(failing_since=NOW - timedelta(hours=1), error="Nothing listens there.")
    assert [one.mend for one in service.look() if one.key.startswith("mailbox") and not one.is_fine] == [
        "Nothing listens there."
    ]
    seen = watch(PersonFactory(administrator=True))
    assert "Nothing listens there." in [one.mend for one in troubles(seen)]
    Mailbox.objects.all().delete()
    assert [one.is_fine for one in service.look() if one.key == "mailboxes"] == [False]


@pytest.mark.parametrize("number", [1, 3])
def test_looking_costs_the_same_for_any_number_of_mailboxes(
    box: Mailbox, number: int, django_assert_num_queries
) -> None:
    for one in range(number - 1):
        Mailbox.objects.create(name=f"Box {one}", address=f"box{one}@example.org")
    with django_assert_num_queries(2):
        queries.alarms()


@given(st.lists(st.integers(1, 500), min_size=LEAST_MAILS, max_size=60), st.floats(0, 5))
def test_nothing_is_silent_before_one_and_a_half_of_its_longest_gap(gaps: list[int], factor: float) -> None:
    moments = [NOW]
    for gap in gaps:
        moments.append(moments[-1] + timedelta(hours=gap))
    silence = timedelta(hours=max(gaps)) * factor
    expected = factor > 1.5 and silence >= timedelta(days=1) and moments[-1] - moments[0] >= timedelta(weeks=2)
    assert is_silent(moments, moments[-1] + silence, ALWAYS) is expected


def test_weekends_make_no_silence_and_without_history_nothing_is_usual() -> None:
    time = working_time_at(None)
    friday = datetime(2026, 11, 13, 16, tzinfo=UTC)
    moments = [friday - timedelta(hours=24 * number) for number in range(28)][::-1]
    assert not is_silent(moments, friday + timedelta(days=2), time)
    assert not is_silent(moments[-5:], friday + timedelta(days=30), time)
    assert not is_silent([], friday, time)
