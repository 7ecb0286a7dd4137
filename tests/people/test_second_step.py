"""The app and recovery codes, what a second factor does to passwords, and who needs one."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from foredesk.kit import sealing
from foredesk.kit.refusals import Refused
from foredesk.people import actions, queries
from foredesk.people.models import Person
from tests.factories import PASSWORD, PersonFactory
from tests.people.device import SECRET, Device, add_passkey, digits, enter_by_passkey, sign_in, tags, with_app

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outside_the_demo")]
NEW = "nine quiet herons by the canal"


# --- The app ------------------------------------------------------------------------------------------


def test_the_app_is_set_up_and_asked_for_from_then_on(ada: Person, client: Client, mailoutbox: list[Any]) -> None:
    sign_in(client)
    page = client.get("/account/how/app/").content.decode()
    assert "<svg" in page and "<?xml" not in page and "<script>" not in page
    key = re.search(r'<code class="scan-key">([A-Z2-7 ]+)</code>', page)[1].replace(" ", "")  # type: ignore[index]
    assert client.post("/account/how/app/", {"code": "000000"}).status_code == 422
    done = client.post("/account/how/app/", {"code": digits(key)})
    assert done["Location"] == "/account/how/codes/"

    codes = re.findall(r"<code>(\d{5} \d{5})</code>", client.get("/account/how/codes/").content.decode())
    assert len(codes) == 10
    assert client.post("/account/how/codes/")["Location"] == "/account/how/"
    after = client.get("/account/how/codes/").content.decode()
    assert codes[0] not in after and "10 codes left" in after, "they are shown once"
    assert [message.subject for message in mailoutbox] == ["How you sign in has changed"]
    assert tags(ada) == ["person:app:added"]

    elsewhere = Client()
    assert sign_in(elsewhere, next="/you/")["Location"] == "/account/second-step/"
    assert elsewhere.get("/you/").status_code == 302, "the password alone opens nothing"
    assert "app on your phone" in elsewhere.get("/account/second-step/").content.decode()
    assert elsewhere.post("/account/second-step/", {"code": "123456"}).status_code == 422
    assert elsewhere.post("/account/second-step/", {"code": digits(key, steps=1)})["Location"] == "/you/"
    assert elsewhere.get("/you/").status_code == 200


def test_digits_never_count_twice(ada: Person) -> None:
    with_app(ada)
    shown = digits()
    assert actions.use_code(person=ada, code=f"{shown[:3]} {shown[3:]}")
    assert actions.use_code(person=ada, code=shown) is None, "RFC 6238, section 5.2"
    assert actions.use_code(person=ada, code=digits(steps=-1)) is None, "nor do older ones"
    assert actions.use_code(person=ada, code=digits(steps=1))


def test_digits_from_a_clock_that_is_far_off_do_not_count(ada: Person) -> None:
    with_app(ada)
    assert actions.use_code(person=ada, code=digits(steps=2)) is None


def test_setting_up_uses_the_digits_up(ada: Person) -> None:
    actions.add_app(by=ada, secret=SECRET, code=digits())
    assert actions.use_code(person=ada, code=digits()) is None


def test_guessing_digits_is_slowed_down_across_processes(ada: Person, client: Client) -> None:
    with_app(ada)
    sign_in(client)
    for _ in range(5):
        assert "do not fit" in client.post("/account/second-step/", {"code": "000000"}).content.decode()
        cache.clear()  # another process has a cache of its own
    assert "a few tries too many" in client.post("/account/second-step/", {"code": digits()}).content.decode()
    with time_machine.travel(timedelta(minutes=5, seconds=1)):
        assert client.post("/account/second-step/", {"code": digits()}).status_code == 302


def test_what_the_app_and_the_codes_hang_on_is_sealed(ada: Person) -> None:
    with_app(ada)
    for factor in Authenticator.objects.all():
        assert SECRET not in str(factor.data)
        assert sealing.unseal(factor.data.get("secret") or factor.data["seed"])


def test_a_new_secret_key_takes_the_old_seals_over(ada: Person, settings: Any) -> None:
    with_app(ada)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another one, made later"
    assert actions.use_code(person=ada, code=digits())
    assert actions.reseal_factors() == 2
    settings.SECRET_KEY_FALLBACKS = []
    assert actions.use_code(person=ada, code=digits(steps=1))
    settings.SECRET_KEY = "nobody knows this one"
    with pytest.raises(sealing.Unsealable):
        actions.reseal_factors()


def test_a_lost_secret_key_is_told_and_leaves_a_way_back(ada: Person, client: Client, settings: Any) -> None:
    with_app(ada)
    settings.SECRET_KEY = "nobody knows the one before"
    sign_in(client)
    answer = client.post("/account/second-step/", {"code": digits()})
    assert answer.status_code == 422 and "cannot be checked here any more" in answer.content.decode()
    client.force_login(ada)
    for address in ("/account/how/", "/account/how/codes/"):
        assert client.get(address).status_code == 200


def test_the_first_second_factor_ends_what_a_password_alone_has_opened(ada: Person, client: Client) -> None:
    thief, device = Client(), Device()
    for one in (client, thief):
        sign_in(one)
        assert one.get("/you/").status_code == 200
    add_passkey(client, device)
    assert client.get("/you/").status_code == 200
    assert thief.get("/you/").status_code == 302
    enter_by_passkey(other := Client(), device)
    client.post("/account/how/passkeys/new/options")
    add_passkey(client, Device(), name="Phone")
    assert other.get("/you/").status_code == 200, "a second device ends nothing"


# --- Recovery codes -----------------------------------------------------------------------------------


def test_a_recovery_code_lets_in_once(ada: Person, client: Client, mailoutbox: list[Any]) -> None:
    with_app(ada)
    code = queries.unused_codes(ada)[3]
    sign_in(client)
    assert client.post("/account/second-step/", {"code": f"{code[:5]}-{code[5:]}"}).status_code == 302
    assert client.get("/you/").status_code == 200
    assert queries.codes_left(ada) == 9
    assert "9 are left" in mailoutbox[-1].body and tags(ada)[-1] == "person:code:used"
    assert actions.use_code(person=ada, code=code) is None
    assert "9 codes left" in client.get("/account/how/").content.decode()


def test_new_codes_end_the_old_ones(ada: Person, client: Client) -> None:
    with_app(ada)
    sign_in(client)
    client.post("/account/second-step/", {"code": digits()})
    old = queries.unused_codes(ada)[0]
    page = client.post("/account/how/codes/new/", follow=True).content.decode()
    assert "data:text/plain" in page and "download=" in page
    assert old not in queries.unused_codes(ada) and queries.codes_left(ada) == 10
    assert actions.use_code(person=ada, code=old) is None


def test_codes_alone_are_no_second_factor(ada: Person, client: Client) -> None:
    sign_in(client)
    assert client.post("/account/how/codes/new/").status_code == 404
    assert not queries.has_second_factor(ada)


# --- Passwords beside them ----------------------------------------------------------------------------


def test_eight_characters_are_enough_beside_a_second_factor(ada: Person, client: Client) -> None:
    with pytest.raises(ValidationError, match="at least 15"):
        validate_password("tiny fox", ada)
    with_app(ada)
    validate_password("tiny fox", ada)
    with pytest.raises(ValidationError, match="at least 8"):
        validate_password("tinyfox", ada)
    sign_in(client)
    client.post("/account/second-step/", {"code": digits()})
    page = client.get("/account/password/").content.decode()
    assert "At least 8 characters" in page and 'minlength="8"' in page
    client.post("/account/password/", {"oldpassword": PASSWORD, "password1": "tiny fox"})
    ada.refresh_from_db()
    assert ada.check_password("tiny fox")


def test_a_short_password_does_not_stay_alone(ada: Person, client: Client) -> None:
    with_app(ada)
    ada.set_password("tiny fox")
    ada.save()
    sign_in(client, "tiny fox")
    client.post("/account/second-step/", {"code": digits()})
    removal = f"/account/how/{queries.second_factors(ada).get().pk}/removal/"
    assert "has to be a long one" in client.get(removal).content.decode()
    assert "not your current password" in client.post(removal, {"password": "wrong"}).content.decode()
    short = client.post(removal, {"password": "tiny fox"}).content.decode()
    assert "needs at least 15 characters" in short
    assert "at least 15" in client.post(removal, {"password": "tiny fox", "new_password": "too short"}).content.decode()
    assert queries.has_second_factor(ada), "nothing is half done"
    assert client.post(removal, {"password": "tiny fox", "new_password": NEW}).status_code == 302
    ada.refresh_from_db()
    assert ada.check_password(NEW) and not queries.has_second_factor(ada)
    assert client.get("/you/").status_code == 200


def test_one_of_two_goes_without_a_word_about_passwords(ada: Person, client: Client) -> None:
    sign_in(client)
    add_passkey(client, Device())
    with_app(ada)
    passkey = queries.second_factors(ada).get(type="webauthn")
    assert client.post(f"/account/how/{passkey.pk}/removal/").status_code == 302
    assert queries.has_second_factor(ada) and queries.codes_left(ada) == 10


# --- Is it you? ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/account/how/app/", "/account/how/passkeys/new/", "/account/password/first/"])
def test_changes_ask_who_it_is_after_ten_minutes(address: str, ada: Person, client: Client) -> None:
    if "first" in address:
        ada.set_unusable_password()
        ada.save()
        with_app(ada)
        client.force_login(ada)
    else:
        sign_in(client)
        assert client.get(address).status_code == 200, "who has just signed in has just proved it"
    with time_machine.travel(timedelta(minutes=11)):
        asked = client.get(address)
        assert asked["Location"] == f"/account/confirm/?next={address.replace('/', '%2F')}"
        assert "Is it you?" in client.get(asked["Location"]).content.decode()
        if "first" in address:
            sure = client.post("/account/confirm/", {"code": digits(), "next": address})
        else:
            wrong = client.post("/account/confirm/", {"password": "wrong", "next": address})
            assert "not your current password" in wrong.content.decode()
            sure = client.post("/account/confirm/", {"password": PASSWORD, "next": address})
        assert sure["Location"] == address
        assert client.get(address).status_code == 200


def test_confirming_leads_nowhere_else(ada: Person, client: Client) -> None:
    sign_in(client)
    answer = client.post("/account/confirm/", {"password": PASSWORD, "next": "https://evil.example/"})
    assert answer["Location"] == "/account/how/"


def test_a_password_alone_does_not_confirm_beside_a_second_factor(ada: Person, client: Client) -> None:
    with_app(ada)
    sign_in(client)
    client.post("/account/second-step/", {"code": digits()})
    with time_machine.travel(timedelta(minutes=11)):
        asked = client.get("/account/confirm/?next=/account/how/passkeys/new/").content.decode()
        assert "current-password" not in asked
        answer = client.post("/account/confirm/", {"password": PASSWORD, "next": "/account/how/passkeys/new/"})
        assert answer.status_code == 422
        assert client.get("/account/how/passkeys/new/").status_code == 302


def test_a_passkey_confirms_too(ada: Person, client: Client) -> None:
    device = Device()
    sign_in(client)
    add_passkey(client, device)
    options = client.post("/account/passkey/options").json()
    answer = client.post("/account/confirm/", {"credential": device.ask(options), "next": "/account/how/app/"})
    assert answer["Location"] == "/account/how/app/"


# --- Administrators -----------------------------------------------------------------------------------


@pytest.fixture
def boss() -> Person:
    return PersonFactory(email="ada@example.org", administrator=True)


def test_an_administrator_without_one_is_led_to_it(boss: Person, client: Client) -> None:
    sign_in(client)
    for address in ("/", "/desk/", "/desk/settings/people/", "/requests/", "/you/"):
        assert client.get(address)["Location"] == "/account/how/", address
    refused = client.post("/desk/settings/people/new/", {"full_name": "Eve"}, headers={"HX-Request": "true"})
    assert refused.status_code == 403 and refused["HX-Redirect"] == "/account/how/"
    assert "One thing first" in client.get("/account/how/").content.decode()
    for address in ("/account/how/app/", "/account/how/passkeys/new/", "/account/sessions/", "/account/sign-out/"):
        assert client.get(address).status_code == 200, address
    add_passkey(client, Device())
    assert client.get("/desk/settings/people/").status_code == 200
    assert "One thing first" not in client.get("/account/how/").content.decode()


def test_only_administrators_and_not_in_the_demo(boss: Person, client: Client, settings: Any) -> None:
    client.force_login(PersonFactory(lead=True))
    assert client.get("/desk/settings/people/").status_code == 200
    client.force_login(boss)
    settings.STRICT_SIGN_IN = False
    assert client.get("/desk/settings/people/").status_code == 200


def test_the_rule_costs_administrators_one_query_and_others_none(boss: Person) -> None:
    costs = {}
    for person in (boss, PersonFactory()):
        client = Client()
        client.force_login(person)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get("/desk/settings/people/new/")
        costs[person.role] = sum("mfa_authenticator" in query["sql"] for query in captured)
    assert costs == {"administrator": 1, "customer": 0}


def test_an_administrator_keeps_the_last_one(boss: Person, client: Client) -> None:
    with_app(boss)
    sign_in(client)
    client.post("/account/second-step/", {"code": digits()})
    app = queries.second_factors(boss).get()
    assert "Add another first" in client.get(f"/account/how/{app.pk}/removal/").content.decode()
    answer = client.post(f"/account/how/{app.pk}/removal/", {"password": PASSWORD})
    assert "Add another first" in answer.content.decode() and queries.has_second_factor(boss)


def test_whoever_lost_everything_begins_again(ada: Person, client: Client, mailoutbox: list[Any]) -> None:
    helper = with_app(PersonFactory(full_name="Bo Boss", administrator=True))
    hers = Client()
    sign_in(hers)
    with_app(ada)
    client.force_login(helper)
    mailoutbox.clear()
    page = client.get(f"/desk/settings/people/{ada.pk}/").content.decode()
    assert "a password and a second step" in page and "begin again" in page
    client.post(f"/desk/settings/people/{ada.pk}/new-beginning")
    assert not Authenticator.objects.filter(user=ada).exists()
    assert hers.get("/you/").status_code == 302, "sessions end"
    assert sign_in(Client()).status_code == 200, "the password too: it may have been a short one"
    changed, invited = mailoutbox
    assert "Bo Boss has cleared" in changed.body and "/account/invitation/" in invited.body
    assert tags(ada)[-2:] == ["person:factors:removed", "person:invited"]
    with pytest.raises(Refused, match="another administrator"):
        actions.let_begin_again(by=helper, person=helper)
