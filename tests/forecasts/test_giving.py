"""The promise that a request gets, from the first word on."""

from datetime import timedelta

import pytest

from foredesk.forecasts.actions import draw_curves, promise_anew
from foredesk.forecasts.enums import Cause, Source
from foredesk.forecasts.models import Measured, Quote
from foredesk.forecasts.queries import promise_of, promises_of
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.mail.models import OutboxMessage
from foredesk.tickets.actions import classify, restate, split, write_as_customer
from foredesk.tickets.enums import Channel, CloseReason
from tests.factories import ServiceClassFactory

from .conftest import MONDAY, present


def test_from_enough_requests_like_it_comes_an_interval(measured, ask, maya) -> None:
    measured()
    ticket = ask(maya)
    quote = present(ticket)
    assert (quote.source, quote.cases, quote.cause, quote.is_first) == (Source.HISTORY, 40, Cause.ASKED, True)
    # Half of them took up to 200 minutes, 85 of 100 up to 340: from 10:00 until 13:20 and 15:40, to whole quarters.
    assert quote.earliest == MONDAY + timedelta(minutes=195)
    assert quote.until == MONDAY + timedelta(minutes=345)
    promise = promise_of(ticket, maya)
    assert promise.words == "Usually done between today 13:15 and 15:45."
    assert promise.source == "from 40 requests like this one in the last 90 days"


def test_too_few_and_no_wider_kind_leave_the_target_and_say_so(measured, ask, maya) -> None:
    measured(number=19)
    ticket = ask(maya)
    quote = present(ticket)
    assert (quote.source, quote.cases, quote.earliest) == (Source.TARGET, 0, None)
    assert quote.until == MONDAY + timedelta(minutes=7 * 60) + timedelta(hours=15 + 1)  # 480 minutes at 9 h a day
    assert promise_of(ticket, maya).source == "this is our target; too few requests like it yet"


def test_too_few_of_a_part_are_filled_up_by_the_wider_kind(measured, ask, maya, printing, past) -> None:
    toner = ServiceClassFactory(name="Toner", parent=printing)
    past(30, kind=toner)
    measured()
    ticket = ask(maya, kind=toner)
    assert present(ticket).source == Source.PARENT
    assert "from 41 requests about “Paper and ink” in the last 90 days" in promise_of(ticket, maya).source


def test_open_requests_count_as_having_taken_at_least_so_long(past, ask, maya) -> None:
    for _ in range(20):
        past(60)
    draw_curves()
    assert present(ask(maya)).until == MONDAY + timedelta(minutes=60)
    for _ in range(20):
        past(None)
    draw_curves()
    # Of forty, half are open still: nobody knows when 85 of 100 will be done.
    assert present(ask(maya)).source == Source.TARGET


def test_withdrawn_and_joined_requests_are_lost_sight_of_and_imported_ones_left_out(past, printing) -> None:
    past(60)
    past(30, close_reason=CloseReason.WITHDRAWN)
    past(1, channel=Channel.IMPORT, close_reason=CloseReason.IMPORTED)
    past(500, days=91)
    draw_curves()
    row = Measured.objects.get(service_class=printing)
    assert (row.cases, row.times, row.shares) == (2, [60.0], [0.0])


def test_private_parts_are_in_no_number_of_the_open_kind(measured, past, printing) -> None:
    secret = ServiceClassFactory(name="Secret paper", parent=printing, is_private=True)
    past(5, kind=secret)
    measured()
    assert Measured.objects.get(service_class=printing).cases == 40
    assert Measured.objects.get(service_class=secret).cases == 1


def test_sending_costs_two_queries_more(measured, ask, maya, django_assert_num_queries) -> None:
    from foredesk.forecasts.actions import promise_first

    measured()
    ticket = ask(maya)
    Quote.objects.all().delete()
    with django_assert_num_queries(4):  # two of them a savepoint
        promise_first(ticket=ticket)


def test_the_interval_begins_later_as_time_passes_and_its_end_stays(measured, ask, maya) -> None:
    measured()
    ticket = ask(maya)
    with clock.at(MONDAY + timedelta(minutes=180)):
        promise = promise_of(ticket, maya)
    # Open for 180 minutes: of the 22 that took longer, half took up to 290.
    assert promise.words == "Usually done between today 14:45 and 15:45."
    assert promise.quote.until == MONDAY + timedelta(minutes=345)


def test_the_acknowledgement_tells_it(measured, ask, maya) -> None:
    measured()
    ask(maya)
    mail = OutboxMessage.objects.get(kind="acknowledged")
    expected = "Usually done between Monday 16 November, 13:15 and 15:45 (from 40 requests like this one"
    assert expected in " ".join(mail.text.split())


def test_another_kind_is_another_promise_told_aloud(measured, ask, maya, tomas) -> None:
    measured()
    ticket = ask(maya)
    first = present(ticket)
    other = ServiceClassFactory(name="Mail", solution_minutes=120)
    classify(by=tomas, ticket=ticket, service_class=other, size=ticket.size)
    quote = present(ticket)
    assert (quote.cause, quote.source) == (Cause.CLASS, Source.TARGET)
    first.refresh_from_db()
    assert first.replaced_at == MONDAY
    mail = OutboxMessage.objects.get(kind="promised", to=maya.email)
    assert "We now see it as another kind of request." in mail.text
    assert "First promised until Monday 16 November, 15:45." in " ".join(mail.text.split())


def test_another_size_is_told_with_its_own_mail_only(measured, ask, maya, tomas, printing) -> None:
    measured()
    ticket = ask(maya)
    classify(by=tomas, ticket=ticket, service_class=printing, size="bigger", reason="It needs parts")
    assert present(ticket).cause == Cause.SIZE
    assert not OutboxMessage.objects.filter(kind="promised").exists()
    assert "Usually done" in OutboxMessage.objects.get(kind="size_changed", to=maya.email).text


def test_a_change_of_nothing_that_counts_changes_no_promise(measured, ask, maya, tomas, printing) -> None:
    measured()
    ticket = ask(maya)
    restate(by=tomas, ticket=ticket, text="You need paper")
    classify(by=tomas, ticket=ticket, service_class=printing, size=ticket.size)
    assert Quote.objects.filter(ticket=ticket).count() == 1


def test_an_agent_gives_their_word_with_a_reason(measured, ask, maya, tomas) -> None:
    measured()
    ticket = ask(maya)
    promise_anew(by=tomas, ticket=ticket, until=MONDAY + timedelta(days=2), reason="The part comes on Tuesday.")
    promise = promise_of(ticket, maya)
    assert promise.words == "Tomás promises it by Wed 10:00."
    assert promise.reason == "The part comes on Tuesday."
    assert [one.words for one in promise.before] == ["First promised until today 15:45."]
    mail = OutboxMessage.objects.get(kind="promised", to=maya.email)
    assert "The part comes on Tuesday." in mail.text


@pytest.mark.parametrize(("hours", "reason"), [(24, " "), (0, "Because"), (-1, "Because"), (24 * 900, "Because")])
def test_no_word_without_a_reason_or_in_the_past(ask, maya, tomas, hours, reason) -> None:
    ticket = ask(maya)
    with pytest.raises(Refused):
        promise_anew(by=tomas, ticket=ticket, until=MONDAY + timedelta(hours=hours), reason=reason)
    assert Quote.objects.filter(ticket=ticket).count() == 1


def test_a_list_takes_one_query_however_long(measured, ask, maya, django_assert_num_queries) -> None:
    measured()
    tickets = [ask(maya)]
    promises_of(tickets, maya)
    with django_assert_num_queries(1):
        promises_of(tickets, maya)
    tickets += [ask(maya), ask(maya)]
    with django_assert_num_queries(1):
        assert len(promises_of(tickets, maya)) == 3


def test_what_is_split_off_is_promised_a_time_of_its_own(measured, ask, maya, tomas, printing) -> None:
    measured()
    ticket = ask(maya)
    message = write_as_customer(by=maya, ticket=ticket, body="And the scanner, too")
    part = split(by=tomas, ticket=ticket, messages=[message], subject="The scanner", service_class=printing)
    assert present(part).cause == Cause.ASKED
    mail = OutboxMessage.objects.get(kind="split", to=maya.email)
    assert "Usually done between Monday 16 November, 13:15 and 15:45" in " ".join(mail.text.split())
