"""Answering by a link: opening it changes nothing, a person's POST records, and it tells no more than its mail did."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import signing
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from foredesk.intake.rules.links import answer_path, answer_url, asked_by, only_uses_mail
from foredesk.kit import clock
from foredesk.mail.models import OutboxMessage
from foredesk.people.models import Person
from foredesk.tickets import actions
from foredesk.tickets.actions import open_from_mail
from foredesk.tickets.enums import Answer, CloseReason, Prompt, State
from foredesk.tickets.models import Ticket
from tests.factories import PersonFactory


@pytest.fixture(autouse=True)
def _no_counters_from_before():
    cache.clear()


@pytest.fixture
def mara(db) -> Person:
    """Somebody who has only ever written mails."""
    person = PersonFactory(full_name="Mara Weiss", email="mara@ashgrove.example")
    person.set_unusable_password()
    person.save()
    return person


@pytest.fixture
def agent(db):
    return PersonFactory(full_name="Tomas Havel", agent=True)


@pytest.fixture
def ticket(mara) -> Ticket:
    return open_from_mail(customer=mara, subject="The beamer", words="It stays dark.")


@pytest.fixture
def restatement(ticket, agent):
    return actions.restate(by=agent, ticket=ticket, text="You want to show slides in B 2.")


@pytest.fixture
def solution(ticket, agent, restatement):
    actions.reply(by=agent, ticket=ticket, body="A word of the conversation.")
    return actions.offer_solution(by=agent, ticket=ticket, text="It has a **new lamp**.")


def get(path: str, client: Client | None = None, **asked: str):
    return (client or Client()).get(path, asked)


def words(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_only_who_never_signed_in_answers_by_a_link(mara, ticket, restatement):
    assert only_uses_mail(mara)
    assert answer_url(mara, ticket, "restatement", restatement.pk).startswith("http")
    assert answer_url(PersonFactory(), ticket, "restatement", restatement.pk) == ""
    mara.last_login = clock.now()
    assert not only_uses_mail(mara)


def test_mails_lead_there_and_those_of_others_to_the_page(mara, ticket, restatement, solution, agent):
    for kind, item in (("restated", restatement), ("solution", solution)):
        mail = OutboxMessage.objects.get(about=f"ticket:{ticket.pk}", kind=kind, to=mara.email)
        links = set(re.findall(r"http\S+/answer/([^/\s]+)/", mail.text))
        assert {asked_by(token).key for token in links} == {item.pk}
        assert "?answer=" in mail.html
    signs_in = PersonFactory()
    other = open_from_mail(customer=signs_in, subject="Other", words="Other")
    actions.restate(by=agent, ticket=other, text="Another need.")
    mail = OutboxMessage.objects.get(about=f"ticket:{other.pk}", kind="restated")
    assert "/answer/" not in mail.text
    assert f"/requests/{other.pk}/?answer=right#answer" in mail.text


def test_acknowledgement_leads_to_the_questions(mara, ticket):
    mail = OutboxMessage.objects.get(about=f"ticket:{ticket.pk}", kind="acknowledged")
    (token,) = set(re.findall(r"http\S+/answer/([^/\s#]+)/", mail.text))
    assert asked_by(token).what == "questions"


def test_nobody_answers_for_them_out_of_the_outbox(mara, restatement):
    mail = OutboxMessage.objects.get(kind="restated", to=mara.email)
    keys = set(re.findall(r"/answer/([^/\s#?\"]+)", mail.text + mail.html))
    assert keys
    lead = Client()
    lead.force_login(PersonFactory(lead=True))
    for address in (f"/desk/outbox/{mail.pk}/", f"/desk/outbox/{mail.pk}/body"):
        shown = lead.get(address).content.decode()
        assert "/answer/…" in shown
        assert not [key for key in keys if key in shown]


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_link_preselects_and_changes_nothing(method, mara, ticket, solution):
    path = answer_path(mara, ticket, "solution", solution.pk)
    answer = getattr(Client(), method)(path, {"answer": "yes"})
    assert answer.status_code == 200
    if method == "get":
        assert re.search(r'value="yes"[^>]*checked', answer.content.decode())
        assert not re.search(r'value="no"[^>]*checked', answer.content.decode())
    solution.refresh_from_db()
    ticket.refresh_from_db()
    assert (solution.answer, ticket.state) == ("", State.OFFERED)


def test_page_tells_no_more_than_the_mail_and_leaves_no_trace(mara, ticket, restatement, solution):
    answer = get(answer_path(mara, ticket, "solution", solution.pk))
    assert "<strong>new lamp</strong>" in answer.content.decode()
    assert "A word of the conversation" not in answer.content.decode()
    assert restatement.text not in words(answer)
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"
    assert 'name="robots" content="noindex' in answer.content.decode()
    assert not re.search(r'(href|src)="https?://', answer.content.decode())


def test_yes_by_link_solves_the_request(mara, ticket, solution):
    path = answer_path(mara, ticket, "solution", solution.pk)
    answer = Client().post(path, {"answer": "yes"})
    assert "Thank you, Mara" in words(answer)
    ticket.refresh_from_db()
    solution.refresh_from_db()
    assert (ticket.state, ticket.close_reason) == (State.CLOSED, CloseReason.CONFIRMED)
    assert solution.answered_by == mara
    assert "This is answered already" in words(get(path))
    again = Client().post(path, {"answer": "no", "words": "Dark again"})
    assert again.status_code == 409
    solution.refresh_from_db()
    assert solution.answer == Answer.YES


def test_no_needs_words_and_keeps_what_was_chosen(mara, ticket, solution):
    path = answer_path(mara, ticket, "solution", solution.pk)
    answer = Client().post(path, {"answer": "no", "words": " "})
    assert answer.status_code == 422
    assert "Tell us in a few words what does not work yet" in words(answer)
    assert re.search(r'value="no"[^>]*checked', answer.content.decode())
    assert Client().post(path, {}).status_code == 422
    answer = Client().post(path, {"answer": "partly", "words": "The sound is missing."})
    assert "Your answer is with us" in words(answer)
    ticket.refresh_from_db()
    solution.refresh_from_db()
    assert (solution.answer, solution.answer_words) == (Answer.PARTLY, "The sound is missing.")
    assert ticket.state == State.WORKING


def test_a_late_yes_by_link_is_the_last_word(mara, ticket, solution):
    actions.remind(solution=solution)
    actions.close_unanswered(solution=solution)
    path = answer_path(mara, ticket, "solution", solution.pk)
    assert "Does this completely solve it?" in words(get(path))
    assert "Thank you, Mara" in words(Client().post(path, {"answer": "yes"}))
    ticket.refresh_from_db()
    assert (ticket.state, ticket.close_reason) == (State.CLOSED, CloseReason.CONFIRMED)
    assert "This is answered already" in words(get(path))


def test_a_late_no_by_link_opens_it_again(mara, ticket, solution):
    actions.remind(solution=solution)
    actions.close_unanswered(solution=solution)
    Client().post(answer_path(mara, ticket, "solution", solution.pk), {"answer": "no", "words": "Dark again."})
    ticket.refresh_from_db()
    assert (ticket.state, ticket.times_reopened) == (State.WORKING, 1)
    assert ticket.messages.latest("pk").body == "Dark again."


def test_yes_over_open_parts_is_asked_once_more(mara, ticket, solution, agent):
    part = open_from_mail(customer=mara, subject="The sound", words="No sound")
    actions.make_part_of(by=agent, ticket=part, parent=ticket)
    path = answer_path(mara, ticket, "solution", solution.pk)
    answer = Client().post(path, {"answer": "yes"})
    assert answer.status_code == 422
    assert "One part of it is still open" in words(answer)
    assert "The sound" not in words(answer)  # the mail did not name it
    assert "Thank you" in words(Client().post(path, {"answer": "yes", "parts_known": "yes"}))
    ticket.refresh_from_db()
    assert ticket.state == State.CLOSED


@pytest.mark.parametrize(
    ("said", "is_right"), [({"answer": "right"}, True), ({"answer": "different", "words": "In B 3."}, False)]
)
def test_restatement_by_link(said, is_right, mara, ticket, restatement):
    path = answer_path(mara, ticket, "restatement", restatement.pk)
    assert "You want to show slides in B 2." in words(get(path, answer="right"))
    assert "Thank you" in words(Client().post(path, said))
    restatement.refresh_from_db()
    assert restatement.is_right is is_right
    assert restatement.correction == said.get("words", "")


def test_questions_by_link(mara, ticket):
    path = answer_path(mara, ticket, "questions", ticket.pk)
    asked = get(path)
    assert "It stays dark." not in words(asked)
    names = re.findall(r'<textarea name="(\w+)"', asked.content.decode())
    assert 1 <= len(names) <= 3
    assert Client().post(path, dict.fromkeys(names, " ")).status_code == 422
    answer = Client().post(path, {names[0]: "Since Monday", "goal": "Something else"})
    assert "Thank you" in words(answer)
    ticket.interview.refresh_from_db()
    assert getattr(ticket.interview, Prompt(names[0]).value) == "Since Monday"
    assert ticket.interview.goal == "It stays dark."  # what was said stays as it was said


def test_link_dies_after_a_month_and_foreign_ones_never_lived(mara, ticket, restatement):
    path = answer_path(mara, ticket, "restatement", restatement.pk)
    with time_machine.travel(clock.now() + timedelta(days=29), tick=False):
        assert get(path).status_code == 200
    with time_machine.travel(clock.now() + timedelta(days=31), tick=False):
        answer = get(path)
        assert answer.status_code == 404
        assert "answer the mail that brought you here" in words(answer)
        assert Client().post(path, {"answer": "right"}).status_code == 404
    wrong = [
        path[:-3] + "xy/",
        reverse("intake:answer", args=["nonsense"]),
        reverse("intake:answer", args=[signing.dumps([mara.pk, ticket.pk, "restatement", restatement.pk])]),
        reverse("intake:answer", args=[signing.dumps([1, 2], salt="foredesk.intake.answer")]),
        reverse("intake:answer", args=[signing.dumps({"a": 1}, salt="foredesk.intake.answer")]),
        answer_path(PersonFactory(), ticket, "restatement", restatement.pk),
        answer_path(mara, ticket, "restatement", restatement.pk + 99),
        answer_path(mara, ticket, "solution", restatement.pk),
    ]
    for one in wrong:
        assert get(one).status_code == 404, one
        assert Client().post(one, {"answer": "right"}).status_code == 404
    mara.is_active = False
    mara.save()
    assert get(path).status_code == 404


def test_superseded_restatement_is_no_longer_asked(mara, ticket, restatement, agent):
    path = answer_path(mara, ticket, "restatement", restatement.pk)
    actions.restate(by=agent, ticket=ticket, text="You want to show a film.")
    assert get(path).status_code == 404


def test_nobody_answers_for_somebody_else(mara, ticket, solution, agent):
    """A colleague who finds the link in the outbox is signed in as themselves."""
    path = answer_path(mara, ticket, "solution", solution.pk)
    client = Client()
    client.force_login(agent)
    assert "This link is for somebody else" in words(get(path, client))
    assert client.post(path, {"answer": "yes"}).status_code == 409
    solution.refresh_from_db()
    assert solution.answer == ""
    client.force_login(mara)
    assert "Thank you" in words(client.post(path, {"answer": "yes"}))


def test_form_is_protected_and_limited(mara, ticket, solution):
    path = answer_path(mara, ticket, "solution", solution.pk)
    assert Client(enforce_csrf_checks=True).post(path, {"answer": "yes"}).status_code == 403
    codes = [Client().post(path, {}).status_code for _ in range(31)]
    assert codes[:30] == [422] * 30
    assert codes[30] == 429
    assert get(path).status_code == 200
