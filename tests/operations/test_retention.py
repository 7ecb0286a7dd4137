"""Words and files of old requests are let go, the figures stay; nothing newer is touched."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from foredesk.activity.queries import events_about
from foredesk.attachments.actions import store_file, sweep_files
from foredesk.attachments.models import Attachment
from foredesk.intake.models import Incoming
from foredesk.intake.queries import keeping
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.mail.models import OutboxMessage
from foredesk.tickets.actions import let_go_of_what_is_past, write_as_customer
from foredesk.tickets.models import CareMoment, Interview, Message, Span, Ticket
from foredesk.tickets.queries import months_before
from tests.operations.worlds import MONDAY, Desk, a_desk

LATER = MONDAY + timedelta(days=800)


@pytest.fixture
def desk(db) -> Desk:
    desk = a_desk()
    desk.printing.retention_months = 24
    desk.printing.save()
    return desk


def _let_go(callbacks: Any) -> int:
    with clock.at(LATER), callbacks(execute=True):
        return let_go_of_what_is_past()


def test_words_and_files_go_and_the_figures_stay(desk: Desk, django_capture_on_commit_callbacks: Any) -> None:
    before = Ticket.objects.filter(pk=desk.ticket.pk).values(
        "customer",
        "service_class",
        "lane",
        "size",
        "state",
        "created_at",
        "closed_at",
        "close_reason",
        "first_reply_at",
    )[0]
    moments = CareMoment.objects.filter(ticket=desk.ticket).count()
    assert _let_go(django_capture_on_commit_callbacks) == 1
    ticket = Ticket.objects.get(pk=desk.ticket.pk)
    assert ticket.subject == "(let go after 24 months)"
    assert ticket.forgotten_at == LATER
    assert Ticket.objects.filter(pk=ticket.pk).values(*before)[0] == before
    assert CareMoment.objects.filter(ticket=ticket).count() == moments
    interview = Interview.objects.get(ticket=ticket)
    assert not any([interview.goal, interview.theory, interview.needed_by])
    assert set(Message.objects.filter(ticket=ticket).values_list("body", flat=True)) == {""}
    assert set(Span.objects.filter(ticket=ticket).values_list("reason", flat=True)) == {""}
    assert not Attachment.objects.filter(pk=desk.shot.pk).exists()
    assert not default_storage.exists(desk.shot.path)
    assert not ticket.followers.exists()
    assert set(OutboxMessage.objects.filter(about=f"ticket:{ticket.pk}").values_list("text", flat=True)) == {""}
    record = str(list(events_about(ticket).values_list("data", flat=True)))
    for words in ("Kim", "exam", "paper"):
        assert words not in record
    assert events_about(ticket).last().tag == "ticket:let_go"


def test_doing_it_again_does_nothing(desk: Desk, django_capture_on_commit_callbacks: Any) -> None:
    assert _let_go(django_capture_on_commit_callbacks) == 1
    assert _let_go(django_capture_on_commit_callbacks) == 0


def test_what_is_newer_open_or_of_another_kind_is_left_alone(desk: Desk) -> None:
    Ticket.objects.filter(pk=desk.other.pk).update(service_class=desk.printing)  # open
    with clock.at(desk.ticket.closed_at.replace(year=2028)):
        assert let_go_of_what_is_past() == 0  # to the minute 24 months, not longer
    desk.printing.retention_months = None
    desk.printing.save()
    with clock.at(LATER):
        assert let_go_of_what_is_past() == 0


def test_a_file_that_stands_on_another_request_too_stays(desk: Desk, django_capture_on_commit_callbacks: Any) -> None:
    Message.objects.filter(ticket=desk.other).delete()
    said = Message.objects.create(ticket=desk.other, author=desk.kim, by_it=False, body="the same")
    said.attachments.add(desk.shot)
    _let_go(django_capture_on_commit_callbacks)
    assert Attachment.objects.filter(pk=desk.shot.pk).exists()
    assert default_storage.exists(desk.shot.path)
    assert not Interview.objects.get(ticket=desk.ticket).attachments.exists()


def test_what_is_written_afterwards_is_let_go_in_its_turn(desk: Desk, django_capture_on_commit_callbacks: Any) -> None:
    _let_go(django_capture_on_commit_callbacks)
    with clock.at(LATER):
        ticket = Ticket.objects.get(pk=desk.ticket.pk)
        write_as_customer(by=desk.maya, ticket=ticket, body="It is wet again")
    ticket = Ticket.objects.get(pk=desk.ticket.pk)
    assert ticket.forgotten_at is None
    Ticket.objects.filter(pk=ticket.pk).update(state="closed", closed_at=LATER, close_reason="silent")
    with clock.at(LATER + timedelta(days=800)):
        assert let_go_of_what_is_past() == 1


@pytest.mark.parametrize("who", ["maya", "tomas"])
def test_the_page_of_one_that_was_let_go_reads_well(
    desk: Desk, django_capture_on_commit_callbacks: Any, who: str
) -> None:
    _let_go(django_capture_on_commit_callbacks)
    client = Client()
    client.force_login(getattr(desk, who))
    name = "portal:request" if who == "maya" else "desk:ticket"
    page = client.get(reverse(name, args=[desk.ticket.pk]))
    assert page.status_code == 200
    assert "Words and files were let go, 24 months after it was closed." in page.content.decode()
    copy = client.get(reverse("portal:copy" if who == "maya" else "desk:copy", args=[desk.ticket.pk]))
    assert copy.status_code == 200


def test_the_command_says_what_it_would_do(desk: Desk) -> None:
    Incoming.objects.filter(state="quarantined").update(state="set_aside", handled_at=MONDAY)

    def said(*arguments: str) -> str:
        out = io.StringIO()
        with clock.at(LATER):
            call_command("retain", *arguments, stdout=out)
        return out.getvalue()

    assert "Paper and ink, kept for 24 months: 1 requests would be let go." in said("--dry-run")
    assert "Mails that were set aside, kept for 30 days: 1 would be let go." in said("--dry-run")
    assert "Let go of the words and files of 1 requests.\nLet go of 1 mails that were set aside." in said()
    assert "Paper and ink, kept for 24 months: 0 requests" in said("--dry-run")


def test_the_form_of_a_class_says_beforehand_how_many(desk: Desk) -> None:
    client = Client()
    client.force_login(desk.olga)
    address = reverse("operations:retention", args=[desk.printing.pk])
    with clock.at(LATER):
        assert "files of 1 request tonight" in client.get(address, {"months": "24"}).content.decode()
        assert "None of the requests" in client.get(address, {"months": "240"}).content.decode()
        assert client.get(address, {"months": "soon"}).status_code == 422
        assert client.post(address, {"months": "-3"}).status_code == 422
        desk.printing.is_private = True
        desk.printing.save()
        assert "only the teams of this private kind know" in client.get(address, {"months": "24"}).content.decode()
    assert client.post(address, {"months": ""})["Location"] == reverse("operations:privacy")
    desk.printing.refresh_from_db()
    assert desk.printing.retention_months is None
    page = client.get(reverse("catalogue:class", args=[desk.printing.pk])).content.decode()
    assert address in page


def test_the_form_for_mail_that_was_set_aside_says_beforehand_how_much(desk: Desk) -> None:
    Incoming.objects.filter(state="quarantined").update(state="set_aside", handled_at=MONDAY)
    client = Client()
    client.force_login(desk.olga)
    address = reverse("operations:set_aside")
    with clock.at(MONDAY + timedelta(days=50)):
        assert "This would let go of 1 mail tonight." in client.get(address).content.decode()
        assert "No mail was set aside that long ago." in client.get(address, {"days": "60"}).content.decode()
        assert client.get(address, {"days": "soon"}).status_code == 422
        assert client.post(address, {"days": "0"}).status_code == 422
    privacy = reverse("operations:privacy")
    assert "30 days after it was set aside" in client.get(privacy).content.decode()
    assert client.post(address, {"days": ""})["Location"] == privacy
    assert keeping().set_aside_days is None
    client.force_login(desk.tomas)
    assert client.post(address, {"days": "1"}).status_code == 404
    assert keeping().set_aside_days is None


def test_the_months_of_a_class_are_set_on_its_form_and_recorded(desk: Desk) -> None:
    from foredesk.catalogue.actions import keep_words_for

    with pytest.raises(Refused):
        keep_words_for(by=desk.tomas, service_class=desk.printing, months=1)
    keep_words_for(by=desk.olga, service_class=desk.printing, months=6)
    desk.printing.refresh_from_db()
    assert desk.printing.retention_months == 6
    assert events_about(desk.printing).last().data["retention_months"] == 6


@pytest.mark.parametrize(
    ("moment", "months", "before"),
    [
        (datetime(2026, 3, 31, tzinfo=UTC), 1, datetime(2026, 2, 28, tzinfo=UTC)),
        (datetime(2024, 3, 31, tzinfo=UTC), 1, datetime(2024, 2, 29, tzinfo=UTC)),
        (datetime(2026, 1, 15, tzinfo=UTC), 1, datetime(2025, 12, 15, tzinfo=UTC)),
        (datetime(2026, 1, 15, tzinfo=UTC), 24, datetime(2024, 1, 15, tzinfo=UTC)),
        (datetime(2026, 1, 15, tzinfo=UTC), 99999, datetime(1, 1, 1, tzinfo=UTC)),
    ],
)
def test_months_are_those_of_the_calendar(moment: datetime, months: int, before: datetime) -> None:
    assert months_before(moment, months) == before


# --- Files that nobody points to ---------------------------------------------------------------------
def test_stored_files_without_a_row_are_swept_after_a_day(desk: Desk) -> None:
    stray = store_file(by=desk.maya, upload=SimpleUploadedFile("stray.txt", b"crashed in between"))
    Attachment.objects.filter(pk=stray.pk).delete()
    assert sweep_files() == 0  # it may be on its way to its row
    with clock.at(clock.now() + timedelta(days=2)):
        assert sweep_files() >= 1
    assert not default_storage.exists(stray.path)
    assert default_storage.exists(desk.shot.path)
