import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foredesk.mail.actions import mark_bounce
from foredesk.tickets import actions
from foredesk.tickets.enums import Audience, Kind
from foredesk.tickets.models import Draft
from foredesk.tickets.queries import drafts_of, last_said, others_here
from tests.factories import CannedReplyFactory

from .conftest import MONDAY


def _at(name: str, ticket, *more) -> str:
    return reverse(f"desk:{name}", args=[ticket.pk, *more])


def test_a_reply_goes_to_the_customer_and_promises_the_next_word(desk, ticket):
    answer = desk.post(_at("reply", ticket), {"reply-body": "On my way.", "reply-next_update": "60"})
    message = ticket.messages.get()
    assert answer.url == _at("ticket", ticket) + f"#m{message.pk}"
    assert (message.audience, message.by_it, message.kind) == (Audience.EVERYONE, True, Kind.REPLY)
    ticket.refresh_from_db()
    assert (ticket.next_update_due - MONDAY).total_seconds() == 3600


def test_who_writes_to_an_address_that_refuses_mail_is_told_first(desk, ticket):
    assert "who gets it by mail too" in desk.get(_at("ticket", ticket)).content.decode()
    mark_bounce(address=ticket.customer.email, permanent=True, reason="550 5.1.1 No such user")
    page = desk.get(_at("ticket", ticket)).content.decode()
    assert "on the page only: mail to them comes back" in page
    assert "who gets it by mail too" not in page


def test_a_reply_can_go_to_the_customer_alone(desk, ticket):
    desk.post(_at("reply", ticket), {"reply-body": "On my way.", "reply-audience": "customer"})
    assert ticket.messages.get().audience == Audience.CUSTOMER


def test_a_reply_can_never_be_a_note(desk, ticket):
    answer = desk.post(_at("reply", ticket), {"reply-body": "Secret", "reply-audience": "it"})
    assert answer.status_code == 422
    assert not ticket.messages.exists()


def test_a_note_stays_in_it(desk, ticket, ada):
    desk.post(_at("note", ticket), {"note-body": "He moved the printer.", "note-mentions": [ada.pk]})
    message = ticket.messages.get()
    assert (message.audience, message.kind) == (Audience.IT, Kind.NOTE)
    assert list(message.mentions.all()) == [ada]
    page = desk.get(_at("ticket", ticket)).content.decode()
    assert "Note: only IT sees this" in page


def test_neither_form_takes_the_text_of_the_other(desk, ticket):
    assert desk.post(_at("reply", ticket), {"note-body": "For IT"}).status_code == 422
    assert desk.post(_at("note", ticket), {"reply-body": "For Maya"}).status_code == 422
    assert not ticket.messages.exists()


@pytest.mark.parametrize("body", ["@Ada have a look", "ask @ada lindqvist please"])
def test_a_name_after_an_at_sign_is_a_mention(desk, ticket, ada, body):
    desk.post(_at("note", ticket), {"note-body": body})
    assert list(ticket.messages.get().mentions.all()) == [ada]


def test_an_empty_reply_gets_a_sentence(desk, ticket):
    answer = desk.post(_at("reply", ticket), {"reply-body": " "})
    assert answer.status_code == 422
    assert "There is nothing to send yet" in answer.content.decode()


def test_a_time_of_ones_own_must_be_said_and_lie_ahead(desk, ticket):
    given = {"reply-body": "On my way.", "reply-next_update": "at"}
    answer = desk.post(_at("reply", ticket), given)
    assert "Say when" in answer.content.decode()
    answer = desk.post(_at("reply", ticket), {**given, "reply-next_update_at": "2026-11-16T09:00"})
    assert "That moment has passed" in answer.content.decode()
    assert "On my way." in answer.content.decode()
    desk.post(_at("reply", ticket), {**given, "reply-next_update_at": "2026-11-16T14:30"})
    ticket.refresh_from_db()
    assert ticket.next_update_due.isoformat() == "2026-11-16T13:30:00+00:00"


def test_files_come_along_and_are_served_to_it(desk, ticket, client, maya):
    file = SimpleUploadedFile("log.txt", b"it says no")
    desk.post(_at("reply", ticket), {"reply-body": "See the log.", "reply-uploads": [file]})
    attachment = ticket.messages.get().attachments.get()
    answer = desk.get(_at("file", ticket, attachment.pk))
    assert b"".join(answer.streaming_content) == b"it says no"
    client.force_login(maya)
    assert client.get(_at("file", ticket, attachment.pk)).status_code == 404


def test_an_empty_file_is_refused_and_the_text_kept(desk, ticket):
    given = {"reply-body": "See the log.", "reply-uploads": [SimpleUploadedFile("log.txt", b"")]}
    answer = desk.post(_at("reply", ticket), given)
    assert answer.status_code == 422
    assert "See the log." in answer.content.decode()
    assert not ticket.messages.exists()


def test_drafts_are_kept_apart_and_come_back(desk, ticket, tomas):
    desk.post(_at("draft", ticket, "reply"), {"reply-body": "Dear Maya"})
    desk.post(_at("draft", ticket, "note"), {"note-body": "Careful here"})
    kept = drafts_of(ticket, tomas)
    assert {purpose: draft.body for purpose, draft in kept.items()} == {"reply": "Dear Maya", "note": "Careful here"}
    page = desk.get(_at("ticket", ticket)).content.decode()
    reply, note = page.split('id="note"')
    assert "Dear Maya" in reply
    assert "Careful here" in note
    assert "Careful here" not in reply
    desk.post(_at("reply", ticket), {"reply-body": "Dear Maya, done."})
    assert list(drafts_of(ticket, tomas)) == ["note"]


def test_an_emptied_draft_is_forgotten(desk, ticket):
    desk.post(_at("draft", ticket, "reply"), {"reply-body": "x"})
    desk.post(_at("draft", ticket, "reply"), {"reply-body": ""})
    assert not Draft.objects.exists()
    assert desk.post(_at("draft", ticket, "nonsense")).status_code == 404


def test_whoever_writes_is_seen_writing(desk, client, ticket, tomas, ada):
    desk.post(_at("draft", ticket, "reply"), {"reply-body": "Dear"})
    client.force_login(ada)
    answer = client.post(_at("visit", ticket)).content.decode()
    assert "Tomás is writing here." in answer
    assert [visit.person for visit in others_here(ticket, tomas)] == [ada]
    assert "Ada is reading this too." in desk.get(_at("ticket", ticket)).content.decode()


def test_the_page_hears_what_was_said_meanwhile(desk, ticket, ada):
    actions.reply(by=ada, ticket=ticket, body="First")
    seen = last_said(ticket)
    assert "was here meanwhile" not in desk.post(_at("visit", ticket), {"seen": seen}).content.decode()
    actions.reply(by=ada, ticket=ticket, body="Second")
    assert "Ada was here meanwhile." in desk.post(_at("visit", ticket), {"seen": seen}).content.decode()
    assert desk.post(_at("visit", ticket), {"seen": "x"}).status_code == 200


def test_two_who_write_at_once_are_warned(desk, ticket, ada):
    given = {"reply-body": "My answer.", "reply-last_seen": "0"}
    actions.reply(by=ada, ticket=ticket, body="Ada was faster.")
    answer = desk.post(_at("reply", ticket), given)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert ticket.messages.count() == 1
    assert "Ada was faster." in page
    assert "My answer." in page
    assert "Send anyway" in page
    assert "Keep editing" in page
    newest = last_said(ticket)
    assert f'name="reply-last_seen" value="{newest}"' in page
    desk.post(_at("reply", ticket), {**given, "reply-last_seen": newest})
    assert ticket.messages.last().body == "My answer."


def test_a_canned_reply_comes_with_its_variables_filled(desk, ticket):
    canned = CannedReplyFactory(title="Thanks", body="Hello {customer}, about {number}: {agent}.")
    text = desk.get(_at("canned", ticket, canned.pk)).content.decode()
    assert text == f"Hello Maya, about {ticket.pk}: Tomás Reyes."
    desk.post(_at("draft", ticket, "reply"), {"reply-body": "Begun"})
    page = desk.get(_at("ticket", ticket), {"canned": canned.pk}).content.decode()
    assert "Begun\n\nHello Maya" in page.replace("\r", "")


def test_a_closed_request_takes_notes_only(desk, ticket, maya, tomas):
    actions.withdraw(by=maya, ticket=ticket)
    page = desk.get(_at("ticket", ticket)).content.decode()
    assert 'id="reply"' not in page
    assert 'id="note"' in page
    assert desk.post(_at("reply", ticket), {"reply-body": "Still there?"}).status_code == 422


def test_a_page_full_of_talk_asks_24_queries(desk, understood, maya, tomas, ada):
    for turn in range(3):
        actions.write_as_customer(by=maya, ticket=understood, body=f"It is urgent ({turn})")
        actions.reply(by=tomas, ticket=understood, body=f"On my way ({turn})")
        actions.add_note(by=ada, ticket=understood, body=f"Take the long cable ({turn})", mentions=[tomas])
    desk.get(_at("ticket", understood))
    with CaptureQueriesContext(connection) as captured:
        page = desk.get(_at("ticket", understood)).content.decode()
    assert page.count("Take the long cable") >= 3
    asked = [one["sql"] for one in captured if not one["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))]
    asked = [sql for sql in asked if 'FROM "people_organisation"' not in sql]  # which a server has in mind
    assert len(asked) <= 24, "\n".join(asked)
