"""Administrators set mailboxes up; nobody ever sees a secret again."""

import pytest
from django.test import Client

from foredesk.activity.models import Event
from foredesk.intake import actions, queries
from foredesk.intake.enums import Door, Security, SignIn
from foredesk.intake.models import Mailbox
from foredesk.intake.rules.providers import Fetching, Way, way_of
from foredesk.kit.refusals import Refused
from foredesk.kit.sealing import unseal
from tests.factories import PersonFactory, ServiceClassFactory
from tests.intake.conftest import letter
from tests.operations.installation import free_port

pytestmark = pytest.mark.django_db
PAGES = "/desk/settings/mailboxes/"
TENANT = "0f0f0f0f-1111-2222-3333-444444444444"


@pytest.fixture
def olga(db: None):
    return PersonFactory(administrator=True)


@pytest.fixture
def browser(client: Client, olga) -> Client:
    client.force_login(olga)
    return client


def made(olga, **more: object) -> Mailbox:
    mailbox = actions.add_mailbox(by=olga, name="Desk", address="desk@example.org")
    given = {"host": "127.0.0.1", "port": free_port(), "security": Security.NONE, "username": "desk", "secret": "hush"}
    actions.fetch_from(by=olga, mailbox=mailbox, fetching=Fetching(**(given | more)))
    mailbox.refresh_from_db()
    return mailbox


def test_an_empty_page_offers_the_first_step(browser: Client) -> None:
    page = browser.get(PAGES).content.decode()
    assert "No mailbox yet" in page
    assert f"{PAGES}new/" in page


def test_a_mailbox_at_microsoft_in_two_steps(browser: Client) -> None:
    said = {"address": "Desk@Example.org", "name": "Desk", "way": "microsoft", "other_addresses": "it@example.org"}
    first = browser.post(f"{PAGES}new/", said)
    mailbox = Mailbox.objects.get()
    assert first["Location"] == f"{PAGES}{mailbox.pk}/way/microsoft/"
    details = {"username": "desk@example.org", "tenant": TENANT, "client_id": "app", "client_secret": "very hush"}
    details |= {"folder": "INBOX", "secret_expires_on": "2027-05-01"}
    assert browser.post(first["Location"], details)["Location"] == f"{PAGES}{mailbox.pk}/"
    mailbox.refresh_from_db()
    assert (mailbox.address, mailbox.other_addresses) == ("desk@example.org", ["it@example.org"])
    assert (mailbox.host, mailbox.sign_in, way_of(mailbox)) == ("outlook.office365.com", SignIn.XOAUTH2, Way.MICROSOFT)
    assert mailbox.token_url == f"https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token"
    assert unseal(mailbox.client_secret) == "very hush"
    for path in (f"{PAGES}{mailbox.pk}/", first["Location"], PAGES):
        assert "very hush" not in browser.get(path).content.decode()
    assert "very hush" not in str(list(Event.objects.values()))
    # Left empty, the secret stays; the rest is changed.
    browser.post(first["Location"], details | {"client_secret": "", "client_id": "other"})
    mailbox.refresh_from_db()
    assert (mailbox.client_id, unseal(mailbox.client_secret)) == ("other", "very hush")


def test_where_web_forms_write_from_is_entered_on_its_page(browser: Client, olga) -> None:
    mailbox = made(olga)
    said = {"address": mailbox.address, "name": mailbox.name, "form_senders": "Website@Example.org, forms@example.net"}
    browser.post(f"{PAGES}{mailbox.pk}/", said)
    mailbox.refresh_from_db()
    assert mailbox.form_senders == ["website@example.org", "forms@example.net"]
    page = browser.post(f"{PAGES}{mailbox.pk}/", said | {"form_senders": "the website"}).content.decode()
    assert "the is not an address." in page


def test_another_way_leaves_no_secret_of_the_former_one(browser: Client, olga) -> None:
    mailbox = made(olga)
    browser.post(f"{PAGES}{mailbox.pk}/way/handed/")
    mailbox.refresh_from_db()
    assert (mailbox.host, mailbox.secret, way_of(mailbox)) == ("", "", Way.HANDED)


@pytest.mark.parametrize("way", Way.values)
def test_every_way_has_its_page(browser: Client, olga, way: str) -> None:
    mailbox = made(olga)
    assert browser.get(f"{PAGES}{mailbox.pk}/way/{way}/").status_code == 200
    assert browser.get(f"{PAGES}{mailbox.pk}/way/").status_code == 200
    assert browser.get(f"{PAGES}{mailbox.pk}/way/nonsense/").status_code == 404


def test_trying_it_tells_each_step(browser: Client, olga) -> None:
    mailbox = made(olga)
    page = browser.post(f"{PAGES}{mailbox.pk}/trial").content.decode()
    assert "Nothing listens at 127.0.0.1" in page
    assert "Sign in" in page
    assert "hush" not in page


def test_pausing_resuming_and_removing(browser: Client, olga) -> None:
    mailbox = made(olga)
    browser.post(f"{PAGES}{mailbox.pk}/pause")
    assert [one.word for one in queries.mailbox_states()] == ["paused"]
    browser.post(f"{PAGES}{mailbox.pk}/resumption")
    mailbox.refresh_from_db()
    assert mailbox.is_active
    actions.store(raw=letter().as_bytes(), door=Door.IMAP, mailbox=mailbox)
    browser.post(f"{PAGES}{mailbox.pk}/removal")
    assert Mailbox.objects.exists()
    mailbox.incoming.all().delete()
    browser.post(f"{PAGES}{mailbox.pk}/removal")
    assert not Mailbox.objects.exists()


@pytest.mark.parametrize(
    ("said", "field", "sentence"),
    [
        ({"address": "nonsense"}, "address", "nonsense is not an address."),
        ({"address": "maya@example.org"}, "address", "maya@example.org is Maya Ortiz’s own address."),
        ({"address": "IT@example.org"}, "address", "it@example.org leads to another mailbox already."),
        ({"other_addresses": ["desk@example.org"]}, "other_addresses", "desk@example.org leads to another mailbox"),
        ({"name": "Desk"}, "name", "There is a mailbox of this name already."),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(olga, said: dict[str, object], field: str, sentence: str) -> None:
    PersonFactory(full_name="Maya Ortiz", email="maya@example.org")
    actions.add_mailbox(by=olga, name="Desk", address="desk@example.org", other_addresses=["it@example.org"])
    with pytest.raises(Refused, match=sentence) as refused:
        actions.add_mailbox(by=olga, **({"name": "New", "address": "new@example.org"} | said))
    assert refused.value.field == field


def test_passwords_do_not_travel_in_the_open(olga) -> None:
    mailbox = made(olga)
    for unsafe, field in (
        ({"host": "imap.example.org", "security": Security.NONE}, "security"),
        ({"host": "imap.example.org", "token_url": "http://example.org/token"}, "token_url"),
    ):
        with pytest.raises(Refused) as refused:
            actions.fetch_from(by=olga, mailbox=mailbox, fetching=Fetching(username="desk", **unsafe))
        assert refused.value.field == field


def test_another_folder_is_looked_at_from_its_first_mail_on(olga) -> None:
    mailbox = made(olga)
    Mailbox.objects.update(uid_validity=7, last_uid=70)
    actions.fetch_from(by=olga, mailbox=mailbox, fetching=Fetching(host="127.0.0.1", username="desk", folder="Other"))
    mailbox.refresh_from_db()
    assert (mailbox.uid_validity, mailbox.last_uid, unseal(mailbox.secret)) == (0, 0, "hush")


def test_resealing_moves_the_secrets_to_the_present_key(olga, settings) -> None:
    mailbox = made(olga)
    former = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 8, [former]
    assert actions.reseal_mailboxes() == 1
    settings.SECRET_KEY_FALLBACKS = []
    mailbox.refresh_from_db()
    assert unseal(mailbox.secret) == "hush"


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_the_same_for_any_number(browser: Client, number: int, django_assert_max_num_queries) -> None:
    kind = ServiceClassFactory(name="Printing")
    for one in range(number):
        Mailbox.objects.create(name=f"Box {one}", address=f"box{one}@example.org", service_class=kind)
    browser.get(PAGES)
    with django_assert_max_num_queries(13) as asked:
        browser.get(PAGES)
    assert len([one for one in asked if "intake_mailbox" in one["sql"]]) == 2
