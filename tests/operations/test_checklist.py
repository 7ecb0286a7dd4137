"""The checklist: what is missing, the same on the page as in the terminal."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import registry
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.test import Client
from django.urls import reverse

from foredesk.calendars import actions as calendars
from foredesk.catalogue import actions as catalogue
from foredesk.catalogue.enums import LaneKey
from foredesk.catalogue.models import ServiceClass
from foredesk.catalogue.queries import lane
from foredesk.intake.actions import add_mailbox
from foredesk.kit import clock
from foredesk.mail.enums import OutboxState
from foredesk.mail.models import OutboxMessage
from foredesk.operations.enums import RunKind, RunState
from foredesk.operations.models import Run, Worker
from foredesk.operations.queries import checklist
from foredesk.operations.queries.findings import Finding, Weight
from foredesk.people import actions as people
from foredesk.people.models import Person
from tests.factories import PersonFactory, TeamFactory
from tests.people.device import with_app

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def served(settings: Any, tmp_path: Path) -> None:
    """An installation in production, as it should be on its first evening, in settings and folders."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    settings.HOME, settings.DEMO, settings.DEBUG = home, False, False
    settings.BASE_URL, settings.HTTPS, settings.ALLOWED_HOSTS = "https://desk.example", True, ["desk.example"]
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.SECRET_KEY = "k9Zq-2mVtR7xW4pLs8NdYc3HbGf6JaQe0UoTi5ErPw1MvXyBzA"
    settings.MAIL_TRANSPORT = "smtp"
    settings.SECURE_SSL_REDIRECT = False
    checklist.forget_count()


def _open() -> dict[str, Finding]:
    return {one.key: one for one in checklist.findings() if not one.is_fine}


def test_a_fresh_installation_hears_what_it_needs() -> None:
    assert set(_open()) == {
        "worker",
        "mail",
        "mailboxes",
        "backup",
        "second_administrator",
        "hours",
        "holidays",
        "kinds",
        "lanes",
        "zone",
    }


def test_all_of_it_can_be_mended(settings: Any) -> None:
    ada = PersonFactory(administrator=True)
    PersonFactory(administrator=True)
    Worker.objects.create(name="here:1:x")
    sent = {"to": ada.email, "sender": "desk@desk.example", "subject": "Hello", "text": "Hello", "key": "1"}
    OutboxMessage.objects.create(**sent, state=OutboxState.SENT, sent_at=clock.now(), carrier="smtp")
    Run.objects.create(kind=RunKind.BACKUP, state=RunState.DONE, finished_at=clock.now())
    calendars.create_calendar(by=ada, name="Hours", timezone="Europe/Amsterdam", country="NL")
    catalogue.install_starting_classes(by=ada)
    ServiceClass.objects.update(owner=ada)
    for key in LaneKey:
        catalogue.set_lane_teams(by=ada, lane=lane(key), teams=[TeamFactory()])
    people.describe_organisation(by=ada, name="Millbrook", kind="town", timezone="Europe/London")
    add_mailbox(by=ada, name="Desk", address="desk@desk.example")
    assert not _open()


@pytest.mark.parametrize(
    ("name", "value", "key"),
    [
        ("BASE_URL", "http://desk.example", "https"),
        ("ALLOWED_HOSTS", ["*"], "hosts"),
        ("ALLOWED_HOSTS", ["other.example"], "hosts"),
        ("ALLAUTH_TRUSTED_PROXY_COUNT", 0, "proxies"),
        ("HTTPS", False, "proxies"),
        ("DEBUG", True, "debug"),
        ("SECRET_KEY", "secret", "secret_key"),
        ("MAIL_TRANSPORT", "kept", "mail"),
        ("HOME", Path("/nowhere/at/all"), "data_folder"),
    ],
)
def test_what_settings_can_do_wrong(settings: Any, name: str, value: Any, key: str) -> None:
    setattr(settings, name, value)
    found = _open()[key]
    assert found.says
    assert found.why
    assert found.mend


def test_what_others_on_the_machine_may_read(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.HOME.chmod(0o755)
    (settings.HOME / "secret_key").touch(mode=0o644)
    password = tmp_path / "database_url"
    password.touch(mode=0o640)
    monkeypatch.setenv("DATABASE_URL_FILE", str(password))
    assert {"folder_rights", "rights.secret_key"} <= set(_open())
    assert "rights.database_url" not in _open()
    password.chmod(0o644)
    assert "rights.database_url" in _open()


def test_administrators_without_a_second_factor(settings: Any) -> None:
    settings.STRICT_SIGN_IN = True
    ada = PersonFactory(administrator=True)
    assert "second_factor" in _open()
    with_app(ada)
    assert "second_factor" not in _open()


def test_a_failed_self_test_counts_until_a_mail_goes_out() -> None:
    known = {"to": "a@b.example", "sender": "desk@desk.example", "subject": "Hello", "text": "Hello"}
    OutboxMessage.objects.create(
        **known, key="1", state=OutboxState.SENT, sent_at=clock.now(), carrier="smtp", queued_at=clock.now()
    )
    assert "mail" not in _open()
    OutboxMessage.objects.create(**known, key="self-test", state=OutboxState.FAILED)
    assert "mail" in _open()
    assert "failed_mail" not in _open()
    OutboxMessage.objects.create(**known, key="2", state=OutboxState.FAILED)
    assert "failed_mail" in _open()


def _page() -> tuple[list[str], Client]:
    client = Client(headers={"host": "desk.example", "x-forwarded-proto": "https", "x-forwarded-for": "192.0.2.7"})
    client.force_login(Person.objects.filter(role="administrator").first() or PersonFactory(administrator=True))
    answer = client.get(reverse("operations:checklist"))
    assert answer.status_code == 200
    return [one.key for one in [*answer.context["serious"], *answer.context["advice"]]], client


def _printed(**options: Any) -> tuple[str, int]:
    """What `foredesk check` says, and how it ends."""
    said = StringIO()
    before = set(registry.registry.registered_checks)
    try:
        call_command("check", stdout=said, stderr=said, **options)
    except (SystemCheckError, CommandError) as refused:
        return said.getvalue() + str(refused), refused.returncode
    finally:
        registry.registry.registered_checks = before
    return said.getvalue(), 0


def test_page_and_terminal_say_the_same() -> None:
    PersonFactory(administrator=True)
    listed, _client = _page()
    words, code = _printed()
    assert code == 0
    assert listed
    assert {key for key in listed if f"(foredesk.{key})" in words} == set(listed)
    assert words.count("(foredesk.") == len(listed)
    for one in _open().values():
        assert f"HINT: {one.mend}" in words
    assert _printed(fail_level="WARNING")[1] == 1


def test_what_is_broken_ends_the_check_with_an_error(settings: Any) -> None:
    settings.HOME = Path("/nowhere/at/all")
    words, code = _printed()
    assert code == 1
    assert words.count("foredesk.data_folder") == 1


def test_the_navigation_counts_what_is_serious(settings: Any) -> None:
    listed, client = _page()
    serious = [one for one in _open().values() if one.weight >= Weight.SERIOUS]
    assert 0 < len(serious) < len(listed)
    page = client.get(reverse("operations:checklist")).content.decode()
    assert f'<span>Checklist</span><span class="count">{len(serious)}</span>' in page
    settings.DEMO = True
    assert checklist.serious_count() == 0


def test_it_says_how_the_page_came() -> None:
    _listed, client = _page()
    page = " ".join(client.get(reverse("operations:checklist")).content.decode().split())
    assert "One proxy said" in page
    assert "came by https" in page


def test_the_mail_page_shows_settings_without_the_password(settings: Any) -> None:
    settings.EMAIL_HOST, settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "127.0.0.1", "desk", "hush"
    settings.EMAIL_PORT = 1
    _listed, client = _page()
    page = client.get(reverse("operations:mail")).content.decode()
    assert "127.0.0.1" in page
    assert "hush" not in page
    tested = client.post(reverse("operations:mail")).content.decode()
    assert "Nothing listens" in tested
    assert "hush" not in tested
