"""Mails go with the words of old requests, and with who wants to be forgotten."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage

from foredesk.catalogue.actions import keep_words_for
from foredesk.intake.models import Incoming
from foredesk.kit import clock
from foredesk.operations.actions import erase_person
from foredesk.tickets.actions import let_go_of_what_is_past, withdraw
from tests.factories import PersonFactory


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
