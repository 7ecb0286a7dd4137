"""A desk in fast motion, and the command that shows what its orders and seats are worth."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from foredesk.dispatch.models import Effort
from foredesk.dispatch.rules.simulation import (
    Help,
    Job,
    by_index,
    by_index_alone,
    by_priority,
    first_come,
    outcome,
    simulate,
    with_priorities,
)
from foredesk.kit import clock

from .conftest import MONDAY


def job(number: int, at: float, work: float = 10, lane: str = "rapid", **given: float) -> Job:
    usual = {"held_up": 1.0, "target": 240.0, "touch": work}
    return Job(number, at, work, lane=lane, **(usual | given))  # type: ignore[arg-type]


histories = st.lists(
    st.tuples(st.floats(0, 500), st.floats(1, 60), st.floats(0.2, 50), st.sampled_from(["rapid", "deep"])),
    min_size=1,
    max_size=40,
).map(
    lambda found: [
        job(number, at, work, lane, held_up=lost) for number, (at, work, lost, lane) in enumerate(sorted(found))
    ]
)


def test_one_after_the_other():
    waits = simulate([job(1, 0), job(2, 0), job(3, 100)], {"rapid": 1}, first_come)
    assert waits == {1: 0, 2: 10, 3: 0}


def test_the_heavier_goes_first_and_the_overdue_before_it():
    jobs = [job(1, 0, 50), job(2, 1, held_up=1), job(3, 2, held_up=9), job(4, 3, held_up=1, target=20)]
    assert simulate(jobs, {"rapid": 1}, by_index_alone)[3] == 48
    waits = simulate(jobs, {"rapid": 1}, by_index)
    assert waits[4] == 47
    assert waits[3] == 58


def test_quartiles_are_the_four_priorities():
    jobs = [job(number, 0, held_up=number) for number in range(1, 9)]
    with_priorities(jobs)
    assert [one.priority for one in jobs] == [3, 3, 2, 2, 1, 1, 0, 0]
    assert simulate(jobs, {"rapid": 1}, by_priority)[7] == 0


def test_lanes_that_keep_to_themselves_leave_people_waiting_beside_idle_hands():
    jobs = [job(1, 0, 60), job(2, 0), job(3, 30, 60, "deep")]
    assert simulate(jobs, {"rapid": 1, "deep": 1}, first_come)[2] == 60
    assert simulate(jobs, {"rapid": 1, "deep": 1}, first_come, Help())[2] == 0
    with pytest.raises(ValueError, match="needs a seat"):
        simulate(jobs, {"rapid": 1, "deep": 0}, first_come)


def test_deep_hands_help_before_their_own_work_only_past_the_limit():
    # The rapid seat is busy until 30 with the first of five, the deep one until 40 with the first of two.
    jobs = [*(job(number, 0, 30) for number in range(3, 8)), job(1, 0, 40, "deep"), job(2, 1, 100, "deep")]
    patient = simulate(jobs, {"rapid": 1, "deep": 1}, first_come, Help(limit=1000))
    asked = simulate(jobs, {"rapid": 1, "deep": 1}, first_come, Help(limit=20))
    assert patient[2] == 39
    assert asked[2] > patient[2]
    assert max(asked[number] for number in range(3, 8)) < max(patient[number] for number in range(3, 8))


@given(histories, st.integers(1, 3), st.integers(1, 3), st.sampled_from([None, Help(), Help(limit=30)]))
def test_everybody_is_served_once_and_nobody_before_they_asked(jobs: list[Job], rapid: int, deep: int, spill_over):
    for order in (first_come, by_priority, by_index_alone, by_index):
        waits = simulate(jobs, {"rapid": rapid, "deep": deep}, order, spill_over)
        assert set(waits) == {one.number for one in jobs}
        assert min(waits.values()) >= 0


@given(histories)
def test_with_a_seat_for_each_nobody_waits(jobs: list[Job]):
    waits = simulate(jobs, {"rapid": len(jobs), "deep": len(jobs)}, by_index)
    assert set(waits.values()) == {0}
    found = outcome(jobs, waits)
    assert found.lost == pytest.approx(sum(one.held_up * one.work for one in jobs) / 60)
    assert found.longest == 0


def told(*arguments: object) -> str:
    out = StringIO()
    call_command("simulate", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_the_command_replays_the_desks_own_history(monday, ask, maya, tomas, tmp_path):
    for hour in range(8):
        with clock.at(MONDAY + timedelta(minutes=hour)):
            ticket = ask(maya, severity="stopped" if hour % 2 else "annoyed")
            Effort.objects.create(ticket=ticket, seconds=1800)
    with clock.at(MONDAY + timedelta(days=1)):
        page = told("--picture", tmp_path / "orders.svg")
    assert "8 requests of the last 90 days; work measured on 8 of them" in page
    assert "Seats: 1 rapid, 0 deep" in page
    rows = [line for line in page.splitlines() if line.startswith(("first come", "priorities", "Foredesk", "…"))]
    assert [row[:22] for row in rows[:2]] == ["first come, first serv", "priorities P1 to P4   "]
    assert rows[-1].startswith("… with 1 rapid, 1 deep")
    picture = (tmp_path / "orders.svg").read_text()
    assert picture.startswith("<svg")
    assert picture.count("<rect") == 1 + len(rows)


def test_a_log_is_replayed_too_and_bad_lines_are_named(monday, tmp_path):
    log = tmp_path / "log.csv"
    log.write_text("asked,work,lane,people\n2026-03-02T09:15,20,rapid,3\n2026-03-02T09:16,240,deep,1\n")
    assert "2 requests of log.csv." in told("--log", log, "--rapid", 1, "--deep", 1)
    log.write_text("asked,work\nsoon,20\n")
    with pytest.raises(CommandError, match=r"Line 2 of log\.csv"):
        told("--log", log, "--rapid", 1)
    log.write_text("when\n2026\n")
    with pytest.raises(CommandError, match="lacks asked, work"):
        told("--log", log, "--rapid", 1)


def test_it_says_when_there_is_nothing_and_nobody(monday, ask, maya):
    with pytest.raises(CommandError, match="nothing to replay"):
        told()
    ask(maya)
    with pytest.raises(CommandError, match="how many sit there"):
        told()
