"""Signing in, out and back in again, through the real pages."""

import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import NoReverseMatch, reverse

from foredesk.people.models import Organisation, Person
from foredesk.people.queries import forget_organisation
from foredesk.people.rules import zone_of
from foredesk.people.templatetags.people import device
from tests.factories import PASSWORD, PersonFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_counters")]
NEW = "nine quiet herons by the canal"


def _sign_in(client: Client, password: str = PASSWORD, email: str = "Ada@Example.org", **more: str) -> Any:
    return client.post("/account/sign-in/", {"login": email, "password": password, **more})


@pytest.mark.usefixtures("ada")
def test_a_customer_signs_in_however_the_address_is_written(client: Client) -> None:
    assert _sign_in(client)["Location"] == reverse("portal:home")
    assert client.get("/you/").status_code == 200


@pytest.mark.usefixtures("ada")
def test_one_comes_back_to_where_one_was_going(client: Client) -> None:
    assert _sign_in(client, next="/you/")["Location"] == "/you/"
    client.logout()
    assert _sign_in(client, next="https://evil.example/")["Location"] == reverse("portal:home")


def test_agents_begin_at_their_desk(client: Client) -> None:
    PersonFactory(email="ada@example.org", agent=True)
    assert _sign_in(client)["Location"] == reverse("desk:today")


def test_nobody_learns_which_addresses_are_known(ada: Person, client: Client, mailoutbox: list[Any]) -> None:
    wrong = _sign_in(client, "a wrong password altogether")
    unknown = _sign_in(client, email="nobody@example.org")
    words = "This address and password do not go together"
    assert words in wrong.content.decode() and words in unknown.content.decode()
    answers = [
        client.post("/account/password/forgotten/", {"email": email}, follow=True)
        for email in ("ada@example.org", "nobody@example.org")
    ]
    assert answers[0].redirect_chain == answers[1].redirect_chain
    assert [message.to for message in mailoutbox] == [["ada@example.org"]]


@pytest.mark.usefixtures("ada")
def test_guessing_is_slowed_down(client: Client) -> None:
    for _ in range(5):
        _sign_in(client, "a wrong password altogether")
    assert "a few tries too many" in _sign_in(client).content.decode()


def test_a_forgotten_password_is_replaced_by_mail(ada: Person, client: Client, mailoutbox: list[Any]) -> None:
    elsewhere = Client()
    elsewhere.force_login(ada)
    client.post("/account/password/forgotten/", {"email": "ADA@example.org"})
    (message,) = mailoutbox
    assert message.subject == "Choose a new password" and "Hello Ada," in message.body
    assert message.extra_headers["X-Foredesk-Secret"] == "yes"
    link = re.search(r"http://[^/]+(/\S+)", message.body)[1]  # type: ignore[index]

    page = client.get(link, follow=True)
    assert "At least 15 characters" in page.content.decode()
    assert link not in page.request["PATH_INFO"], "the key must not stay in the address"
    form = page.request["PATH_INFO"]
    assert "15 characters" in client.post(form, {"password1": "too short"}).content.decode()
    assert client.post(form, {"password1": NEW})["Location"] == reverse("portal:home")

    assert client.get("/you/").status_code == 200
    assert elsewhere.get("/you/").status_code == 302, "other sessions end with the old password"
    assert "This link no longer works" in Client().get(link, follow=True).content.decode()
    client.logout()
    assert _sign_in(client, NEW).status_code == 302


def test_somebody_deactivated_does_not_get_in(client: Client, mailoutbox: list[Any]) -> None:
    PersonFactory(email="ada@example.org", is_active=False)
    assert _sign_in(client)["Location"] == reverse("account_inactive")
    assert "cannot sign in at present" in client.get(reverse("account_inactive")).content.decode()
    client.post("/account/password/forgotten/", {"email": "ada@example.org"})
    assert mailoutbox == []


def test_a_password_is_changed_by_who_knows_it(ada: Person, client: Client) -> None:
    _sign_in(client)
    wrong = client.post("/account/password/", {"oldpassword": "no", "password1": NEW})
    assert "not your current password" in wrong.content.decode()
    right = client.post("/account/password/", {"oldpassword": PASSWORD, "password1": NEW})
    assert right["Location"] == reverse("account_ways")
    ada.refresh_from_db()
    assert ada.check_password(NEW)
    assert client.get("/you/").status_code == 200, "who changed it stays signed in"


@pytest.mark.usefixtures("ada")
def test_one_sees_where_one_is_signed_in_and_signs_out_there(client: Client) -> None:
    firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
    elsewhere = Client(headers={"User-Agent": firefox})
    _sign_in(elsewhere)
    _sign_in(client)
    page = client.get("/account/sessions/").content.decode()
    assert "Firefox on Windows" in page and "this device" in page
    client.post("/account/sessions/")
    assert elsewhere.get("/you/").status_code == 302
    assert client.get("/you/").status_code == 200
    assert "signed in nowhere else" in client.get("/account/sessions/").content.decode()


@pytest.mark.usefixtures("ada")
def test_signing_out(client: Client) -> None:
    _sign_in(client)
    assert "Sign out?" in client.get("/account/sign-out/").content.decode()
    assert client.post("/account/sign-out/")["Location"] == reverse("account_login")
    assert client.get("/you/").status_code == 302


@pytest.mark.parametrize("name", ["account_signup", "account_email", "account_reauthenticate"])
def test_what_is_not_used_has_no_address(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_password_managers_know_what_each_field_is(client: Client) -> None:
    page = client.get("/account/sign-in/").content.decode()
    assert 'autocomplete="username"' in page and 'autocomplete="current-password"' in page


@pytest.mark.parametrize(
    "password",
    [
        "fourteen chars",
        "abcabcabcabcabcabc",
        "1234567890123456",
        "qwertyuiopasdfgh",
        "password12345678",
        "!!foredesk-2026!!",
        "ada@example.org!!",
        "1q2w3e4r5t6y7u8i9o0p",
    ],
)
def test_passwords_that_are_guessed_first_are_refused(password: str, ada: Person) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, ada)


@pytest.mark.parametrize("password", [NEW, PASSWORD, "alllowercaseletters", "ünïcödé is welcome"])
def test_nothing_but_length_and_strangeness_is_asked(password: str, ada: Person) -> None:
    validate_password(password, ada)


def test_times_are_told_in_the_readers_zone() -> None:
    assert zone_of(PersonFactory(timezone="Asia/Tokyo")) == ZoneInfo("Asia/Tokyo")
    assert zone_of(PersonFactory(timezone="Mars/North")) is None
    assert zone_of(PersonFactory()) is None
    assert zone_of(None) is None


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 Version/19.0 Safari/604",
            "Safari on iPhone",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Linux"),
        ("curl/8.5.0", "A device we do not recognise"),
    ],
)
def test_browsers_are_named_as_their_owners_know_them(said: str, words: str) -> None:
    assert device(said) == words


def test_the_link_for_a_new_password_leads_where_people_know_the_desk(
    ada: Person, client: Client, mailoutbox: list[Any], settings: Any
) -> None:
    """Whoever asks may send any host along."""
    settings.BASE_URL = "https://desk.example.org:8451"
    settings.ALLOWED_HOSTS = ["evil.example"]
    client.post("/account/password/forgotten/", {"email": ada.email}, headers={"Host": "evil.example"})
    (mail,) = mailoutbox
    assert re.findall(r"https?://\S+?/", mail.body) == ["https://desk.example.org:8451/"]


def test_a_host_that_is_not_ours_is_refused_before_anybody_is_recognised(settings: Any) -> None:
    """Also while the set-up waits for its last step, of which the page's head asks the reader."""
    Organisation.objects.create(name="Ashgrove", steps_done=["people"])
    forget_organisation()
    settings.ALLOWED_HOSTS = ["desk.example.org"]
    answer = Client(raise_request_exception=False).get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert b"not one that this desk answers to" in answer.content
    forget_organisation()
