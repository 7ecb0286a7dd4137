"""Passkeys: alone, as the second step, used wrongly, renamed and removed."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foredesk.people import actions, queries
from foredesk.people.models import Person
from tests.factories import PASSWORD, PersonFactory
from tests.people.device import SECRET, VERIFIED, Device, add_passkey, digits, enter_by_passkey, sign_in, tags, with_app

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outside_the_demo")]


def test_a_passkey_alone_signs_in(ada: Person, client: Client) -> None:
    device = Device()
    sign_in(client)
    assert add_passkey(client, device)["Location"] == "/account/how/codes/"
    assert "Laptop" in client.get("/account/how/").content.decode()
    elsewhere = Client()
    before = elsewhere.session.session_key
    assert enter_by_passkey(elsewhere, device, next="/you/")["Location"] == "/you/"
    assert elsewhere.get("/you/").status_code == 200
    assert elsewhere.session.session_key != before
    assert enter_by_passkey(Client(), device, next="https://evil.example/")["Location"] == reverse("portal:home")


def test_a_passkey_is_the_second_step_after_a_password(ada: Person, client: Client) -> None:
    device = Device()
    sign_in(client)
    add_passkey(client, device)
    elsewhere = Client()
    assert sign_in(elsewhere)["Location"] == "/account/second-step/"
    options = elsewhere.post("/account/passkey/options").json()
    assert options["publicKey"]["allowCredentials"], "those of whoever gave the password"
    answer = elsewhere.post("/account/second-step/", {"credential": device.ask(options)})
    assert answer["Location"] == reverse("portal:home")


def test_a_passkey_is_asked_for_the_owner(client: Client) -> None:
    options = client.post("/account/passkey/options").json()["publicKey"]
    assert options["userVerification"] == "required" and options["rpId"] == "localhost"
    assert not options["allowCredentials"], "nobody learns who has one"


@pytest.mark.parametrize(
    "fault",
    [
        {"origin": "http://localhost:9999"},
        {"origin": "https://localhost"},
        {"origin": "http://evil.localhost:8000"},
        {"rp": "evil.example"},
        {"flags": 0x01},
    ],
    ids=str,
)
def test_a_passkey_used_wrongly_opens_nothing(fault: dict[str, Any], ada: Person, client: Client) -> None:
    device = Device()
    sign_in(client)
    add_passkey(client, device)
    for name, value in fault.items():
        setattr(device, name, value)
    assert device.flags & VERIFIED or fault == {"flags": 0x01}
    elsewhere = Client()
    assert enter_by_passkey(elsewhere, device)["Location"] == reverse("account_login")
    assert elsewhere.get("/you/").status_code == 302
    assert add_passkey(client, device).status_code == 422, "nor is one made so"


def test_a_signature_is_good_for_one_challenge(ada: Person, client: Client) -> None:
    device = Device()
    sign_in(client)
    add_passkey(client, device)
    elsewhere = Client()
    signed = device.ask(elsewhere.post("/account/passkey/options").json())
    assert elsewhere.post("/account/passkey/", {"credential": signed}).status_code == 302
    elsewhere.logout()
    elsewhere.post("/account/passkey/options")
    elsewhere.post("/account/passkey/", {"credential": signed})
    assert elsewhere.get("/you/").status_code == 302


@pytest.mark.parametrize("nonsense", ["", "{}", "[]", "null", '{"response": 7}', '{"response": {"clientDataJSON": 1}}'])
def test_nonsense_for_a_passkey_is_refused_kindly(nonsense: str, client: Client) -> None:
    client.post("/account/passkey/options")
    answer = client.post("/account/passkey/", {"credential": nonsense}, follow=True)
    assert "This passkey is not known here" in answer.content.decode()


def test_another_persons_passkey_is_no_proof(ada: Person, client: Client) -> None:
    device, other = Device(), Client()
    other.force_login(eve := PersonFactory())
    actions.add_app(by=eve, secret=SECRET, code=digits())
    other.post("/account/confirm/", {"code": digits(steps=1)})
    add_passkey(other, device)
    with_app(ada)
    sign_in(client)
    options = client.post("/account/passkey/options").json()
    client.post("/account/second-step/", {"credential": device.ask(options)})
    assert client.get("/you/").status_code == 302


def test_a_deactivated_person_does_not_get_in_by_passkey(ada: Person, client: Client) -> None:
    device = Device()
    sign_in(client)
    add_passkey(client, device)
    actions.deactivate(by=PersonFactory(administrator=True), person=ada)
    elsewhere = Client()
    assert enter_by_passkey(elsewhere, device)["Location"] == reverse("account_inactive")
    assert elsewhere.get("/you/").status_code == 302


def test_a_passkey_is_renamed_and_removed_by_its_owner_only(ada: Person, client: Client) -> None:
    sign_in(client)
    add_passkey(client, Device())
    passkey = queries.second_factors(ada).get()
    client.post(f"/account/how/passkeys/{passkey.pk}/", {"name": "Old laptop"})
    assert "Old laptop" in client.get("/account/how/").content.decode()
    stranger = Client()
    stranger.force_login(PersonFactory())
    for address in (f"/account/how/passkeys/{passkey.pk}/", f"/account/how/{passkey.pk}/removal/"):
        assert stranger.get(address).status_code in {302, 404}
        assert stranger.post(address, {"name": "Mine", "password": PASSWORD}).status_code in {302, 404}
    passkey.refresh_from_db()
    assert str(passkey) == "Old laptop"
    done = client.post(f"/account/how/{passkey.pk}/removal/", {"password": PASSWORD})
    assert done["Location"] == "/account/how/" and client.get("/you/").status_code == 200
    assert tags(ada) == ["person:passkey:added", "person:passkey:renamed", "person:passkey:removed"]
    assert not Authenticator.objects.filter(user=ada).exists(), "the codes go with the last one"


def test_the_page_costs_the_same_with_one_device_and_with_three(ada: Person, client: Client) -> None:
    sign_in(client)
    add_passkey(client, Device())
    costs = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/account/how/").status_code == 200
        costs.append(len(captured))
        for name in ("Phone", "Key"):
            Authenticator.objects.create(user=ada, type=Authenticator.Type.WEBAUTHN, data={"name": name})
    assert costs[0] == costs[1]
