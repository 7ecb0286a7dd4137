"""A link by mail with which somebody lets themselves in."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from foredesk.activity.queries import events_about
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.mail.models import OutboxMessage
from foredesk.people import actions, queries, rules
from foredesk.people.models import Invitation, Person
from tests.factories import PASSWORD, PersonFactory
from tests.people.device import Device, with_app

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outside_the_demo")]
NEW = "nine quiet herons by the canal"


@pytest.fixture
def boss() -> Person:
    return with_app(PersonFactory(full_name="Bo Boss", administrator=True))


@pytest.fixture
def ada() -> Person:
    return PersonFactory(email="ada@example.org", full_name="Ada Lovelace", password=None)


def link_of(message: Any) -> str:
    return re.search(r"http://localhost:8000(/account/invitation/\S+)", message.body)[1]  # type: ignore[index]


def test_somebody_is_invited_and_chooses_a_password(boss: Person, ada: Person, client: Client, mailoutbox: Any) -> None:
    mailoutbox.clear()
    actions.invite(by=boss, person=ada)
    (message,) = mailoutbox
    assert message.subject == "Bo Boss invites you" and message.extra_headers["X-Foredesk-Secret"] == "yes"
    link = link_of(message)
    token = link.split("/")[-2]
    assert token not in str(Invitation.objects.values()), "only its hash is kept"

    answer = client.get(link)
    assert answer["Location"] == "/account/invitation/", "the token leaves the address at once"
    assert "no-store" in answer["Cache-Control"] and token not in str(dict(client.session))
    page = client.get("/account/invitation/")
    assert "Welcome, Ada" in page.content.decode() and "At least 15 characters" in page.content.decode()
    assert page["Referrer-Policy"] == "same-origin"
    assert "15 characters" in client.post("/account/invitation/", {"password": "too short"}).content.decode()
    assert client.post("/account/invitation/", {"password": NEW})["Location"] == reverse("portal:home")
    assert client.get("/you/").status_code == 200
    assert [event.tag for event in events_about(ada)] == [
        "person:invited",
        "person:invitation:accepted",
        "person:password:changed",
    ]
    used = Client().get(link, follow=True).content.decode()
    assert "has been used" in used and reverse("account_login") in used


def test_or_a_passkey_and_no_password_at_all(boss: Person, ada: Person, client: Client, mailoutbox: Any) -> None:
    actions.invite(by=boss, person=ada)
    client.get(link_of(mailoutbox[-1]))
    device = Device()
    options = client.post("/account/invitation/options").json()
    answer = client.post("/account/invitation/", {"name": "Phone", "credential": device.make(options)})
    assert answer["Location"] == "/account/how/codes/"
    assert '<ol class="codes">' in client.get("/account/how/codes/").content.decode()
    ada.refresh_from_db()
    assert not ada.has_usable_password() and queries.has_second_factor(ada)
    elsewhere = Client()
    options = elsewhere.post("/account/passkey/options").json()
    elsewhere.post("/account/passkey/", {"credential": device.ask(options)})
    assert elsewhere.get("/you/").status_code == 200
    assert client.post("/account/invitation/options").status_code == 409


def test_a_mailbox_alone_does_not_get_past_a_second_factor(boss: Person, client: Client, mailoutbox: Any) -> None:
    ada = with_app(PersonFactory(email="ada@example.org"))
    actions.invite(by=boss, person=ada)
    client.get(link_of(mailoutbox[-1]))
    assert "Or without a password" not in client.get("/account/invitation/").content.decode()
    options = client.post("/account/invitation/options").json()
    client.post("/account/invitation/", {"name": "Mine", "credential": Device().make(options)})
    assert queries.second_factors(ada).count() == 1
    assert client.post("/account/invitation/", {"password": NEW})["Location"] == "/account/second-step/"
    assert client.get("/you/").status_code == 302


def test_nobody_without_an_address_is_invited_or_let_in(boss: Person, client: Client, settings: Any) -> None:
    settings.STRICT_SIGN_IN = False
    name_only = PersonFactory(email=rules.no_address_for("Noa Name"), full_name="Noa Name", is_active=False)
    for act in (actions.invite, actions.reactivate):
        with pytest.raises(Refused, match="No mail reaches Noa Name"):
            act(by=boss, person=name_only)
    name_only.refresh_from_db()
    assert not name_only.is_active
    assert not Invitation.objects.exists()
    client.force_login(boss)
    page = client.get(reverse("people:person", args=[name_only.pk])).content.decode()
    assert "No mail address of theirs is known" in page
    assert "Let them sign in again" not in page


def test_a_new_invitation_ends_the_older_ones(boss: Person, ada: Person, client: Client, mailoutbox: Any) -> None:
    actions.invite(by=boss, person=ada)
    actions.invite(by=boss, person=ada)
    older, newer = (link_of(message) for message in mailoutbox[-2:])
    assert "no longer works" in client.get(older, follow=True).content.decode()
    assert "Welcome" in client.get(newer, follow=True).content.decode()


def test_it_runs_out_after_seven_days(boss: Person, ada: Person, client: Client, mailoutbox: Any) -> None:
    invitation = actions.invite(by=boss, person=ada)
    with time_machine.travel(clock.now() + timedelta(days=6, hours=23)):
        assert "Welcome" in client.get(link_of(mailoutbox[-1]), follow=True).content.decode()
    with time_machine.travel(clock.now() + timedelta(days=7, seconds=1)):
        assert "Send me a fresh one" in client.get("/account/invitation/").content.decode()
        assert client.post("/account/invitation/", {"password": NEW}).status_code == 409
        with pytest.raises(Refused):
            actions.accept_invitation(invitation=invitation, password=NEW)
    ada.refresh_from_db()
    assert not ada.has_usable_password()


@pytest.mark.parametrize("fate", ["deactivated", "erased", "moved"])
def test_it_ends_with_the_access_and_with_the_address(
    fate: str, boss: Person, ada: Person, client: Client, mailoutbox: Any
) -> None:
    invitation = actions.invite(by=boss, person=ada)
    if fate == "deactivated":
        actions.deactivate(by=boss, person=ada)
    elif fate == "erased":
        Person.objects.filter(pk=ada.pk).update(erased_at=clock.now())
    else:
        facts = {name: getattr(ada, name) for name in ("number", "phone", "department", "place", "manager", "timezone")}
        actions.change_person(by=boss, person=ada, email="new@example.org", full_name="Ada", **facts)
    assert "no longer works" in client.get(link_of(mailoutbox[-1]), follow=True).content.decode()
    invitation = Invitation.objects.select_related("person").get(pk=invitation.pk)
    with pytest.raises(Refused):
        actions.accept_invitation(invitation=invitation, password=NEW)


def test_a_link_that_was_never_sent_opens_nothing(client: Client) -> None:
    assert "no longer works" in client.get("/account/invitation/made-up/", follow=True).content.decode()
    assert client.post("/account/invitation/", {"password": NEW}).status_code == 409
    assert client.post("/account/invitation/options").status_code == 409


def test_whoever_else_sits_here_is_signed_out_first(boss: Person, ada: Person, client: Client, mailoutbox: Any) -> None:
    actions.invite(by=boss, person=ada)
    client.force_login(boss)
    client.get(link_of(mailoutbox[-1]))
    client.post("/account/invitation/", {"password": NEW})
    assert "Ada Lovelace" in client.get("/you/").content.decode()


def test_administrators_see_how_it_stands_and_send_it_again(boss: Person, ada: Person, client: Client) -> None:
    client.force_login(boss)
    address = f"/desk/settings/people/{ada.pk}/"
    assert "Send an invitation" in client.get(address).content.decode()
    with time_machine.travel(clock.now() - timedelta(days=3)):
        actions.invite(by=boss, person=ada)
    page = client.get(address).content.decode()
    assert "the link works until" in page and "Send it again" in page
    client.post(f"{address}invitation")
    assert ada.invitations.filter(expires_at__gt=clock.now()).count() == 1
    with time_machine.travel(clock.now() + timedelta(days=8)):
        client.force_login(boss)
        assert "the link has run out" in client.get(address).content.decode()


def test_all_agents_who_never_came_are_invited_at_once(boss: Person, client: Client, mailoutbox: Any) -> None:
    never = [PersonFactory(agent=True), PersonFactory(lead=True)]
    PersonFactory(agent=True, last_login=clock.now())
    PersonFactory(agent=True, is_active=False)
    PersonFactory()
    client.force_login(boss)
    mailoutbox.clear()
    assert "2 agents have never signed in" in client.get("/desk/settings/people/").content.decode()
    page = client.post("/desk/settings/people/invitations", follow=True).content.decode()
    assert "2 invitations are on their way" in page
    assert {message.to[0] for message in mailoutbox} == {person.email for person in never}


def test_the_outbox_shows_the_link_to_nobody(boss: Person, ada: Person, settings: Any) -> None:
    settings.EMAIL_BACKEND = "foredesk.mail.backends.OutboxBackend"
    actions.invite(by=boss, person=ada)
    mail = OutboxMessage.objects.filter(to=ada.email).latest("pk")
    assert mail.is_secret and mail.kind == "password"


def test_signing_in_as_before_works_beside_an_invitation(boss: Person, client: Client) -> None:
    person = PersonFactory(email="ada@example.org")
    actions.invite(by=boss, person=person)
    client.post("/account/sign-in/", {"login": "ada@example.org", "password": PASSWORD})
    assert client.get("/you/").status_code == 200
