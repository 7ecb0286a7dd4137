import re

import pytest
from django.urls import reverse

from foredesk.tickets.enums import CareStep, Channel, Severity, State
from foredesk.tickets.models import Ticket
from tests.factories import PersonFactory

CALL = "/desk/calls/new/"
BASIC = {"words": "My paperjam again", "channel": "phone", "severity": "slowed", "people_held_up": "1"}


def test_a_call_is_logged_with_a_person_chosen_from_the_list(desk, maya, printing, tomas):
    answer = desk.post(CALL, {**BASIC, "customer_words": "Maya Ortiz", "customer_id": maya.pk})
    ticket = Ticket.objects.get()
    assert answer.url == reverse("desk:ticket", args=[ticket.pk])
    assert (ticket.customer, ticket.opened_by, ticket.channel) == (maya, tomas, Channel.PHONE)
    assert ticket.service_class == printing  # guessed
    assert ticket.severity == Severity.SLOWED
    assert ticket.interview.goal == "My paperjam again"


@pytest.mark.parametrize("words", ["maya", "maya@example.org", "s10042", "ortiz"])
def test_words_that_fit_one_person_are_enough(desk, words):
    from foredesk.people.actions import add_person

    add_person(by=None, email="maya@example.org", full_name="Maya Ortiz", number="s10042")
    desk.post(CALL, {**BASIC, "customer_words": words})
    assert Ticket.objects.get().customer.full_name == "Maya Ortiz"


def test_words_that_fit_several_or_nobody_get_a_sentence_and_keep_what_was_typed(desk):
    from foredesk.people.actions import add_person

    add_person(by=None, email="maya@example.org", full_name="Maya Ortiz")
    add_person(by=None, email="maya2@example.org", full_name="Maya Oduya")
    for words, sentence in {"maya": "Several people fit", "zebra": "Nobody goes by", "": "Say who is calling"}.items():
        answer = desk.post(CALL, {**BASIC, "customer_words": words})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert sentence in page
        assert "My paperjam again" in page
    assert not Ticket.objects.exists()


def test_a_name_that_only_looks_alike_is_not_taken_for_the_person(desk):
    from foredesk.people.actions import add_person

    add_person(by=None, email="maya@example.org", full_name="Maya Ortiz")
    assert desk.post(CALL, {**BASIC, "customer_words": "Maja Ortiz"}).status_code == 422


def test_solved_while_talking_is_still_for_the_customer_to_confirm(desk, maya):
    given = {**BASIC, "customer_id": maya.pk, "customer_words": "Maya", "solved": "on"}
    answer = desk.post(CALL, given)
    assert "Say what solved it" in answer.content.decode()
    assert not Ticket.objects.exists()
    desk.post(CALL, {**given, "solution": "Open tray 2 and pull."})
    ticket = Ticket.objects.get()
    assert ticket.state == State.OFFERED
    assert ticket.solutions.get().text == "Open tray 2 and pull."
    assert ticket.care.filter(step=CareStep.EXECUTION).exists()


def test_a_solution_counts_only_when_it_is_said_to_be_solved(desk, maya):
    desk.post(CALL, {**BASIC, "customer_id": maya.pk, "customer_words": "Maya", "solution": "half a thought"})
    assert Ticket.objects.get().state == State.ASKED


def test_the_kind_is_guessed_while_typing(desk, printing):
    assert "Paper and ink" in desk.post(reverse("desk:call_class"), {"words": "a paperjam"}).content.decode()
    assert "Something else" in desk.post(reverse("desk:call_class"), {"words": "hm"}).content.decode()


def test_the_caller_may_be_known_already(desk, maya):
    assert 'value="Maya Ortiz"' in desk.get(CALL, {"customer": maya.pk}).content.decode()
    assert desk.get(CALL, {"customer": "x"}).status_code == 200


def test_from_a_dialog_the_agent_goes_to_the_ticket(desk, maya, htmx):
    answer = desk.post(CALL, {**BASIC, "customer_id": maya.pk, "customer_words": "Maya"}, headers=htmx)
    assert answer["HX-Redirect"] == reverse("desk:ticket", args=[Ticket.objects.get().pk])


def test_somebody_who_left_cannot_be_chosen(desk):
    gone = PersonFactory(full_name="Gone Away", is_active=False)
    answer = desk.post(CALL, {**BASIC, "customer_id": gone.pk, "customer_words": "Gone Away"})
    assert answer.status_code == 422


def test_log_a_call_is_one_key_away_on_every_page_of_the_desk(desk, ticket):
    for address in [reverse("desk:today"), reverse("desk:ticket", args=[ticket.pk])]:
        page = desk.get(address).content.decode()
        assert f'href="{CALL}" data-key="c"' in page
        assert f'data-calls="{CALL}"' in page


def test_a_call_sent_again_because_no_answer_came_is_logged_once(desk, maya, printing):
    key = re.search(r'name="key" value="([0-9a-f]{32})"', desk.get(CALL).content.decode())[1]
    given = {**BASIC, "customer_id": maya.pk, "customer_words": "Maya", "key": key}
    solved = {**given, "solved": "on", "solution": "Open tray 2 and pull."}
    first = desk.post(CALL, solved)
    assert desk.post(CALL, solved).url == first.url
    assert Ticket.objects.get().solutions.count() == 1
    # Gone back to the same page and told of something else: that is another call.
    assert desk.post(CALL, {**given, "words": "And the projector"}).url != first.url
    assert desk.post(CALL, {**BASIC, "customer_id": maya.pk, "customer_words": "Maya"}).status_code == 302
    assert Ticket.objects.count() == 3
