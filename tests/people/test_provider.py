"""Signing in with a provider (OpenID Connect), against one that really runs, on this machine."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from foredesk.activity.queries import events_about
from foredesk.people import actions
from foredesk.people.enums import Role
from foredesk.people.models import Person
from tests.factories import PASSWORD, PersonFactory
from tests.people.device import digits, with_app
from tests.people.provider import CLIENT, SECRET, Provider, serving

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.STRICT_SIGN_IN = True
    cache.clear()
    with serving() as running:
        settings.OIDC_URL, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = running.url, CLIENT, SECRET
        settings.OIDC_NAME = "Ashgrove account"
        yield running


def enter(client: Client, provider: Provider, going_to: str = "") -> Any:
    """What a browser does: to the provider, and back with the code."""
    away = client.get("/account/provider/", {"next": going_to} if going_to else {})
    assert away.status_code == 302, away.content.decode()
    back = urlsplit(provider.authorise(away["Location"]))
    return client.get(f"{back.path}?{back.query}")


def is_in(client: Client) -> bool:
    return client.get("/account/sessions/").status_code == 200


def tags(person: Person) -> list[str]:
    return [event.tag for event in events_about(person)]


def test_somebody_unknown_becomes_a_customer(provider: Provider, client: Client) -> None:
    assert enter(client, provider, "/you/")["Location"] == "/you/"
    ada = Person.objects.get(email="ada@example.org")
    assert (ada.full_name, ada.role, ada.has_usable_password()) == ("Ada L", Role.CUSTOMER, False)
    assert tags(ada) == ["person:added", "person:provider:joined"]
    assert provider.asked["redirect_uri"] == "http://localhost:8000/account/provider/back/"
    assert set(provider.asked["scope"].split()) == {"openid", "profile", "email"}
    assert SocialAccount.objects.get().extra_data == {}, "what the provider says is not kept"
    again = Client()
    provider.person["email"] = "ada.lovelace@example.org"
    enter(again, provider)
    assert is_in(again) and Person.objects.count() == 1, "the subject counts, not the address"


def test_somebody_known_is_joined_by_a_verified_address(provider: Provider, client: Client, mailoutbox: Any) -> None:
    ada = PersonFactory(email="ada@example.org")
    provider.person["email"] = "Ada@Example.org"
    enter(client, provider)
    assert is_in(client) and SocialAccount.objects.get().user == ada
    assert ada.check_password(PASSWORD), "the password stays, for the emergency door"
    assert "Ashgrove account for the first time" in mailoutbox[0].body


@pytest.mark.parametrize("said", [{"email_verified": False}, {"email_verified": "false"}, {"email_verified": None}])
def test_an_address_that_is_not_verified_takes_nobody_over(said: Any, provider: Provider, client: Client) -> None:
    PersonFactory(email="ada@example.org", administrator=True)
    provider.person |= said
    answer = enter(client, provider)
    assert answer.status_code == 403 and "really yours" in answer.content.decode()
    assert not is_in(client) and not SocialAccount.objects.exists()


def test_providers_that_never_say_so_may_be_trusted(provider: Provider, client: Client, settings: Any) -> None:
    PersonFactory(email="ada@example.org")
    del provider.person["email_verified"]
    assert enter(client, provider).status_code == 403
    settings.OIDC_TRUST_EMAIL = True
    assert enter(client, provider).status_code == 302 and is_in(client)
    provider.person |= {"email_verified": False, "sub": "18"}
    assert enter(Client(), provider).status_code == 403, "but not one that says no"


def test_an_address_that_went_to_somebody_else_opens_nothing(provider: Provider, client: Client) -> None:
    enter(client, provider)
    provider.person["sub"] = "a new colleague with the old address"
    other = Client()
    assert "look at this together" in enter(other, provider).content.decode()
    assert not is_in(other)


def test_another_provider_with_the_same_subject_is_somebody_else(provider: Provider, settings: Any) -> None:
    enter(Client(), provider)
    with serving() as second:
        settings.OIDC_URL = second.url
        second.person |= {"email": "eve@example.org"}
        eve = Client()
        enter(eve, second)
        assert "eve@example.org" in eve.get("/you/").content.decode()


def test_strangers_can_be_refused(provider: Provider, client: Client, settings: Any) -> None:
    settings.OIDC_NEW_PEOPLE = False
    assert "we do not know your address yet" in enter(client, provider).content.decode()
    assert not Person.objects.exists()


def test_somebody_deactivated_is_told_kindly(provider: Provider, client: Client) -> None:
    PersonFactory(email="ada@example.org", is_active=False)
    assert enter(client, provider)["Location"] == reverse("account_inactive")
    assert not SocialAccount.objects.exists()
    Person.objects.update(is_active=True)
    enter(client, provider)
    Person.objects.update(is_active=False)
    again = Client()
    assert enter(again, provider)["Location"] == reverse("account_inactive")
    assert not is_in(again) and not is_in(client)


# --- Tokens that are not ours -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lie",
    [
        {"aud": "another-application"},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"iss": "https://evil.example"},
        {"exp": 1_000_000_000},
        {"nonce": "of somebody else's sign-in"},
        {"nonce": None},
        {"sub": "18"},
    ],
    ids=str,
)
def test_an_id_token_that_is_not_for_us_now_is_refused(lie: dict[str, Any], provider: Provider, client: Client) -> None:
    provider.id_token = lie
    answer = enter(client, provider)
    assert answer.status_code == 403 and not is_in(client) and not Person.objects.exists()


@pytest.mark.parametrize("algorithm", ["HS256", "none"])
def test_only_signatures_of_the_providers_keys_count(algorithm: str, provider: Provider, client: Client) -> None:
    provider.algorithm = algorithm
    assert enter(client, provider).status_code == 403
    provider.algorithm, provider.key = "RS256", rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert enter(client, provider).status_code == 403
    assert not is_in(client)


def test_a_state_that_this_browser_did_not_ask_for_is_refused(provider: Provider, client: Client) -> None:
    away = Client().get("/account/provider/")
    back = urlsplit(provider.authorise(away["Location"]))
    assert client.get(f"{back.path}?{back.query}").status_code == 403
    assert not is_in(client)


def test_nothing_from_the_address_reaches_the_provider(provider: Provider, client: Client) -> None:
    more = {
        "process": "connect",
        "scope": "admin",
        "auth_params": "prompt=none&nonce=mine",
        "next": "https://evil.example",
    }
    away = client.get("/account/provider/", more)
    provider.authorise(away["Location"])
    assert "admin" not in provider.asked["scope"] and "prompt" not in provider.asked
    assert provider.asked["nonce"] != "mine"
    assert enter(client, provider, "https://evil.example/")["Location"] == reverse("portal:home")


def test_turning_back_and_a_provider_that_is_down_are_told_kindly(provider: Provider, client: Client) -> None:
    away = client.get("/account/provider/")
    provider.authorise(away["Location"])
    back = {"error": "access_denied", "state": provider.asked["state"]}
    assert "turned back" in client.get("/account/provider/back/", back).content.decode()
    assert client.get("/account/provider/back/").status_code == 403
    provider.is_down = True
    assert "does not answer at present" in client.get("/account/provider/").content.decode()


def test_a_discovery_document_of_another_issuer_is_refused(provider: Provider, client: Client, settings: Any) -> None:
    settings.OIDC_URL = provider.url.replace("127.0.0.1", "localhost")
    assert client.get("/account/provider/").status_code == 403


# --- Roles --------------------------------------------------------------------------------------------


@pytest.fixture
def mapped(settings: Any) -> None:
    settings.OIDC_ROLES = {"it-agents": "agent", "it-leads": "lead", "it-admins": "administrator"}


@pytest.mark.usefixtures("mapped")
@pytest.mark.parametrize(
    ("claims", "role"),
    [
        ({"groups": ["staff", "it-agents"]}, Role.AGENT),
        ({"groups": ["it-agents", "it-admins", "it-leads"]}, Role.ADMINISTRATOR),
        ({"groups": "it-leads"}, Role.LEAD),
        ({"groups": ["staff"]}, Role.CUSTOMER),
        ({"groups": {"it-admins": True}}, Role.CUSTOMER),
        ({}, Role.CUSTOMER),
    ],
)
def test_the_role_is_what_the_claim_says(claims: dict[str, Any], role: str, provider: Provider, client: Client) -> None:
    provider.person |= claims
    enter(client, provider)
    assert Person.objects.get().role == role


@pytest.mark.usefixtures("mapped")
def test_the_role_follows_the_claim_each_time(provider: Provider, client: Client, settings: Any) -> None:
    settings.OIDC_ROLE_CLAIM = "realm_access.roles"
    ada = PersonFactory(email="ada@example.org")
    for names, role in ((["it-agents"], Role.AGENT), (["it-leads"], Role.LEAD), ([], Role.CUSTOMER)):
        provider.person["realm_access"] = {"roles": names}
        enter(Client(), provider)
        ada.refresh_from_db()
        assert ada.role == role
    assert tags(ada).count("person:role:followed") == 3


def test_without_a_mapping_roles_are_given_here(provider: Provider, client: Client) -> None:
    ada = PersonFactory(email="ada@example.org", lead=True)
    provider.person["groups"] = ["it-admins"]
    enter(client, provider)
    ada.refresh_from_db()
    assert ada.role == Role.LEAD


@pytest.mark.usefixtures("mapped")
def test_the_last_administrator_of_our_own_stays(provider: Provider, client: Client) -> None:
    ada = PersonFactory(email="ada@example.org", administrator=True)
    PersonFactory(administrator=True, password=None)  # gets in by the provider only
    enter(client, provider)
    ada.refresh_from_db()
    assert ada.role == Role.ADMINISTRATOR
    PersonFactory(administrator=True)
    enter(Client(), provider)
    ada.refresh_from_db()
    assert ada.role == Role.CUSTOMER


# --- Beside a second factor and passwords -------------------------------------------------------------


def test_the_second_step_is_asked_unless_the_provider_asks_for_it(
    provider: Provider, client: Client, settings: Any
) -> None:
    with_app(PersonFactory(email="ada@example.org", administrator=True))
    assert enter(client, provider, "/desk/settings/people/")["Location"] == "/account/second-step/"
    assert client.post("/account/second-step/", {"code": digits()})["Location"] == "/desk/settings/people/"
    settings.OIDC_IS_STRONG = True
    assert enter(Client(), provider, "/desk/settings/people/")["Location"] == "/desk/settings/people/"


@pytest.mark.parametrize("is_strong", [True, False])
def test_a_strong_provider_is_enough_for_administrators(
    is_strong: bool, provider: Provider, client: Client, settings: Any
) -> None:
    settings.OIDC_IS_STRONG = is_strong
    PersonFactory(email="ada@example.org", administrator=True)
    enter(client, provider)
    assert client.get("/desk/settings/people/").status_code == (200 if is_strong else 302)
    by_password = Client()
    by_password.post("/account/sign-in/", {"login": "ada@example.org", "password": PASSWORD})
    assert by_password.get("/desk/settings/people/")["Location"] == "/account/how/"


def test_the_page_offers_the_provider_first(provider: Provider, client: Client, settings: Any) -> None:
    page = client.get("/account/sign-in/?next=/you/").content.decode()
    assert "Sign in with Ashgrove account" in page and "/account/provider/?next=%2Fyou%2F" in page
    assert "Sign in with a password instead" in page
    PersonFactory(email="ada@example.org")
    client.post("/account/sign-in/", {"login": "ada@example.org", "password": PASSWORD})
    assert is_in(client)
    settings.OIDC_URL = ""
    assert "Ashgrove account" not in Client().get("/account/sign-in/").content.decode()
    assert Client().get("/account/provider/")["Location"] == reverse("account_login")


def test_passwords_can_be_kept_for_administrators(
    provider: Provider, client: Client, settings: Any, mailoutbox: Any
) -> None:
    settings.LOCAL_SIGN_IN = "administrators"
    PersonFactory(email="ada@example.org")
    boss = PersonFactory(email="bo@example.org", administrator=True)
    refused = client.post("/account/sign-in/", {"login": "ada@example.org", "password": PASSWORD}, follow=True)
    assert "Please sign in with Ashgrove account" in refused.content.decode() and not is_in(client)
    assert "Administrators: sign in with a password" in refused.content.decode()
    client.post("/account/password/forgotten/", {"email": "ada@example.org"})
    assert mailoutbox == []
    client.post("/account/sign-in/", {"login": "bo@example.org", "password": PASSWORD})
    assert is_in(client)
    other = Client()
    enter(other, provider)
    assert is_in(other)
    token = actions.invite(by=boss, person=Person.objects.get(email="ada@example.org"))
    assert token
    link = mailoutbox[-1].body.split("http://localhost:8000")[2].split()[0]
    assert "Sign in with Ashgrove account" in Client().get(link, follow=True).content.decode()


# --- The emergency door -------------------------------------------------------------------------------


def rescue_link(capsys: Any, email: str = "bo@example.org") -> str:
    call_command("rescue", email)
    return str(capsys.readouterr().out.strip().removeprefix("http://localhost:8000"))


@pytest.mark.usefixtures("provider")
def test_a_link_from_the_command_line_signs_an_administrator_in(client: Client, capsys: Any, mailoutbox: Any) -> None:
    bo = with_app(PersonFactory(email="bo@example.org", administrator=True))
    link = rescue_link(capsys)
    assert "signs you in as" in client.get(link).content.decode() and not is_in(client), "looking does nothing"
    assert client.post(link)["Location"] == "/account/how/"
    assert is_in(client) and client.get("/desk/settings/people/").status_code == 200
    assert tags(bo)[-2:] == ["person:rescue:made", "person:rescued"]
    assert "made on the server" in mailoutbox[-1].body
    again = Client()
    assert again.post(link).status_code == 409 and not is_in(again), "once"


@pytest.mark.usefixtures("provider")
def test_who_is_rescued_without_a_second_factor_sets_one_up(client: Client, capsys: Any) -> None:
    PersonFactory(email="bo@example.org", administrator=True)
    client.post(rescue_link(capsys))
    assert client.get("/desk/settings/people/")["Location"] == "/account/how/"
    assert client.get("/account/how/app/").status_code == 200


@pytest.mark.usefixtures("provider")
def test_such_a_link_is_for_administrators_and_ends(client: Client, capsys: Any, monkeypatch: Any) -> None:
    bo = PersonFactory(email="bo@example.org", administrator=True)
    PersonFactory(email="ada@example.org", lead=True)
    for email in ("ada@example.org", "nobody@example.org"):
        with pytest.raises(CommandError, match="No administrator"):
            call_command("rescue", email)
    first = rescue_link(capsys)
    client.post("/account/sign-in/", {"login": bo.email, "password": PASSWORD})
    assert Client().post(first).status_code == 409, "they signed in otherwise meanwhile"
    second = rescue_link(capsys)
    Person.objects.filter(pk=bo.pk).update(role=Role.AGENT)
    assert Client().post(second).status_code == 409
    Person.objects.filter(pk=bo.pk).update(role=Role.ADMINISTRATOR)
    monkeypatch.setattr("foredesk.people.actions.rescuing.RESCUE_SECONDS", -1)
    assert Client().get(second).status_code == 409, "ten minutes have gone"
    assert Client().get("/account/rescue/made-up/").status_code == 409
