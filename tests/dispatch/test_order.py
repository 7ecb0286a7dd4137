"""The order of a lane: total, stable, explainable by its parts, and it starves nobody."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foredesk.dispatch.rules.order import Standing, Tier, held_up, in_order, index

amounts = st.floats(0.2, 1e5)
times = st.floats(0, 1e6)
standings = st.builds(
    Standing,
    number=st.integers(1, 10**6),
    held_up=amounts,
    asked=times,
    age=times,
    target=st.floats(1, 1e5),
    touch=st.floats(0.1, 1e4),
    is_outage=st.booleans(),
    is_reopened=st.booleans(),
)
lanes = st.lists(standings, max_size=30, unique_by=lambda one: one.number)


def ticket(number: int = 1, **given: object) -> Standing:
    usual: dict[str, object] = {"held_up": 1.0, "asked": 0.0, "age": 0.0, "target": 240.0, "touch": 10.0}
    return Standing(number=number, **(usual | given))  # type: ignore[arg-type]


def numbers(*waiting: Standing) -> list[int]:
    return [one.number for one in in_order(waiting)]


def test_more_people_stopped_come_before_fewer_slowed():
    few, many = ticket(1, held_up=held_up(1, "slowed")), ticket(2, held_up=held_up(3, "stopped"))
    assert numbers(few, many) == [2, 1]


def test_of_two_that_weigh_the_same_the_shorter_work_comes_first():
    assert numbers(ticket(1, touch=60), ticket(2, touch=10)) == [2, 1]


def test_the_tiers_stand_in_their_order():
    last = ticket(4, held_up=50, touch=1)
    assert numbers(last, ticket(3, is_reopened=True), ticket(2, age=240), ticket(1, is_outage=True)) == [1, 2, 3, 4]
    assert [ticket(age=age).tier for age in (0, 239.9, 240)] == [Tier.OTHER, Tier.OTHER, Tier.OVERDUE]
    assert ticket(age=1000, is_outage=True, is_reopened=True).tier is Tier.OUTAGE


def test_somebody_who_is_merely_annoyed_still_counts():
    assert held_up(1, "annoyed") == 0.2
    assert held_up(10, "annoyed") == 0.5
    with pytest.raises(KeyError):
        held_up(1, "bored")


def test_the_index_grows_with_age_by_what_is_lost_until_the_target():
    assert index(held_up=2, age=0, target=240, touch=10) == pytest.approx(0.2)
    assert index(held_up=2, age=240, target=240, touch=10) == pytest.approx(0.4)
    for impossible in ({"target": 0.0, "touch": 1.0}, {"target": 1.0, "touch": 0.0}):
        with pytest.raises(ValueError, match="above 0"):
            index(held_up=1, age=0, **impossible)


@given(lanes, st.randoms(use_true_random=False))
def test_it_is_total_whatever_the_order_before(lane: list[Standing], chance: random.Random):
    shuffled = list(lane)
    chance.shuffle(shuffled)
    assert in_order(shuffled) == in_order(lane)
    assert len({one.key for one in lane}) == len(lane)


@given(standings, st.lists(st.integers(1, 10**6), min_size=2, max_size=8, unique=True))
def test_ties_go_by_number_so_that_a_list_does_not_jump(one: Standing, keys: list[int]):
    alike = [replace(one, number=key) for key in keys]
    assert numbers(*alike) == sorted(keys)


@given(lanes)
def test_before_an_overdue_one_stand_only_outages_and_older_ones(lane: list[Standing]):
    found = in_order(lane)
    for place, one in enumerate(found):
        if one.tier is Tier.OVERDUE:
            assert all(before.is_outage or before.asked <= one.asked for before in found[:place])


@given(
    st.lists(st.tuples(amounts, st.floats(1, 50), st.floats(0.1, 100), st.booleans()), max_size=40), st.integers(0, 5)
)
def test_nobody_starves_under_any_arrivals_with_finitely_many_outages(
    flood: list[tuple[float, float, float, bool]], outages: int
):
    """One is served a minute, and more than one comes each minute, all heavier than the first ticket."""
    target = 50.0
    waiting = {0: (0, 0.2, target, 1e4, False, False)}
    served_at = None
    coming = iter(range(1, 10**6))
    left = outages
    for minute in range(1, 400):
        for lost, its_target, touch, reopened in flood or [(1e5, 1.0, 0.1, True)] * 2:
            is_outage, left = (left > 0, max(0, left - 1))
            waiting[next(coming)] = (minute, lost, its_target, touch, is_outage, reopened)
        lane = [
            Standing(number, lost, since, minute - since, its_target, touch, is_outage, reopened)
            for number, (since, lost, its_target, touch, is_outage, reopened) in waiting.items()
        ]
        first = in_order(lane)[0].number
        del waiting[first]
        if first == 0:
            served_at = minute
            break
    assert served_at is not None
    assert served_at <= target + outages + 1
