"""What an agent does to a ticket, with and without scripts."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from foredesk.catalogue.enums import LaneKey
from foredesk.desk.rules import doings
from foredesk.kit import clock
from foredesk.tickets import actions
from foredesk.tickets.enums import Answer, FollowerReason, Holder, Kind, Measure, Stance, State
from foredesk.tickets.queries import last_said
from foredesk.tickets.rules import drafted_restatement
from tests.factories import PersonFactory, ServiceClassFactory

from .conftest import MONDAY


def _at(name: str, ticket, *more) -> str:
    return reverse(f"desk:{name}", args=[ticket.pk, *more])


def _keys(ticket, person) -> dict[str, str]:
    return {doing.key: doing.url_name for doing in doings(ticket, person)}


# --- who has it ---------------------------------------------------------------------------------------


def test_taking_a_ticket(desk, ticket, tomas):
    assert desk.post(_at("taken", ticket)).url == _at("ticket", ticket)
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.state) == (tomas, State.WORKING)


def test_who_comes_second_is_told_who_has_it(desk, ticket, ada):
    actions.take(by=ada, ticket=ticket)
    page = desk.post(_at("taken", ticket), follow=True).content.decode()
    assert "Ada Lindqvist is on this already." in page
    ticket.refresh_from_db()
    assert ticket.assignee == ada


def test_taking_over_is_said_aloud(desk, ticket, tomas, ada):
    actions.take(by=ada, ticket=ticket)
    assert "Take over from Ada" in desk.get(_at("ticket", ticket)).content.decode()
    desk.post(_at("taken", ticket), {"from": ada.pk})
    ticket.refresh_from_db()
    assert ticket.assignee == tomas


def test_asking_a_colleague_and_putting_it_back(desk, ticket, tomas, ada):
    desk.post(_at("assignee", ticket), {"assignee": ada.pk})
    ticket.refresh_from_db()
    assert ticket.assignee == ada
    actions.restate(by=ada, ticket=ticket, text="You need it.")
    desk.post(_at("put_back", ticket))
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.state) == (None, State.ASKED)


def test_only_it_can_be_asked(desk, ticket, maya):
    assert desk.post(_at("assignee", ticket), {"assignee": maya.pk}).status_code == 422


# --- panels -------------------------------------------------------------------------------------------

PANELS = [
    "restatement", "left_out", "stance", "solution", "hand_off", "wait", "class", "impact", "assignee", "next_update",
    "followers",
]  # fmt: skip


@pytest.mark.parametrize("name", PANELS)
def test_a_panel_is_a_page_without_scripts_and_a_part_with_them(desk, ticket, htmx, name):
    page = desk.get(_at(name, ticket)).content.decode()
    part = desk.get(_at(name, ticket), headers=htmx).content.decode()
    assert "<html" in page
    assert "<html" not in part
    assert 'id="panel-in"' in part
    assert "csrfmiddlewaretoken" in part


@pytest.mark.parametrize("name", [name for name in PANELS if name != "stance"])
def test_a_panel_left_empty_says_what_is_missing(desk, ticket, htmx, name):
    assert desk.post(_at(name, ticket)).status_code == 422
    answer = desk.post(_at(name, ticket), headers=htmx)
    assert answer.status_code == 200  # htmx swaps nothing else
    assert "Something needs mending" in answer.content.decode()


def test_done_in_a_dialog_the_page_is_loaded_anew(desk, ticket, htmx):
    answer = desk.post(_at("restatement", ticket), {"body": "You need it."}, headers=htmx)
    assert answer["HX-Redirect"] == _at("ticket", ticket)


# --- understanding --------------------------------------------------------------------------------------


def test_the_drafted_restatement_is_offered_and_sent(desk, ticket):
    draft = drafted_restatement(ticket.interview)
    assert draft
    assert escape(draft) in desk.get(_at("ticket", ticket)).content.decode()
    desk.post(_at("restatement", ticket), {"body": "You need 60 sheets by 11."})
    assert ticket.restatements.get().text == "You need 60 sheets by 11."
    assert "waits for Maya’s answer" in desk.get(_at("ticket", ticket)).content.decode()


def test_a_correction_is_shown_and_asks_for_another_try(desk, understood, maya):
    correction = "By 10, not 11."
    actions.correct_restatement(by=maya, restatement=understood.restatements.get(), correction=correction)
    page = desk.get(_at("ticket", understood)).content.decode()
    assert "Maya: not quite." in page
    assert correction in page
    assert correction in desk.get(_at("restatement", understood)).content.decode()
    actions.restate(by=understood.assignee, ticket=understood, text="You need 60 sheets by 10.")
    actions.confirm_restatement(by=maya, restatement=understood.restatements.last())
    assert "Maya confirmed it" in desk.get(_at("ticket", understood)).content.decode()


def test_a_restatement_is_left_out_only_for_a_reason(desk, ticket):
    desk.post(_at("left_out", ticket), {"reason": "Spoken through."})
    assert "Left out: Spoken through." in desk.get(_at("ticket", ticket)).content.decode()


def test_the_theory_is_acknowledged_in_one_click_and_differed_from_with_a_reason(desk, ticket):
    desk.post(_at("stance", ticket), {"stance": "acknowledged"})
    ticket.interview.refresh_from_db()
    assert ticket.interview.stance == Stance.ACKNOWLEDGED
    assert desk.post(_at("stance", ticket), {"stance": "differ"}).status_code == 422
    desk.post(_at("stance", ticket), {"stance": "differ", "because": "It is the feed roller."})
    page = desk.get(_at("ticket", ticket)).content.decode()
    assert "It is the feed roller." in page


# --- lanes, waiting, class ------------------------------------------------------------------------------


def test_a_hand_off_begins_with_what_was_tried(desk, ask, maya, tomas):
    ticket = ask(maya, tried="Turned it off\nand on.")
    actions.restate(by=tomas, ticket=ticket, text="You need 60 sheets.")
    actions.add_note(by=tomas, ticket=ticket, body="Cleaned the rollers.")
    solution = actions.offer_solution(by=tomas, ticket=ticket, text="New paper.")
    actions.answer_solution(by=maya, solution=solution, answer=Answer.NO, words="Still jams.")
    page = desk.get(_at("hand_off", ticket)).content.decode()
    for line in (
        "- Maya tried: Turned it off and on.",
        "- Cleaned the rollers.",
        "- Offered, and it did not help: New paper.",
    ):
        assert line in page
    actions.keep_draft(by=tomas, ticket=ticket, purpose="hand_off", body="My own words.")
    page = desk.get(_at("hand_off", ticket)).content.decode()
    assert "My own words." in page
    assert "Cleaned the rollers." not in page


def test_a_hand_off_needs_the_restatement_and_what_was_tried(desk, ticket):
    given = {"to_lane": "deep", "body": "Other paper.", "why": "it takes time"}
    assert desk.post(_at("hand_off", ticket), given).status_code == 422
    given = {"to_lane": "deep", "restated": "You need 60 sheets.", "body": "Other paper.", "why": "it takes time"}
    desk.post(_at("hand_off", ticket), given)
    ticket.refresh_from_db()
    assert ticket.lane.key == LaneKey.DEEP
    assert ticket.messages.get().kind == Kind.HAND_OFF
    assert ticket.restatements.get().text == "You need 60 sheets."
    assert "What was tried: only IT sees this" in desk.get(_at("ticket", ticket)).content.decode()
    assert "handed over" in desk.get(reverse("desk:deep")).content.decode()


def test_an_understood_ticket_is_handed_off_without_saying_it_again(desk, understood):
    given = {"to_lane": "deep", "body": "Other paper.", "why": "it takes time"}
    desk.post(_at("hand_off", understood), given)
    understood.refresh_from_db()
    assert understood.lane.key == LaneKey.DEEP
    page = desk.post(_at("hand_off", understood), given)
    assert "has it already" in page.content.decode()
    understood.refresh_from_db()
    assert understood.lane.key == LaneKey.DEEP, "sent twice, it does not come back"


def test_waiting_has_a_reason_and_an_end_and_can_be_ended(desk, understood):
    given = {"holder": "supplier", "reason": "the new drum", "until": "2026-11-17T10:00"}
    assert desk.post(_at("wait", understood), {**given, "until": "2026-11-16T09:00"}).status_code == 422
    assert desk.post(_at("wait", understood), {**given, "holder": "it"}).status_code == 422
    for impossible in ("0001-01-01T00:00", "9999-12-31T23:59", "2027-03-28T02:30", "2026-13-45T10:00"):
        assert desk.post(_at("wait", understood), {**given, "until": impossible}).status_code == 422
    desk.post(_at("wait", understood), given)
    page = desk.get(_at("ticket", understood)).content.decode()
    assert "Waiting for a supplier: the new drum." in page
    assert "Go on with it" in page
    desk.post(_at("wait_end", understood))
    understood.refresh_from_db()
    assert understood.state == State.WORKING


def test_both_clocks_are_shown(desk, understood, tomas):
    until = MONDAY + timedelta(hours=6)
    with clock.at(MONDAY + timedelta(hours=1)):
        actions.wait_for(by=tomas, ticket=understood, holder=Holder.CUSTOMER, reason="the file", until=until)
    with clock.at(MONDAY + timedelta(hours=3)):
        page = " ".join(desk.get(_at("ticket", understood)).content.decode().split())
    assert "All time</dt><dd>3 h" in page
    assert "While IT had it</dt><dd>1 h" in page


def test_a_changed_size_needs_a_reason(desk, ticket):
    other = ServiceClassFactory(name="Copiers")
    given = {"service_class": other.pk, "size": "bigger", "version": ticket.version}
    assert desk.post(_at("class", ticket), given).status_code == 422
    desk.post(_at("class", ticket), {**given, "reason": "a part has to come"})
    ticket.refresh_from_db()
    assert (ticket.service_class, ticket.size) == (other, "bigger")


def test_a_class_that_somebody_else_changed_is_not_overwritten_unseen(desk, ticket, ada, printing):
    seen = ticket.version
    actions.set_impact(by=ada, ticket=ticket, severity="stopped", people_held_up=9, reason="I asked")
    other = ServiceClassFactory(name="Copiers")
    given = {"service_class": other.pk, "size": ticket.size, "version": seen}
    answer = desk.post(_at("class", ticket), given)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Nothing of theirs was overwritten" in page
    assert "I asked" in page
    ticket.refresh_from_db()
    assert ticket.service_class == printing
    assert f'name="version" value="{ticket.version}"' in page
    desk.post(_at("class", ticket), {**given, "version": ticket.version})
    ticket.refresh_from_db()
    assert ticket.service_class == other


def test_impact_and_next_word(desk, ticket):
    desk.post(_at("impact", ticket), {"severity": "stopped", "people_held_up": 12, "reason": "the whole class"})
    desk.post(_at("next_update", ticket), {"at": "2026-11-16T15:00"})
    ticket.refresh_from_db()
    assert (ticket.severity, ticket.people_held_up) == ("stopped", 12)
    assert ticket.next_update_due.isoformat() == "2026-11-16T14:00:00+00:00"


# --- followers ------------------------------------------------------------------------------------------


def test_followers_are_found_by_words_and_taken_off(desk, ticket):
    priya = PersonFactory(full_name="Priya Nair")
    given = {"person_words": "priya nair", "reason": "held_up", "measure": "milestones"}
    desk.post(_at("followers", ticket), given)
    follower = ticket.followers.get()
    assert (follower.person, follower.reason, follower.measure) == (
        priya,
        FollowerReason.HELD_UP,
        Measure.MILESTONES,
    )
    assert "Priya Nair" in desk.get(_at("ticket", ticket)).content.decode()
    desk.post(_at("follower", ticket, follower.pk))
    assert not ticket.followers.exists()


def test_the_customer_does_not_follow_their_own_request(desk, ticket, maya):
    given = {"person_id": maya.pk, "reason": "held_up", "measure": "everything"}
    answer = desk.post(_at("followers", ticket), given)
    assert "hears everything anyway" in answer.content.decode()


# --- offering a fix -------------------------------------------------------------------------------------


def test_a_fix_without_a_restatement_needs_a_reason(desk, ticket):
    given = {"body": "Open tray 2.", "checked_how": "Printed 30 pages."}
    answer = desk.post(_at("solution", ticket), given)
    assert "Nobody has restated the need yet." in answer.content.decode()
    assert not ticket.solutions.exists()
    desk.post(_at("solution", ticket), {**given, "without": "Spoken through."})
    ticket.refresh_from_db()
    assert ticket.state == State.OFFERED
    assert ticket.restatement_skipped_because == "Spoken through."


def test_a_fix_after_a_restatement(desk, understood):
    file = SimpleUploadedFile("how.txt", b"like this")
    desk.post(_at("solution", understood), {"body": "Open tray 2.", "uploads": [file]})
    solution = understood.solutions.get()
    assert solution.attachments.count() == 1
    page = desk.get(_at("ticket", understood)).content.decode()
    assert "Waits for Maya’s answer." in page
    attachment = solution.attachments.get()
    assert desk.get(_at("file", understood, attachment.pk)).status_code == 200


def test_a_fix_is_not_sent_past_what_a_colleague_just_wrote(desk, understood, ada):
    given = {"body": "Open tray 2.", "last_seen": "0"}
    actions.reply(by=ada, ticket=understood, body="I take this to the bench.")
    answer = desk.post(_at("solution", understood), given)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "I take this to the bench." in page
    assert "Open tray 2." in page
    assert not understood.solutions.exists()
    desk.post(_at("solution", understood), {**given, "last_seen": last_said(understood)})
    assert understood.solutions.get().text == "Open tray 2."


def test_an_opened_panel_complains_of_nothing(desk, ticket):
    for name in PANELS:
        assert "needs mending" not in desk.get(_at(name, ticket)).content.decode()


def test_what_came_back_says_why(desk, understood, maya, tomas):
    solution = actions.offer_solution(by=tomas, ticket=understood, text="Open tray 2.")
    actions.answer_solution(by=maya, solution=solution, answer=Answer.PARTLY, words="Only one side prints.")
    page = desk.get(_at("ticket", understood)).content.decode()
    assert "Only one side prints." in page
    assert "came back" in page


# --- what fits --------------------------------------------------------------------------------------------


def test_what_fits_the_state(ticket, tomas, ada, maya):
    take, fix, hand, wait = "desk:taken", "desk:solution", "desk:hand_off", "desk:wait"
    assert _keys(ticket, tomas) == {"e": take, "f": fix, "h": hand, "w": wait}
    actions.restate(by=tomas, ticket=ticket, text="You need it.")
    assert _keys(ticket, tomas) == {"f": fix, "h": hand, "w": wait}
    assert _keys(ticket, ada) == {"e": take, "f": fix, "h": hand, "w": wait}
    until = MONDAY + timedelta(days=1)
    actions.wait_for(by=tomas, ticket=ticket, holder=Holder.DATE, reason="the holidays", until=until)
    assert _keys(ticket, tomas) == {"w": "desk:wait_end", "f": fix, "h": hand}
    solution = actions.offer_solution(by=tomas, ticket=ticket, text="Open tray 2.")
    assert _keys(ticket, tomas) == {}
    actions.answer_solution(by=maya, solution=solution, answer=Answer.YES)
    ticket.refresh_from_db()
    assert _keys(ticket, ada) == {}


def test_the_page_of_a_long_conversation_costs_no_more_queries(desk, ticket, tomas, ada, maya):
    def talk(times: int) -> None:
        for _ in range(times):
            actions.reply(by=tomas, ticket=ticket, body="Hello")
            actions.add_note(by=ada, ticket=ticket, body="@Tomás", mentions=[tomas])
            actions.write_as_customer(by=maya, ticket=ticket, body="Thanks")
            actions.restate(by=tomas, ticket=ticket, text="You need it.")
            actions.correct_restatement(by=maya, restatement=ticket.restatements.last(), correction="No")
            actions.follow(
                by=ada, ticket=ticket, person=PersonFactory(), reason=FollowerReason.HELD_UP, measure=Measure.END
            )

    talk(1)
    url = _at("ticket", ticket)
    desk.get(url)
    with CaptureQueriesContext(connection) as one:
        desk.get(url)
    talk(2)
    with CaptureQueriesContext(connection) as three:
        desk.get(url)
    assert len(three) <= len(one)
