"""Mails go with the words of old requests, long after they were set aside, and with who wants to be forgotten."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage

from foredesk.activity.queries import events_about
from foredesk.catalogue.actions import keep_words_for
from foredesk.intake import actions
from foredesk.intake.actions import forgetting
from foredesk.intake.enums import IncomingState
from foredesk.intake.models import Incoming, Keeping
from foredesk.intake.queries import keeping
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.operations.actions import erase_person
from foredesk.tickets.actions import let_go_of_what_is_past, withdraw
from tests.factories import PersonFactory
from tests.intake.conftest import letter


@pytest.fixture
def mail(arrive, maya) -> Incoming:
    mail = arrive()
    withdraw(by=maya, ticket=mail.ticket)
    return mail


def test_the_raw_mail_goes_with_the_words(mail, django_capture_on_commit_callbacks):
    path = mail.raw.path
    keep_words_for(by=PersonFactory(administrator=True), service_class=mail.ticket.service_class, months=1)
    with django_capture_on_commit_callbacks(execute=True):
        assert let_go_of_what_is_past(now=clock.now() + timedelta(days=90)) == 1
    mail.refresh_from_db()
    assert (mail.raw, mail.text, mail.subject, mail.sender) == (None, "", "", "")
    assert not default_storage.exists(path)


def test_who_is_forgotten_is_in_no_mail(mail, arrive, maya, django_capture_on_commit_callbacks):
    path, lost = mail.raw.path, arrive(words="I am away.", Auto_Submitted="auto-replied")
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(by=None, person=maya)
    for one in Incoming.objects.all():
        told = f"{one.sender} {one.sender_name} {one.text} {one.subject} {one.envelope_from} {one.raw}"
        assert "aya" not in told
    assert not default_storage.exists(path)
    assert Incoming.objects.filter(pk=lost.pk, raw=None, text="").exists()


def let_go(callbacks, *, days: int) -> int:
    with callbacks(execute=True):
        return actions.let_go_of_set_aside(now=clock.now() + timedelta(days=days))


def test_what_was_set_aside_is_let_go_after_ninety_days_and_known_when_it_comes_again(
    arrive, desk, maya, django_capture_on_commit_callbacks
):
    raw = letter(words="I am away.", Auto_Submitted="auto-replied").as_bytes()
    aside = arrive(raw)
    quarantined, filed = arrive(b""), arrive()
    path = aside.raw.path
    assert let_go(django_capture_on_commit_callbacks, days=89) == 0
    assert let_go(django_capture_on_commit_callbacks, days=91) == 1
    assert let_go(django_capture_on_commit_callbacks, days=500) == 0

    aside.refresh_from_db()
    told = [aside.raw, aside.text, aside.subject, aside.sender, aside.sender_name, aside.envelope_to, aside.details]
    assert not any(told)
    assert aside.reason == "(let go after 90 days)"
    assert not default_storage.exists(path)
    for one in (quarantined, filed):
        one.refresh_from_db()
        assert one.raw is not None
    assert events_about(aside).last().tag == "intake:let_go"

    again = arrive(raw)
    assert (again.pk, again.raw, again.state) == (aside.pk, None, IncomingState.SET_ASIDE)
    with pytest.raises(Refused):
        actions.retry(by=PersonFactory(lead=True), mail=aside)


def test_why_somebody_set_it_aside_goes_too(arrive, django_capture_on_commit_callbacks):
    lead, mail = PersonFactory(lead=True), arrive(b"")
    actions.set_aside(by=lead, mail=mail, reason="Maya sent it twice")
    assert let_go(django_capture_on_commit_callbacks, days=91) == 1
    assert "Maya" not in str(list(events_about(mail).values_list("data", flat=True)))


@pytest.mark.parametrize("days", [None, 7])
def test_administrators_say_for_how_long(arrive, maya, days, django_capture_on_commit_callbacks):
    administrator = PersonFactory(administrator=True)
    arrive(words="I am away.", Auto_Submitted="auto-replied")
    with pytest.raises(Refused):
        actions.keep_set_aside_for(by=PersonFactory(lead=True), days=days)
    actions.keep_set_aside_for(by=administrator, days=5)
    actions.keep_set_aside_for(by=administrator, days=days)
    assert keeping().set_aside_days == days
    assert events_about(Keeping.objects.get()).count() == 2
    assert let_go(django_capture_on_commit_callbacks, days=10) == (1 if days else 0)


def test_many_are_let_go_a_few_at_a_time(arrive, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(forgetting, "AT_ONCE", 2)
    for _ in range(3):
        arrive(words="I am away.", Auto_Submitted="auto-replied")
    assert let_go(django_capture_on_commit_callbacks, days=91) == 3
