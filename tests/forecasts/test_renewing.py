"""Promises are renewed before they are missed, aloud and once."""

from datetime import timedelta

import pytest

from foredesk.forecasts.actions import promise_missing, renew_promises
from foredesk.forecasts.enums import Cause, Source
from foredesk.forecasts.models import Quote
from foredesk.forecasts.queries import promise_of
from foredesk.kit import clock
from foredesk.mail.models import OutboxMessage
from foredesk.tickets.actions import answer_solution, follow, offer_solution, restate, share_conversation, wait_for
from foredesk.tickets.enums import Answer, FollowerReason, Holder, Measure
from foredesk.tickets.models import Follower
from tests.factories import PersonFactory

from .conftest import MONDAY, present


def later(**span: int):
    return clock.at(MONDAY + timedelta(**span))


def told(**filters: object) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(kind="promised", **filters))


def test_a_promise_that_will_likely_be_kept_stays(measured, ask, maya) -> None:
    measured()
    ask(maya)
    with later(minutes=200):
        assert renew_promises() == 0
    assert Quote.objects.count() == 1


def test_a_new_one_comes_before_the_miss_and_says_why_once(measured, ask, maya) -> None:
    measured()
    ticket = ask(maya)
    first = present(ticket)
    moment = MONDAY + timedelta(minutes=310)  # 35 before its end; of the 9 that took longer 3 took up to then
    with clock.at(moment):
        assert renew_promises() == 1
        assert renew_promises() == 0
        promise = promise_of(ticket, maya)
    assert moment < first.until < promise.quote.until
    assert promise.quote.cause == Cause.LONGER
    assert promise.reason == "It takes longer than 78 of 100 requests like it."
    assert [one.words for one in promise.before] == ["First promised until today 15:45."]
    (mail,) = told(to=maya.email)
    said = " ".join(mail.text.split())
    assert "It takes longer than 78 of 100 requests like it." in said
    assert "First promised until Monday 16 November, 15:45." in said
    assert "no promise changes silently" in said


def test_in_its_last_part_every_promise_is_renewed(ask, maya) -> None:
    ticket = ask(maya)  # a target of 480 working minutes, of which the last 48 are left
    first = present(ticket)
    assert first.source == Source.TARGET
    with clock.at(first.until - timedelta(minutes=50)):
        assert renew_promises() == 0
    with clock.at(first.until - timedelta(minutes=47)):
        assert renew_promises() == 1
        assert present(ticket).until > first.until
        assert promise_of(ticket, maya).reason == "It takes longer than we aim for."


def test_a_wait_beyond_the_promise_is_told_at_once(measured, ask, maya, tomas) -> None:
    measured()
    ticket = ask(maya)
    ends = MONDAY + timedelta(days=3)
    wait_for(by=tomas, ticket=ticket, holder=Holder.SUPPLIER, reason="The drum is on its way", until=ends)
    assert renew_promises() == 1
    quote = present(ticket)
    assert (quote.cause, quote.reason) == (Cause.WAITS, "It waits for a supplier.")
    assert quote.until > ends


def test_where_the_worker_stood_still_the_truth_is_told(measured, ask, maya) -> None:
    measured()
    ticket = ask(maya)
    with later(days=4):
        renew_promises()
        promise = promise_of(ticket, maya)
        assert promise.reason == "We did not keep the time we gave you. We are sorry."
        assert promise.quote.until > clock.now()
        assert promise.source == "this is our target; too few requests like it have been open for so long to know more"


def test_a_fix_on_offer_needs_no_new_promise(measured, ask, maya, tomas) -> None:
    measured()
    ticket = ask(maya)
    restate(by=tomas, ticket=ticket, text="Paper")
    offer_solution(by=tomas, ticket=ticket, text="Try again")
    with later(days=2):
        assert renew_promises() == 0
    assert promise_of(ticket, maya) is None


def test_what_comes_back_gets_a_new_promise(measured, ask, maya, tomas) -> None:
    measured()
    ticket = ask(maya)
    restate(by=tomas, ticket=ticket, text="Paper")
    solution = offer_solution(by=tomas, ticket=ticket, text="Try again")
    with later(hours=2):
        answer_solution(by=maya, solution=solution, answer=Answer.NO, words="It still jams")
    assert present(ticket).cause == Cause.REOPENED
    (mail,) = told(to=maya.email)
    assert "It was opened again." in mail.text


@pytest.mark.parametrize(("measure", "hears"), [(Measure.EVERYTHING, 1), (Measure.MILESTONES, 1), (Measure.END, 0)])
def test_followers_hear_it_as_a_milestone(measured, ask, maya, measure, hears) -> None:
    measured()
    ticket, kim = ask(maya), PersonFactory()
    Follower.objects.create(ticket=ticket, person=kim, reason=FollowerReason.HELD_UP, measure=measure, by_customer=True)
    with later(minutes=320):
        renew_promises()
    assert len(told(to=kim.email)) == hears


def test_of_a_private_request_only_those_hear_whom_the_customer_named(measured, ask, maya, printing) -> None:
    measured()
    ticket, named, not_named = ask(maya), PersonFactory(), PersonFactory()
    for person in (named, not_named):
        Follower.objects.create(
            ticket=ticket, person=person, reason=FollowerReason.HELD_UP, by_customer=person is named
        )
    printing.is_private = True
    printing.save()
    with later(minutes=320):
        renew_promises()
    assert len(told(to=named.email)) == 1
    assert told(to=not_named.email) == []
    assert {mail.scope for mail in told()} == {f"class:{printing.pk}"}


def test_what_somebody_wrote_stays_with_those_who_may_read_it(measured, ask, maya, tomas) -> None:
    from foredesk.forecasts.actions import promise_anew

    measured()
    ticket, kim = ask(maya), PersonFactory()
    follow(by=maya, ticket=ticket, person=kim, reason=FollowerReason.HELD_UP)
    share_conversation(by=maya, ticket=ticket, shares=False)
    promise_anew(by=tomas, ticket=ticket, until=MONDAY + timedelta(days=2), reason="Maya is ill")
    assert "Maya is ill" in told(to=maya.email)[0].text
    (mail,) = told(to=kim.email)
    assert "Maya is ill" not in mail.text
    assert promise_of(ticket, kim).reason == ""


def test_what_has_no_promise_is_given_one_without_a_mail(measured, past, maya) -> None:
    measured()
    ticket = past(None, days=1)
    before = OutboxMessage.objects.count()
    assert promise_missing() == 1
    assert promise_missing() == 0
    quote = present(ticket)
    assert (quote.cause, quote.is_first) == (Cause.FOUND, True)
    assert quote.until > MONDAY
    assert OutboxMessage.objects.count() == before


@pytest.mark.parametrize("number", [1, 30])
def test_thirty_take_as_many_queries_as_one(measured, past, settings, number, django_assert_max_num_queries) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}  # mails are for the worker
    measured()
    for _ in range(number):
        past(None, days=0)
    promise_missing()
    with later(minutes=320), django_assert_max_num_queries(14):
        assert renew_promises() == number
