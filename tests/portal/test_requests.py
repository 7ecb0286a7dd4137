"""The lists and the page of a request, for each kind of reader."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foredesk.attachments.actions import store_file
from foredesk.tickets import actions
from foredesk.tickets.actions import close_unanswered, remind, start_interview
from foredesk.tickets.enums import Answer, Audience, CloseReason, FollowerReason, Holder, Measure, State
from tests.factories import PersonFactory

from .conftest import MONDAY


def url(name, ticket, *more):
    return reverse(f"portal:{name}", args=[ticket.pk, *more])


@pytest.fixture
def ticket(ask, maya):
    return ask(maya, happened="A blue screen", theory="The new cable", fixed="The class sees the slides")


@pytest.fixture
def restated(ticket, tomas):
    actions.take(by=tomas, ticket=ticket)
    return actions.restate(by=tomas, ticket=ticket, text="You want the class to see your slides.")


@pytest.fixture
def offered(ticket, restated, tomas, maya):
    actions.confirm_restatement(by=maya, restatement=restated)
    return actions.offer_solution(by=tomas, ticket=ticket, text="The cable was loose.", checked_how="showed a slide")


def test_the_restatement_is_confirmed(as_person, maya, ticket, restated):
    browser = as_person(maya)
    assert "That’s it" in browser.get(url("request", ticket)).content.decode()
    page = browser.post(url("restatement_answer", ticket, restated.pk), {"answer": "right"}, follow=True)
    restated.refresh_from_db()
    assert restated.is_right is True
    assert "You: that’s it." in page.content.decode()


def test_not_quite_asks_what_is_different_and_keeps_it(as_person, maya, ticket, restated):
    browser = as_person(maya)
    answer = url("restatement_answer", ticket, restated.pk)
    asked = browser.post(answer, {"answer": "different"}, follow=True)
    restated.refresh_from_db()
    assert restated.is_right is None
    assert "What is different?" in asked.content.decode()
    empty = browser.post(answer, {"answer": "different", "correction": " "})
    assert "what we got wrong" in empty.content.decode()
    page = browser.post(answer, {"answer": "different", "correction": "Not the slides: the film."}, follow=True)
    restated.refresh_from_db()
    assert restated.is_right is False
    assert "Not the slides: the film." in page.content.decode()


def test_yes_closes_and_asks_for_anything_else(as_person, maya, ticket, offered):
    page = as_person(maya).post(url("solution_answer", ticket, offered.pk), {"answer": "yes"}, follow=True)
    ticket.refresh_from_db()
    assert ticket.close_reason == CloseReason.CONFIRMED
    assert "Anything else?" in page.content.decode()
    more = as_person(maya).get(reverse("portal:ask"), {"after": ticket.pk})
    assert f"After request {ticket.pk}" in more.content.decode()


def test_what_was_closed_over_silence_can_be_confirmed_still(as_person, maya, ticket, offered):
    remind(solution=offered)
    close_unanswered(solution=offered)
    page = as_person(maya).get(reverse("portal:request", args=[ticket.pk]))
    assert "You can still tell us" in page.content.decode()
    page = as_person(maya).post(url("solution_answer", ticket, offered.pk), {"answer": "yes"}, follow=True)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.close_reason) == (State.CLOSED, CloseReason.CONFIRMED)
    assert "You can still tell us" not in page.content.decode()


@pytest.mark.parametrize("answer", ["partly", "no"])
def test_partly_and_no_ask_what_is_missing_and_reopen(as_person, maya, ticket, offered, answer):
    browser = as_person(maya)
    address = url("solution_answer", ticket, offered.pk)
    asked = browser.post(address, {"answer": answer}, follow=True)
    assert "What is still missing?" in asked.content.decode()
    empty = browser.post(address, {"answer": answer, "words": ""})
    assert "what does not work yet" in empty.content.decode()
    ticket.refresh_from_db()
    assert ticket.state == State.OFFERED
    page = browser.post(address, {"answer": answer, "words": "No sound"}, follow=True)
    ticket.refresh_from_db()
    assert ticket.state == State.WORKING
    assert "No sound" in page.content.decode()


@pytest.mark.parametrize("answer", Answer.values)
def test_a_link_in_a_mail_only_preselects(as_person, maya, ticket, offered, answer):
    page = as_person(maya).get(url("request", ticket), {"answer": answer})
    offered.refresh_from_db()
    assert offered.answer == ""
    assert "Choose again" in page.content.decode()


def test_a_fix_answered_twice_is_said_kindly(as_person, maya, ticket, offered):
    browser = as_person(maya)
    browser.post(url("solution_answer", ticket, offered.pk), {"answer": "yes"})
    page = browser.post(url("solution_answer", ticket, offered.pk), {"answer": "no", "words": "x"}, follow=True)
    assert "answered already" in page.content.decode()


def test_writing_with_a_file_and_to_it_only(as_person, maya, ben, ticket):
    actions.follow(by=maya, ticket=ticket, person=ben, reason=FollowerReason.HELD_UP)
    browser = as_person(maya)
    picture = SimpleUploadedFile("tray.png", b"\x89PNG\r\n\x1a\n" + b"0" * 40)
    said = {"body": "My home number is 12", "audience": "customer", "uploads": [picture]}
    page = browser.post(url("write", ticket), said, follow=True)
    assert "My home number is 12" in page.content.decode()
    file = ticket.messages.get().attachments.get()
    address = url("request_file", ticket, file.pk)
    assert browser.get(address).status_code == 200
    theirs = as_person(ben)
    assert "My home number is 12" not in theirs.get(url("request", ticket)).content.decode()
    assert theirs.get(address).status_code == 404


def test_an_empty_message_keeps_the_page_and_says_why(as_person, maya, ticket):
    page = as_person(maya).post(url("write", ticket), {"body": "  "})
    assert "Write a few words" in page.content.decode()
    assert not ticket.messages.exists()


def test_a_draft_of_a_message_is_kept(as_person, maya, ticket):
    browser = as_person(maya)
    assert browser.post(url("reply_draft", ticket), {"body": "I was abou"}).status_code == 204
    assert "I was abou" in browser.get(url("request", ticket)).content.decode()


def test_a_reply_reopens_a_closed_request(as_person, maya, ticket, offered):
    actions.answer_solution(by=maya, solution=offered, answer=Answer.YES)
    page = as_person(maya).post(url("write", ticket), {"body": "It came back"}, follow=True)
    ticket.refresh_from_db()
    assert ticket.is_open
    assert "open again" in page.content.decode()


def test_withdrawing(as_person, maya, ticket):
    as_person(maya).post(url("withdrawal", ticket), {"words": "Found another room"})
    ticket.refresh_from_db()
    assert ticket.close_reason == CloseReason.WITHDRAWN


def test_a_follower_reads_what_is_shared_and_chooses_their_measure(as_person, maya, ben, ticket, tomas):
    actions.reply(by=tomas, ticket=ticket, body="We look into it", audience=Audience.EVERYONE)
    actions.add_note(by=tomas, ticket=ticket, body="Smells of coffee")
    follower = actions.follow(by=maya, ticket=ticket, person=ben, reason=FollowerReason.HELD_UP)
    browser = as_person(ben)
    page = browser.get(url("request", ticket)).content.decode()
    assert "We look into it" in page
    assert "Smells of coffee" not in page
    assert "I no longer need this" not in page
    browser.post(url("measure", ticket, follower.pk), {"measure": "end"})
    follower.refresh_from_db()
    assert follower.measure == Measure.END
    as_person(maya).post(url("sharing", ticket), {"shares": "no"})
    page = browser.get(url("request", ticket)).content.decode()
    for hidden in ["We look into it", "A blue screen", "The class sees the slides"]:
        assert hidden not in page
    assert browser.post(url("follower_removal", ticket, follower.pk), follow=True).status_code == 200
    assert browser.get(url("request", ticket)).status_code == 404


def test_the_customer_adds_and_takes_off_a_colleague(as_person, maya, ben, ticket):
    browser = as_person(maya)
    browser.post(url("followers", ticket), {"colleague_name": "Ben Adeyemi", "is_held_up": "on"})
    follower = ticket.followers.get()
    assert follower.reason == FollowerReason.HELD_UP
    assert "at least three letters" in browser.post(url("followers", ticket), {"colleague_name": "Zz"}).content.decode()
    assert "Type the name" in browser.post(url("followers", ticket), {"colleague_name": ""}).content.decode()
    browser.post(url("follower_removal", ticket, follower.pk))
    assert not ticket.followers.exists()


def test_a_follower_cannot_do_what_the_customer_does(as_person, maya, ben, ticket, offered):
    actions.follow(by=maya, ticket=ticket, person=ben, reason=FollowerReason.INTERESTED)
    browser = as_person(ben)
    for name, more, said in [
        ("write", [], {"body": "x"}),
        ("sharing", [], {"shares": "no"}),
        ("followers", [], {"colleague_name": "Maya Ortiz"}),
        ("withdrawal", [], {}),
        ("solution_answer", [offered.pk], {"answer": "yes"}),
    ]:
        assert browser.post(url(name, ticket, *more), said).status_code == 404, name


def test_other_peoples_requests_are_not_there_through_any_address(
    as_person, stranger, maya, ben, ticket, restated, tomas
):
    follower = actions.follow(by=maya, ticket=ticket, person=ben, reason=FollowerReason.HELD_UP)
    file = store_file(by=maya, upload=SimpleUploadedFile("a.txt", b"text"))
    actions.write_as_customer(by=maya, ticket=ticket, body="See", audience=Audience.EVERYONE, attachments=[file])
    offer = actions.offer_solution(by=tomas, ticket=ticket, text="Done")
    browser = as_person(stranger)
    assert browser.get(url("request", ticket)).status_code == 404
    assert browser.get(url("request_file", ticket, file.pk)).status_code == 404
    for name, more in [
        ("write", []),
        ("reply_draft", []),
        ("restatement_answer", [restated.pk]),
        ("solution_answer", [offer.pk]),
        ("withdrawal", []),
        ("sharing", []),
        ("followers", []),
        ("measure", [follower.pk]),
        ("follower_removal", [follower.pk]),
    ]:
        said = {"body": "x", "answer": "yes", "shares": "no", "measure": "end", "colleague_name": "Maya Ortiz"}
        assert browser.post(url(name, ticket, *more), said).status_code == 404, name
    listed = [reverse("portal:requests"), reverse("portal:followed"), reverse("portal:home")]
    assert all(ticket.subject not in browser.get(address).content.decode() for address in listed)
    after = browser.get(reverse("portal:ask"), {"after": ticket.pk})
    assert ticket.subject not in after.content.decode()


def test_the_departments_list_follows_the_heads_decision(as_person, maya, ticket):
    colleague = PersonFactory(full_name="Nora Lind", department=maya.department)
    browser = as_person(colleague)
    assert ticket.subject not in browser.get(reverse("portal:department")).content.decode()
    assert browser.get(url("request", ticket)).status_code == 404
    maya.department.shares_requests = True
    maya.department.save()
    assert ticket.subject in as_person(colleague).get(reverse("portal:department")).content.decode()
    assert as_person(colleague).get(url("request", ticket)).status_code == 200


def test_an_agent_reads_it_as_the_customer_does(as_person, tomas, ticket):
    actions.add_note(by=tomas, ticket=ticket, body="Smells of coffee")
    page = as_person(tomas).get(url("request", ticket)).content.decode()
    assert "You read this as somebody of IT" in page


def test_past_requests_are_found_and_paged_by_key(as_person, maya, ask, monkeypatch):
    monkeypatch.setattr("foredesk.portal.views.requests.PAST_ON_A_PAGE", 2)
    for number in range(4):
        actions.withdraw(by=maya, ticket=ask(maya, f"Old thing {number}"))
    browser = as_person(maya)
    first = browser.get(reverse("portal:requests"))
    assert [line.ticket.subject for line in first.context["past"]] == ["Old thing 3", "Old thing 2"]
    second = browser.get(reverse("portal:requests"), {"before": first.context["older"]})
    assert [line.ticket.subject for line in second.context["past"]] == ["Old thing 1", "Old thing 0"]
    found = browser.get(reverse("portal:requests"), {"q": "thing 2"})
    assert [line.ticket.subject for line in found.context["past"]] == ["Old thing 2"]
    assert "Nothing with “zebra”" in browser.get(reverse("portal:requests"), {"q": "zebra"}).content.decode()


def test_home_greets_and_puts_what_waits_for_the_customer_first(as_person, maya, ticket, offered, ask, tomas):
    waiting = ask(maya, "The shared calendar")
    actions.take(by=tomas, ticket=waiting)
    actions.wait_for(
        by=tomas,
        ticket=waiting,
        holder=Holder.CUSTOMER,
        reason="which calendar is it",
        until=MONDAY + timedelta(days=2),
    )
    ask(maya, "A third thing")
    page = as_person(maya).get(reverse("portal:home"))
    assert "Good morning, Maya." in page.content.decode()
    assert [line.ticket for line in page.context["mine"]] == [ticket, waiting]
    assert [line.ticket.subject for line in page.context["others"]] == ["A third thing"]
    assert "Yes, completely" in page.content.decode()


def test_home_of_somebody_without_requests(as_person, stranger):
    assert "Nothing is open" in as_person(stranger).get(reverse("portal:home")).content.decode()


def _queries(browser, name) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(reverse(f"portal:{name}")).status_code == 200
    return len(queries)


@pytest.mark.parametrize("name", ["home", "requests", "followed", "department"])
def test_lists_cost_the_same_with_one_and_three_of_each_kind(as_person, maya, tomas, ask, name):
    reader = PersonFactory(full_name="Nora Lind", department=maya.department)
    maya.department.head = reader
    maya.department.save()
    customer = reader if name in {"home", "requests"} else maya

    def add_one_of_each() -> None:
        _new, restated, offered, gone = (ask(customer, word, held_up=[reader]) for word in ["New", "So", "Fix", "Gone"])
        start_interview(by=reader, goal="A draft")
        for ticket in [restated, offered]:
            actions.take(by=tomas, ticket=ticket)
            restatement = actions.restate(by=tomas, ticket=ticket, text="So?")
        actions.confirm_restatement(by=customer, restatement=restatement)
        actions.offer_solution(by=tomas, ticket=offered, text="Done")
        actions.withdraw(by=customer, ticket=gone)

    browser = as_person(reader)
    add_one_of_each()
    one = _queries(browser, name)
    add_one_of_each()
    add_one_of_each()
    assert _queries(browser, name) == one


def test_a_request_costs_the_same_with_one_and_three_of_everything(as_person, maya, tomas, ticket):
    def add_one_of_each() -> None:
        picture = SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n" + b"0" * 40)
        file = store_file(by=maya, upload=picture)
        actions.write_as_customer(by=maya, ticket=ticket, body="See", audience=Audience.EVERYONE, attachments=[file])
        restatement = actions.restate(by=tomas, ticket=ticket, text=f"So {ticket.restatements.count()}?")
        actions.confirm_restatement(by=maya, restatement=restatement)
        fix = actions.offer_solution(by=tomas, ticket=ticket, text="Done", attachments=[file])
        actions.answer_solution(by=maya, solution=fix, answer=Answer.NO, words="No sound")
        actions.follow(by=maya, ticket=ticket, person=PersonFactory(), reason=FollowerReason.HELD_UP)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(url("request", ticket)).status_code == 200
        return len(captured)

    browser = as_person(maya)
    add_one_of_each()
    queries()  # fills what the process remembers
    one = queries()
    add_one_of_each()
    add_one_of_each()
    assert queries() == one


def test_readers_who_are_not_the_customer_are_not_addressed_as_one(as_person, maya, ben, tomas, ticket):
    actions.follow(by=maya, ticket=ticket, person=ben, reason=FollowerReason.HELD_UP)
    actions.take(by=tomas, ticket=ticket)
    later = MONDAY + timedelta(days=2)
    actions.wait_for(by=tomas, ticket=ticket, holder=Holder.CUSTOMER, reason="which cable is it", until=later)
    assert "Waiting for you" in as_person(maya).get(url("request", ticket)).content.decode()
    theirs = as_person(ben).get(url("request", ticket)).content.decode()
    assert "Waiting for Maya" in theirs
    assert "Waiting for you" not in theirs
