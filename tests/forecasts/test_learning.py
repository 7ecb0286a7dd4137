"""What becomes of promises, and what it teaches."""

from datetime import timedelta

import pytest

from foredesk.forecasts.actions import count_outcomes, draw_curves, learn
from foredesk.forecasts.enums import Outcome
from foredesk.forecasts.models import Level, Measured, Quote, Tally
from foredesk.forecasts.rules.intervals import SURE, corrected
from foredesk.kit import clock
from foredesk.tickets.actions import answer_solution, offer_solution, restate, withdraw, write_as_customer
from foredesk.tickets.enums import Answer

from .conftest import MONDAY, present


@pytest.fixture
def solve(tomas):
    """Offer a fix after so many minutes, and let the customer say yes an hour later."""

    def solved(ticket, after: int, answer: Answer = Answer.YES):
        with clock.at(MONDAY + timedelta(minutes=after)):
            restate(by=tomas, ticket=ticket, text="Paper")
            solution = offer_solution(by=tomas, ticket=ticket, text="Try again")
        with clock.at(MONDAY + timedelta(minutes=after + 60)):
            answer_solution(by=ticket.customer, solution=solution, answer=answer, words="Thank you")

    return solved


def test_the_fix_counts_from_its_offering(measured, ask, maya, solve) -> None:
    measured()
    ticket = ask(maya)
    solve(ticket, 340)  # confirmed after the promised time, offered before it
    learn()
    quote = present(ticket)
    assert (quote.outcome, quote.took_minutes, quote.has_taught) == (Outcome.KEPT, 340, True)


def test_a_miss_is_known_when_the_time_has_come(measured, ask, maya) -> None:
    measured()
    ticket = ask(maya)
    with clock.at(MONDAY + timedelta(minutes=346)):
        learn()
    assert (present(ticket).outcome, present(ticket).took_minutes) == (Outcome.MISSED, None)


def test_while_a_fix_is_on_offer_nothing_is_known(measured, ask, maya, tomas) -> None:
    measured()
    ticket = ask(maya)
    restate(by=tomas, ticket=ticket, text="Paper")
    offer_solution(by=tomas, ticket=ticket, text="Try again")
    with clock.at(MONDAY + timedelta(days=3)):
        learn()
    assert present(ticket).outcome == ""


def test_what_is_withdrawn_in_time_is_neither(measured, ask, maya) -> None:
    measured()
    ticket = ask(maya)
    withdraw(by=maya, ticket=ticket)
    learn()
    assert present(ticket).outcome == Outcome.VOID
    assert not Level.objects.filter(outcomes__gt=0).exists()


def test_each_outcome_moves_the_level_once(measured, ask, maya, printing, solve) -> None:
    measured()
    solve(ask(maya), 60)
    for _ in range(3):
        learn()
    for row in Level.objects.all():
        assert (row.level, row.outcomes) == (pytest.approx(corrected(SURE, kept=True)), 1)
    # Its own level speaks after twenty outcomes; until then that of all classes.
    Level.objects.filter(is_for_all=True).update(level=0.9)
    draw_curves()
    assert Measured.objects.get(service_class=printing).level == pytest.approx(0.9)
    Level.objects.filter(service_class=printing).update(outcomes=20, level=0.7)
    draw_curves()
    assert Measured.objects.get(service_class=printing).level == pytest.approx(0.7)


def test_kept_is_taken_back_when_it_comes_back_and_missed_is_not(measured, ask, maya, solve) -> None:
    measured()
    ticket = ask(maya)
    solve(ticket, 60)
    learn()
    first = Quote.objects.get(ticket=ticket)
    assert first.outcome == Outcome.KEPT
    with clock.at(MONDAY + timedelta(minutes=200)):
        write_as_customer(by=maya, ticket=ticket, body="It jams again")
    first.refresh_from_db()
    assert first.outcome == ""
    with clock.at(MONDAY + timedelta(days=2)):
        learn()
    first.refresh_from_db()
    assert first.outcome == Outcome.MISSED
    assert Level.objects.get(is_for_all=True).outcomes == 1  # what has taught teaches no second time


def test_the_figures_of_a_month(measured, ask, maya, printing, solve) -> None:
    measured()
    for after in (60, 120, 180, 240):
        solve(ask(maya), after)
    ask(maya)
    with clock.at(MONDAY + timedelta(days=1)):
        learn()
        count_outcomes()
        count_outcomes()
    (row,) = Tally.objects.all()
    assert (row.service_class, row.kept, row.missed) == (printing, 4, 1)
    assert row.width == 345 - 200
    assert row.padding == 345 - 150  # of those that were done: promised 345, took 150 in the mean
