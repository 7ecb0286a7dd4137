"""The steps of significant requests, their dates, and who sees them."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from foredesk.catalogue.actions import make_private
from foredesk.desk.forms.promises import StepForm
from foredesk.forecasts.actions import (
    add_step,
    change_step,
    finish_step,
    forecast_all_steps,
    remove_step,
    take_step_up_again,
)
from foredesk.forecasts.emails import new_promise
from foredesk.forecasts.enums import Cause, Source
from foredesk.forecasts.models import Milestone
from foredesk.forecasts.queries import promise_of, timeline_of
from foredesk.forecasts.queries.timelines import pace_of
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.mail.models import OutboxMessage
from foredesk.tickets.actions import follow, send_interview, start_interview, withdraw
from foredesk.tickets.enums import FollowerReason, Measure
from tests.factories import PersonFactory, ServiceClassFactory, TeamFactory

from .conftest import MONDAY, present


@pytest.fixture
def pace(past):
    """Every weekday of the last weeks the lane finished one thing."""
    for days in range(1, 61):
        if (MONDAY - timedelta(days=days)).weekday() < 5:
            past(30, days=days)


@pytest.fixture
def planned(pace, ask, maya, tomas):
    ticket = ask(maya, perceived_size="bigger")
    for title in ("Laptops ordered", "Laptops set up"):
        add_step(by=tomas, ticket=ticket, title=title, owner=tomas)
    return ticket


def steps(ticket) -> list[Milestone]:
    return list(Milestone.objects.filter(ticket=ticket))


def mails(**filters: object) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(kind="promised", **filters))


def test_steps_get_dates_from_the_lanes_own_pace(planned, maya) -> None:
    first, second = steps(planned)
    lane = pace_of(planned.lane_id)
    assert (lane.cases, lane.in_hand) == (42, 1)
    assert lane.finished == [1] * 42
    assert first.cases == 42
    assert first.likely_on <= first.promised_on == first.first_promised_on < second.promised_on
    told = timeline_of(planned)
    assert [step.state for step in told.steps] == ["now", "ahead"]
    assert told.steps[0].date_words == f"85 %: by {first.promised_on:%A} {first.promised_on.day} November"
    assert "42 things finished in the last 90 days" in told.source
    assert "New dates" not in " ".join(mail.subject for mail in mails())  # nothing was promised of them before


def test_without_a_measured_pace_there_is_no_date_and_it_says_so(ask, maya, tomas) -> None:
    ticket = ask(maya)
    add_step(by=tomas, ticket=ticket, title="Laptops ordered")
    told = timeline_of(ticket)
    assert told.steps[0].date_words == "no forecast yet"
    assert told.source == "Dates are forecast once its lane has finished 20 things within 90 days."


def test_no_step_is_promised_before_the_plan_of_one_before_it(planned, tomas) -> None:
    plan = date(2026, 12, 18)
    change_step(by=tomas, step=steps(planned)[0], title="Laptops delivered", owner=tomas, planned_on=plan)
    first, second = steps(planned)
    assert first.promised_on == plan
    assert second.promised_on >= plan


def test_what_an_edit_moves_is_told_with_the_reason(planned, maya, tomas) -> None:
    kim = PersonFactory()
    follow(by=maya, ticket=planned, person=kim, reason=FollowerReason.HELD_UP, measure=Measure.MILESTONES)
    old = steps(planned)[0].promised_on
    change_step(by=tomas, step=steps(planned)[0], title="Ordered", owner=None, planned_on=date(2026, 12, 18))
    for reader in (maya, kim):
        words = " ".join(mails(to=reader.email)[0].text.split())
        assert "Ordered: by Friday 18 December, as 85 of 100 tries say." in words
        assert f"First promised by {old:%A} {old.day} November." in words
        assert "The steps have changed." in words
    (step, _second) = timeline_of(planned).steps
    assert step.before_words.startswith("First promised by ")


def test_a_date_is_given_anew_before_it_passes_and_once(planned, maya) -> None:
    first = steps(planned)[0]
    before = len(mails(to=maya.email))
    with clock.at(MONDAY + (first.promised_on - MONDAY.date())):
        assert forecast_all_steps() >= 1
        assert forecast_all_steps() == 0
    assert len(mails(to=maya.email)) == before + 1
    assert steps(planned)[0].promised_on > first.promised_on
    assert "It takes longer than 85 of 100 tries" in " ".join(mails(to=maya.email)[0].text.split())


def test_the_same_day_tells_the_same_dates(planned) -> None:
    before = [step.promised_on for step in steps(planned)]
    forecast_all_steps()
    assert [step.promised_on for step in steps(planned)] == before


def test_a_finished_step_counts_for_the_pace_and_can_be_taken_up_again(planned, tomas) -> None:
    first = steps(planned)[0]
    finish_step(by=tomas, step=first)
    finish_step(by=tomas, step=first)
    assert timeline_of(planned).done == 1
    with clock.at(MONDAY + timedelta(days=1)):
        assert pace_of(planned.lane_id).cases == 43
        take_step_up_again(by=tomas, step=first)
        assert timeline_of(planned).done == 0


def test_a_step_can_be_taken_off(planned, tomas) -> None:
    remove_step(by=tomas, step=steps(planned)[0])
    assert [step.title for step in steps(planned)] == ["Laptops set up"]


def test_only_it_plans_and_not_on_its_own_request(planned, maya, tomas) -> None:
    with pytest.raises(Refused):
        add_step(by=maya, ticket=planned, title="Faster")
    with pytest.raises(Refused):
        add_step(by=tomas, ticket=planned, title=" ")
    with pytest.raises(Refused):
        add_step(by=tomas, ticket=planned, title="For a stranger", owner=PersonFactory())
    add_step(by=tomas, ticket=planned, title="Choose the model", owner=maya)
    withdraw(by=maya, ticket=planned)
    with pytest.raises(Refused):
        finish_step(by=tomas, step=steps(planned)[0])


def test_closed_requests_are_forecast_no_more(planned, maya) -> None:
    withdraw(by=maya, ticket=planned)
    with clock.at(MONDAY + timedelta(days=30)):
        assert forecast_all_steps() == 0


def test_names_in_steps_go_with_the_words_of_the_request(planned, tomas, maya) -> None:
    from foredesk.tickets.actions import forget_person, let_go_of_what_is_past

    change_step(by=tomas, step=steps(planned)[0], title="Laptop for Maya Ortiz")
    forget_person(person=maya, pseudonym="Former customer 1", words=False, files=False)
    assert "Maya" not in steps(planned)[0].title
    kind = planned.service_class
    kind.retention_months = 1
    kind.save()
    withdraw(by=maya, ticket=planned)
    with clock.at(MONDAY + timedelta(days=60)):
        let_go_of_what_is_past()
    assert {step.title for step in steps(planned)} == {""}


def test_the_whole_is_not_promised_before_its_last_step(planned, maya, tomas) -> None:
    assert present(planned).source == Source.TIMELINE  # a day was promised for two steps that take longer
    last = steps(planned)[-1]
    change_step(by=tomas, step=last, title=last.title, planned_on=date(2026, 12, 18))
    quote = present(planned)
    assert (quote.source, quote.cause) == (Source.TIMELINE, Cause.STEPS)
    assert f"{quote.until.astimezone(ZoneInfo('Europe/Amsterdam')):%Y-%m-%d %H:%M}" == "2026-12-18 17:00"
    told = promise_of(planned, maya)
    assert told.words == "Its steps are done by 18 December, as 85 of 100 tries say."
    assert told.reason == "Its steps take longer than what we promised for the whole."
    number = planned.quotes.count()
    forecast_all_steps()
    assert planned.quotes.count() == number


def test_nobody_outside_sees_to_a_step_of_a_private_request_or_is_sent_to_the_desk(ask, maya, tomas) -> None:
    trusted, ada = TeamFactory(), PersonFactory(agent=True)
    trusted.members.add(ada)
    secret = ServiceClassFactory(name="Confidential")
    make_private(by=None, service_class=secret, teams=[trusted])
    ticket = ask(maya, secret)
    assert set(StepForm(ticket=ticket).fields["owner"].queryset) == {ada, maya}
    with pytest.raises(Refused, match="works with this request"):
        add_step(by=ada, ticket=ticket, title="Locks are changed", owner=tomas)
    add_step(by=ada, ticket=ticket, title="Locks are changed", owner=ada)
    # An agent who asked for somebody else is a customer there, and follows the promise where customers do.
    draft = start_interview(by=tomas, customer=maya, goal="Somebody reads her mail", service_class=secret)
    asked = send_interview(by=tomas, interview=draft)
    _subject, text, _html = new_promise(asked, promise_of(asked, tomas), tomas)
    assert f"/requests/{asked.pk}/" in text
    assert "/desk/" not in text
