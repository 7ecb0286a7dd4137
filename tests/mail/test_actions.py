import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django_tasks_db.models import DBTaskResult

from foredesk.activity.queries import events_about
from foredesk.kit import clock
from foredesk.mail import actions, jobs, rules
from foredesk.mail.effects import deliver
from foredesk.mail.enums import OutboxState
from foredesk.mail.models import OutboxMessage
from foredesk.people.enums import Role
from foredesk.people.models import Person

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def a_mail(**changes: Any) -> OutboxMessage:
    values = {
        "to": "maya@college.example",
        "kind": "acknowledgement",
        "key": "ticket:1:acknowledgement",
        "subject": "We have your request",
        "text": "Dear Maya,\nwe are on it.\n",
    }
    return actions.post(**(values | changes))


def test_a_mail_goes_out_with_all_that_a_mail_needs(sink: Any, person: Callable[..., Person]) -> None:
    message = a_mail(
        to=person(),
        html="<p>we are on it, señora</p>",
        about="ticket:1",
        headers={"Reply-To": "desk+1@college.example"},
    )
    deliver.call(message.pk)

    message.refresh_from_db()
    assert (message.state, message.attempts, message.error, message.carrier) == ("sent", 1, "", "smtp")
    assert message.sent_at is not None
    (mail,) = sink.mails
    assert sink.recipients == [["maya.ortiz.customer@college.example"]]
    assert mail["To"] == "Maya Ortiz <maya.ortiz.customer@college.example>"
    assert mail["From"] == "IT desk of the college <desk@college.example>"
    assert mail["Subject"] == "We have your request"
    assert mail["Message-ID"] == rules.message_id(message)
    assert mail["Message-ID"].endswith("@college.example>")
    assert mail["Date"] is not None
    assert mail["Reply-To"] == "desk+1@college.example"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert "señora" in mail.get_body(("html",)).get_content()


def test_a_persons_own_words_are_not_called_automatic(sink: Any) -> None:
    deliver.call(a_mail(kind="reply").pk)
    assert sink.mails[0]["Auto-Submitted"] is None


def test_lines_stay_short_enough_for_every_server(sink: Any) -> None:
    deliver.call(a_mail(text="é" * 5000, html=f"<p>{'wörd ' * 2000}</p>").pk)
    assert max(len(line) for line in sink.raw[0].split(b"\r\n")) <= 998


def test_posting_twice_sends_once(sink: Any) -> None:
    first, second = a_mail(), a_mail(subject="Something else")
    assert first.pk == second.pk
    assert second.subject == "We have your request"
    assert DBTaskResult.objects.count() == 1
    deliver.call(first.pk)
    deliver.call(first.pk)
    assert len(sink.mails) == 1


def test_a_rolled_back_action_leaves_neither_mail_nor_task(queue: None) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        a_mail()
        _ = 1 / 0
    assert not OutboxMessage.objects.exists()
    assert not DBTaskResult.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_post_and_deliver_once(sink: Any) -> None:
    pks: list[int] = []
    together(lambda: pks.append(a_mail().pk))
    assert len(pks) == 2
    assert len(set(pks)) == 1
    assert OutboxMessage.objects.count() == DBTaskResult.objects.count() == 1

    together(lambda: deliver.call(pks[0]))
    assert len(sink.mails) == 1
    assert OutboxMessage.objects.get().attempts == 1


def together(work: Callable[[], object]) -> None:
    """Run `work` in two threads at the same moment, each with its own connection; raises what one of them raised."""
    start, failures = threading.Barrier(2), []

    def run() -> None:
        start.wait()
        try:
            work()
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def test_a_temporary_failure_is_tried_again_later_and_later(sink: Any) -> None:
    sink.answers = ["451 4.3.0 Try again later"] * rules.MAX_ATTEMPTS
    now = MONDAY
    with clock.at(now):
        message = a_mail()
    for attempt, pause in enumerate(rules.PAUSES, start=1):
        with clock.at(now):
            deliver.call(message.pk)
            deliver.call(message.pk)  # too early: nothing happens
        message.refresh_from_db()
        assert (message.state, message.attempts, message.error) == ("deferred", attempt, "451 4.3.0 Try again later")
        assert message.not_before == now + pause
        assert DBTaskResult.objects.filter(run_after=now + pause).exists()
        now += pause
    with clock.at(now):
        deliver.call(message.pk)
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("failed", rules.MAX_ATTEMPTS)


def test_it_recovers_when_the_server_does(sink: Any) -> None:
    sink.answers = ["452 4.2.2 Mailbox full"]
    with clock.at(MONDAY):
        message = a_mail()
        deliver.call(message.pk)
    with clock.at(MONDAY + rules.PAUSES[0]):
        deliver.call(message.pk)
    message.refresh_from_db()
    assert (message.state, message.error, message.attempts) == ("sent", "", 2)
    assert len(sink.mails) == 1


@pytest.mark.parametrize("refusal", ["data", "recipient"])
def test_a_permanent_no_fails_at_once(sink: Any, refusal: str) -> None:
    if refusal == "data":
        sink.answers = ["550 5.7.1 We do not want this"]
    else:
        sink.answer_to_recipient = "550 5.1.1 No such person"
    message = a_mail()
    deliver.call(message.pk)
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("failed", 1)
    assert message.error.startswith("550 5.")


def test_a_recipient_for_later_is_temporary(sink: Any) -> None:
    sink.answer_to_recipient = "450 4.2.0 Greylisted"
    message = a_mail()
    deliver.call(message.pk)
    message.refresh_from_db()
    assert (message.state, message.error) == ("deferred", "450 4.2.0 Greylisted")


def test_no_server_at_all_is_temporary(sink: Any, settings: Any) -> None:
    settings.EMAIL_PORT = 1
    message = a_mail()
    deliver.call(message.pk)
    message.refresh_from_db()
    assert message.state == "deferred"
    assert "refused" in message.error


def test_an_impossible_address_is_failed_and_visible_but_stops_nobody(queue: None) -> None:
    message = a_mail(to="maya at home\nBcc: all@college.example")
    assert message.state == OutboxState.FAILED
    assert "e" in message.error
    assert "\n" not in message.to
    assert not DBTaskResult.objects.exists()


def test_nothing_can_be_smuggled_into_the_headers(sink: Any) -> None:
    message = a_mail(
        to_name="Maya\r\nBcc: a@x.example",
        subject="Hello\r\nBcc: b@x.example\n\nBody",
        headers={"X-Topic": "printing\r\nBcc: c@x.example"},
    )
    deliver.call(message.pk)
    (mail,) = sink.mails
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Hello Bcc: b@x.example Body"
    assert sink.recipients == [["maya@college.example"]]
    for name in ("Bcc", "to", "X Y", "Resent-To", "Content-Type", "A\nB"):
        with pytest.raises(ValueError, match="header"):
            a_mail(key=name, headers={name: "x"})


def test_a_secret_is_emptied_once_sent_or_failed(sink: Any) -> None:
    sent, failed = a_mail(is_secret=True, html="<p>link</p>"), a_mail(key="2", is_secret=True, html="<p>link</p>")
    sink.answers = ["", "550 5.1.1 No"]
    for message in (sent, failed):
        deliver.call(message.pk)
        message.refresh_from_db()
        assert (message.text, message.html) == ("", "")
    assert "we are on it" in sink.mails[0].get_body(("plain",)).get_content()
    assert (sent.state, failed.state) == ("sent", "failed")


def test_the_demo_keeps_a_secret_so_that_it_can_be_tried(queue: None, settings: Any) -> None:
    message = a_mail(is_secret=True)
    deliver.call(message.pk)
    message.refresh_from_db()
    assert (message.state, message.carrier) == ("sent", "kept")
    assert message.text


def test_somebody_tries_a_failed_mail_again(sink: Any, person: Callable[..., Person]) -> None:
    sink.answers = ["550 5.7.1 No"]
    message, lead = a_mail(), person(Role.LEAD)
    deliver.call(message.pk)
    assert actions.retry_mail(by=lead, message=message)
    assert not actions.retry_mail(by=lead, message=message)
    deliver.call(message.pk)
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("sent", 1)
    assert [(event.tag, event.by) for event in events_about(message)] == [("mail:retry", lead)]


def test_an_emptied_secret_cannot_be_tried_again(sink: Any, person: Callable[..., Person]) -> None:
    sink.answers = ["550 5.7.1 No"]
    message, lead = a_mail(is_secret=True), person(Role.LEAD)
    deliver.call(message.pk)
    assert not actions.retry_mail(by=lead, message=message)


def test_what_a_dead_worker_left_is_picked_up_and_not_for_ever(sink: Any) -> None:
    with clock.at(MONDAY):
        message = a_mail()
    # A worker died with the mail in its hand: the lease is set, no outcome was written.
    OutboxMessage.objects.update(not_before=MONDAY + rules.lease(), attempts=1)
    DBTaskResult.objects.all().delete()
    with clock.at(MONDAY + rules.lease() - timedelta(seconds=1)):
        jobs.deliver_forgotten()
        assert not DBTaskResult.objects.exists()
    with clock.at(MONDAY + rules.lease()):
        jobs.deliver_forgotten()
        assert DBTaskResult.objects.count() == 1
        OutboxMessage.objects.update(attempts=rules.MAX_ATTEMPTS)
        deliver.call(message.pk)
    message.refresh_from_db()
    assert message.state == "failed"
    assert not sink.mails


def test_the_outcome_of_a_worker_that_was_overtaken_counts_for_nothing(sink: Any, monkeypatch: Any) -> None:
    message = a_mail()

    def overtaken(*_args: object) -> None:
        OutboxMessage.objects.update(attempts=2)

    monkeypatch.setattr("foredesk.mail.transports.SmtpTransport.send", overtaken)
    deliver.call(message.pk)
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("queued", 2)


def test_a_long_key_stays_unique(queue: None) -> None:
    assert a_mail(key="k" * 200).pk != a_mail(key="k" * 200 + "x").pk
    assert a_mail(key="k" * 200).pk == a_mail(key="k" * 200).pk
    with pytest.raises(ValueError, match="key"):
        a_mail(key="")
