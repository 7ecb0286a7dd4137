"""Our Message-IDs lead back to the mail they stand on, and those from outside to the thing they are about."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from foredesk.mail import actions, queries, rules
from foredesk.mail.effects import deliver
from foredesk.mail.models import OutboxMessage, ThreadId
from foredesk.mail.transports import written
from foredesk.people.models import Person

from .test_actions import a_mail

pytestmark = pytest.mark.django_db
FROM_OUTSIDE = "<CAF+abc.42@mail.example.net>"


def test_a_message_id_leads_to_its_mail(queue: None) -> None:
    message = a_mail()
    given_id = rules.message_id(message)
    assert given_id.startswith(f"<{message.pk}.")
    assert given_id == rules.message_id(OutboxMessage.objects.get())
    for form in (given_id, given_id.strip("<>"), f" {given_id}\n", given_id.replace("@", "@other."), given_id.upper()):
        assert queries.mail_by_message_id(form) == message, form


def test_of_another_mail_or_house_it_leads_nowhere(queue: None, settings: Any) -> None:
    first, second = a_mail(), a_mail(key="other")
    signature = rules.message_id(first).split(".", 1)[1]
    assert queries.mail_by_message_id(f"<{second.pk}.{signature}") is None
    assert queries.mail_by_message_id(f"<{first.pk}.{'0' * 32}@college.example>") is None
    ours = rules.message_id(first)
    settings.SECRET_KEY = "of another house, also fifty characters long or more than that"
    assert queries.mail_by_message_id(ours) is None
    assert not rules.is_our_loop(_loop_of_before(settings))


def test_long_ids_stand_whole_in_what_answers_them(queue: None) -> None:
    """As Exchange makes them: encoded, no program would know them again, and each answer began a new thread there."""
    exchange = f"<{'DB9PR01MB1234' * 5}@{'DB9PR01MB1234'}.eurprd01.prod.exchangelabs.com>"
    actions.remember_id(about="ticket:7", message_id=exchange)
    wire = written(a_mail(about="ticket:7")).as_bytes().decode()
    assert f"\r\nIn-Reply-To: {exchange}\r\n" in wire
    assert f"\r\nReferences: {rules.thread_root('ticket:7')}\r\n {exchange}\r\n" in wire


def _loop_of_before(settings: Any) -> str:
    other, settings.SECRET_KEY = settings.SECRET_KEY, "the key of before, as long as a key should be, or longer"
    mark, settings.SECRET_KEY = rules.loop_mark(), other
    return mark


def test_it_outlives_a_change_of_the_secret_key(queue: None, settings: Any) -> None:
    message = a_mail(about="ticket:7")
    ours, root, loop = rules.message_id(message), rules.thread_root("ticket:7"), rules.loop_mark()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the new key, which is as long as a secret key ought to be"
    assert rules.message_id(message) != ours
    assert queries.mail_by_message_id(ours) == message
    assert queries.about_of_ids([root]) == "ticket:7"
    assert rules.is_our_loop(loop)
    settings.SECRET_KEY_FALLBACKS = []
    assert queries.mail_by_message_id(ours) is None
    assert queries.about_of_ids([root]) == ""


@examples(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.one_of(st.text(), st.from_regex(r"<?[0-9]{1,30}\.[0-9a-f]{30,34}@[a-z]*>?"), st.just("<1." + "a" * 99_999)))
def test_no_string_breaks_it(db: None, anything: str) -> None:
    assert queries.mail_by_message_id(anything) is None
    assert queries.about_of_ids([anything, "\0", "\ud800"]) == ""
    assert not rules.is_our_loop(anything)


def test_an_id_from_outside_leads_to_what_it_is_about() -> None:
    long = f"<{'x' * 5000}@mail.example.net>"
    for value in (FROM_OUTSIDE, FROM_OUTSIDE, long, "\ud800\0"):
        actions.remember_id(about="ticket:7", message_id=value)
    actions.remember_id(about="ticket:8", message_id="<other@mail.example.net>")
    assert ThreadId.objects.count() == 4
    assert queries.about_of_ids([FROM_OUTSIDE]) == queries.about_of_ids([FROM_OUTSIDE.strip("<>")]) == "ticket:7"
    assert queries.about_of_ids([long]) == "ticket:7"
    assert queries.about_of_ids(["<unknown@x>", "<other@mail.example.net>", FROM_OUTSIDE]) == "ticket:8"
    assert queries.about_of_ids(["<unknown@x>", rules.thread_root("ticket:9"), FROM_OUTSIDE]) == "ticket:9"
    assert queries.about_of_ids([]) == ""
    actions.remember_id(about="ticket:8", message_id=FROM_OUTSIDE)
    assert queries.about_of_ids([FROM_OUTSIDE]) == "ticket:8"


def test_all_mail_about_one_thing_is_one_thread(sink: Any, person: Callable[..., Person]) -> None:
    deliver.call(a_mail(about="ticket:7").pk)
    actions.remember_id(about="ticket:7", message_id=FROM_OUTSIDE)
    deliver.call(a_mail(about="ticket:7", key="2", to=person()).pk)
    actions.remember_id(about="ticket:7", message_id="<not fit for> a header@x>")
    deliver.call(a_mail(about="ticket:7", key="3").pk)
    deliver.call(a_mail(key="4").pk)
    root = rules.thread_root("ticket:7")
    first, second, third, alone = sink.mails
    assert (first["In-Reply-To"], first["References"]) == (root, root)
    assert (second["In-Reply-To"], second["References"]) == (FROM_OUTSIDE, f"{root} {FROM_OUTSIDE}")
    assert third["References"] == root
    assert alone["References"] is None
    assert {mail["X-Foredesk-Loop"] for mail in sink.mails} == {rules.loop_mark()}
    assert rules.is_our_loop(first["X-Foredesk-Loop"])


def test_what_is_forgotten_is_no_thread_any_more(queue: None) -> None:
    actions.remember_id(about="ticket:7", message_id=FROM_OUTSIDE)
    actions.forget_mails_about(["ticket:7"])
    assert queries.about_of_ids([FROM_OUTSIDE]) == ""
