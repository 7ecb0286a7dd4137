"""The first run in the browser: who may begin it, that each step is saved, and that the house stays shut until then."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from foredesk.calendars.models import Calendar
from foredesk.catalogue.models import ServiceClass
from foredesk.catalogue.queries import lanes
from foredesk.kit.refusals import Refused
from foredesk.operations import first_key
from foredesk.operations.actions import setup as actions
from foredesk.operations.enums import SetUpStep
from foredesk.operations.queries import setup as queries
from foredesk.people.models import Organisation, Person, Site, Team
from tests.factories import PASSWORD, PersonFactory

pytestmark = pytest.mark.django_db
ADA = {"full_name": "Ada Byron", "email": "Ada@Example.org", "password": PASSWORD}
ORGANISATION = {"name": "Millbrook", "kind": "town", "timezone": "Europe/London"}
HOURS = {"site": "Town hall", "address": "", "days": ["0", "2"], "hours": "8-12, 13:00–17:00", "country": "GB"}
TEAMS = {"rapid_name": "Front office", "rapid_joins": "on", "rapid_addresses": "", "deep_name": "Systems"}


@pytest.fixture(autouse=True)
def installed(settings: Any, tmp_path: Any) -> None:
    """A database with nobody in it, and a data folder."""
    settings.DEMO, settings.HOME = False, tmp_path


def _at(step: str) -> str:
    return reverse(f"operations:set_up_{step}")


@pytest.fixture
def admitted() -> Client:
    """A browser in which the link from the terminal was followed."""
    client = Client()
    key = first_key.link().partition("key=")[2]
    answer = client.get(reverse("operations:set_up"), {"key": key})
    assert answer["Location"] == _at("administrator")
    return client


@pytest.fixture
def ada(admitted: Client) -> Client:
    answer = admitted.post(_at("administrator"), ADA)
    assert answer["Location"] == _at("organisation")
    return admitted


@pytest.mark.parametrize("path", ["/", "/ask/", "/desk/", "/setup/", "/setup/administrator/", "/setup/?key=wrong"])
def test_strangers_read_that_it_is_not_open_yet(path: str) -> None:
    first_key.link()
    for _ in range(2):
        answer = Client().get(path)
        assert answer.status_code == 403
        assert b"Not open yet" in answer.content
        assert b"foredesk setup --link" in answer.content


def test_without_a_key_file_no_key_opens() -> None:
    assert Client().get("/setup/?key=").status_code == 403


def test_an_empty_key_file_opens_to_nobody(tmp_path: Any) -> None:
    (tmp_path / "setup_key").touch()  # the disk was full
    for path in ("/setup/", "/setup/?key="):
        assert Client().get(path).status_code == 403


def test_the_key_is_ours_alone_and_always_the_same(tmp_path: Any) -> None:
    assert first_key.link() == first_key.link()
    assert (tmp_path / "setup_key").stat().st_mode & 0o777 == 0o600


def test_a_stranger_cannot_become_the_administrator() -> None:
    assert Client().post(_at("administrator"), ADA).status_code == 403
    assert not Person.objects.exists()


def test_the_administrator_is_made_once_and_signed_in(
    admitted: Client, tmp_path: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        admitted.post(_at("administrator"), ADA)
    person = Person.objects.get()
    assert (person.email, person.role) == ("ada@example.org", "administrator")
    assert person.check_password(PASSWORD)
    assert admitted.get(_at("organisation")).status_code == 200
    assert not (tmp_path / "setup_key").exists()
    with pytest.raises(Refused):
        actions.be_first_administrator(**ADA, organisation="Other")


def test_a_second_visitor_with_the_link_comes_too_late(admitted: Client) -> None:
    second = Client()
    second.get(first_key.link())
    admitted.post(_at("administrator"), ADA)
    answer = second.post(_at("administrator"), {**ADA, "email": "eve@example.org"})
    assert answer.status_code == 302
    assert Person.objects.count() == 1
    assert second.get(_at("administrator"))["Location"].startswith(reverse("account_login"))
    assert second.get(_at("organisation"))["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize(
    "wrong", [{"password": "short"}, {"password": "Ada Byron ada@example.org"}, {"email": "ada"}, {"full_name": ""}]
)
def test_a_wrong_administrator_is_said_at_the_field(admitted: Client, wrong: dict[str, str]) -> None:
    answer = admitted.post(_at("administrator"), {**ADA, **wrong})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == set(wrong)
    assert ADA["password"] not in answer.content.decode()
    assert not Person.objects.exists()


def test_every_step_leads_to_the_next_and_can_be_left(ada: Client) -> None:
    """All the way, each time coming back from outside."""
    later = Client()
    later.force_login(Person.objects.get())

    def resumes_at(step: str) -> None:
        assert later.get("/").headers["Location"] == reverse("operations:set_up")
        assert later.get(reverse("operations:set_up"))["Location"] == _at(step)
        assert later.get(_at(step)).status_code == 200

    resumes_at("organisation")
    assert ada.post(_at("organisation"), ORGANISATION)["Location"] == _at("hours")
    resumes_at("hours")
    assert ada.post(_at("hours"), HOURS)["Location"] == _at("kinds")
    resumes_at("kinds")
    kinds = ["Counters and public desks", "E-mail and calendar"]
    assert ada.post(_at("kinds"), {"kinds": kinds})["Location"] == _at("mail")
    resumes_at("mail")
    assert ada.post(_at("mail"), {})["Location"] == _at("teams")
    resumes_at("teams")
    answer = ada.post(_at("teams"), {**TEAMS, "deep_addresses": "tom.brook@example.org, lena@example.org"})
    assert answer["Location"] == _at("request")
    resumes_at("request")
    assert not queries.is_open()
    assert Client().get("/").status_code == 403
    assert ada.post(_at("request"), {"ask": "yes"})["Location"] == reverse("portal:ask")
    assert queries.is_open()
    assert Client().get("/")["Location"].startswith(reverse("account_login"))
    assert b"The set-up is not over" in ada.get("/").content
    assert ada.post(_at("request"), {})["Location"] == reverse("operations:checklist")
    assert b"The set-up is not over" not in ada.get("/").content
    assert later.get(reverse("operations:set_up"))["Location"] == reverse("operations:checklist")

    assert Organisation.objects.get().name == "Millbrook"
    assert Site.objects.get().name == "Town hall"
    calendar = Calendar.objects.get()
    assert (calendar.country, calendar.timezone, calendar.hours.count()) == ("GB", "Europe/London", 4)
    tops = ServiceClass.objects.filter(parent=None, is_default=False)
    assert {one.name for one in tops} == set(kinds)
    teams = {lane.key: [person.email for team in lane.teams.all() for person in team.members.all()] for lane in lanes()}
    assert teams == {"rapid": ["ada@example.org"], "deep": ["lena@example.org", "tom.brook@example.org"]}
    assert Person.objects.get(email="tom.brook@example.org").full_name == "Tom Brook"
    assert {one.to[0] for one in mail.outbox} == {"tom.brook@example.org", "lena@example.org"}


def test_every_step_can_be_put_off_and_answered_later(ada: Client) -> None:
    ada.post(_at("organisation"), ORGANISATION)
    for step in ("hours", "kinds", "mail", "teams"):
        assert ada.post(_at(step), {"later": "yes"}).status_code == 302
    assert queries.next_step() == SetUpStep.REQUEST
    assert not Site.objects.exists()
    ada.post(_at("hours"), HOURS)
    assert Site.objects.exists()


def test_answering_again_changes_and_doubles_nothing(ada: Client) -> None:
    for name, hours in (("Millbrook", "8–17"), ("Millbrook Town", "9–16")):
        ada.post(_at("organisation"), {**ORGANISATION, "name": name})
        ada.post(_at("hours"), {**HOURS, "site": f"Hall of {name}", "hours": hours})
        ada.post(_at("kinds"), {"kinds": ["E-mail and calendar"]})
        ada.post(_at("teams"), {**TEAMS, "rapid_name": f"Desk of {name}", "deep_addresses": "tom@example.org"})
    assert Organisation.objects.get().name == "Millbrook Town"
    assert Site.objects.get().name == "Hall of Millbrook Town"
    assert {row.opens.hour for row in Calendar.objects.get().hours.all()} == {9}
    assert set(Team.objects.values_list("name", flat=True)) == {"Desk of Millbrook Town", "Systems"}
    assert Person.objects.count() == 2
    assert len(mail.outbox) == 1
    assert b"tom@example.org" in ada.get(_at("teams")).content


@pytest.mark.parametrize(
    ("step", "given", "field"),
    [
        ("organisation", {**ORGANISATION, "name": ""}, "name"),
        ("organisation", {**ORGANISATION, "timezone": "Mars/North"}, "timezone"),
        ("hours", {**HOURS, "hours": "some day"}, "hours"),
        ("hours", {**HOURS, "hours": "8–12, 10–13"}, "__all__"),
        ("hours", {**HOURS, "days": []}, "days"),
        ("teams", {**TEAMS, "deep_addresses": "tom@example.org, nonsense"}, "deep_addresses"),
        ("teams", {**TEAMS, "deep_name": "front office"}, "deep_name"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_kept(ada: Client, step: str, given: Any, field: str) -> None:
    answer = ada.post(_at(step), given)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {field}
    assert step not in queries.steps_done()


def test_nobody_else_sees_the_set_up(ada: Client) -> None:
    customer = Client()
    customer.force_login(PersonFactory())
    assert customer.get("/").status_code == 403
    assert customer.get(reverse("operations:set_up")).status_code == 404
    assert customer.get(_at("hours")).status_code == 404


def test_who_was_here_before_the_set_up_is_not_shut_out() -> None:
    client = Client()
    client.force_login(PersonFactory())
    assert client.get("/").status_code == 200
