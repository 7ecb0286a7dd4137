"""Two at once, for real: two connections, two transactions."""

from datetime import timedelta

import pytest

from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.people.models import Person
from foredesk.shield.actions import answer_swap, ask_to_swap, finish, plan_focus, start_focus
from foredesk.shield.models import FocusBlock, Shift, Swap
from tests.factories import PersonFactory, bring_what_migrations_bring
from tests.tickets.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def monday():
    """Here the clock is the machine's: another thread would not know of ours."""
    bring_what_migrations_bring()


def a_shift(person: Person) -> Shift:
    begins = clock.now() + timedelta(days=1)
    return Shift.objects.create(
        date=begins.date(), begins_at=begins, ends_at=begins + timedelta(hours=4), person=person
    )


def test_of_two_who_agree_to_the_same_shift_one_has_it():
    giver, first, second = (PersonFactory(agent=True) for _ in range(3))
    shift = a_shift(giver)
    swaps = [ask_to_swap(by=giver, shift=shift, of=person) for person in (first, second)]
    outcomes = at_once(
        *(
            lambda swap=swap: answer_swap(by=swap.asked_of, swap=Swap.objects.get(pk=swap.pk), agree=True)
            for swap in swaps
        )
    )
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 1
    shift.refresh_from_db()
    winner = swaps[0 if outcomes[0] is None else 1]
    assert shift.person_id == winner.asked_of_id
    assert list(Swap.objects.filter(agreed=True)) == [winner]


def test_nobody_plans_focus_and_agrees_to_a_shift_at_the_same_moment():
    giver, taker, other = (PersonFactory(agent=True) for _ in range(3))
    shift = a_shift(giver)
    swap = ask_to_swap(by=giver, shift=shift, of=taker)
    outcomes = at_once(
        lambda: answer_swap(by=taker, swap=Swap.objects.get(pk=swap.pk), agree=True),
        lambda: plan_focus(
            by=Person.objects.get(pk=taker.pk),
            begins_at=shift.begins_at,
            ends_at=shift.begins_at + timedelta(hours=1),
            shield=other,
        ),
    )
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 1


def test_one_focus_is_begun_of_two_at_once_and_ended_once():
    person, shield = (PersonFactory(agent=True) for _ in range(2))
    until = clock.now() + timedelta(minutes=25)
    outcomes = at_once(
        *(lambda: start_focus(by=Person.objects.get(pk=person.pk), until=until, shield=shield) for _ in range(2))
    )
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 1
    block = FocusBlock.objects.get()
    assert sorted(at_once(*(lambda: finish(FocusBlock.objects.get(pk=block.pk)) for _ in range(3)))) == [
        False,
        False,
        True,
    ]
