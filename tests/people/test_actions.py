import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client

from foredesk.activity.models import Event
from foredesk.activity.queries import events_about
from foredesk.kit.refusals import Refused
from foredesk.people import actions
from foredesk.people.enums import Role
from foredesk.people.models import Person
from tests.factories import DepartmentFactory, PersonFactory, PlaceFactory, SiteFactory, TeamFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mails_stay_here(settings) -> None:  # type: ignore[no-untyped-def]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def boss() -> Person:
    return PersonFactory(full_name="Bo Boss", administrator=True)


def _tags(thing: object) -> list[str]:
    return [event.tag for event in events_about(thing)]  # type: ignore[arg-type]


def test_somebody_is_added_without_a_password(boss: Person) -> None:
    person = actions.add_person(by=boss, email=" Ada@Example.org", full_name="Ada Lovelace", number="s1")
    assert person.email == "ada@example.org"
    assert not person.has_usable_password()
    assert set(person.words.values_list("word", flat=True)) == {"ada", "lovelace", "ada@example.org", "s1"}
    assert _tags(person) == ["person:added"]


def test_addresses_are_one_persons_however_they_are_written(boss: Person) -> None:
    actions.add_person(by=boss, email="ada@example.org", full_name="Ada")
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.add_person(by=boss, email="ADA@example.org", full_name="Ada again")
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create(email="Big@example.org", full_name="Past the action")


def _facts(person: Person, **changes: object) -> dict[str, object]:
    names = ("email", "full_name", "number", "phone", "department", "place", "manager", "timezone")
    return {**{name: getattr(person, name) for name in names}, **changes}


def test_changed_facts_are_put_down_and_can_be_found(boss: Person) -> None:
    person = PersonFactory(full_name="Ada Byron")
    actions.change_person(by=boss, person=person, **_facts(person, full_name="Ada Lovelace"))  # type: ignore[arg-type]
    person.refresh_from_db()
    assert person.full_name == "Ada Lovelace" and person.words.filter(word="lovelace", is_name=True).exists()
    assert not person.words.filter(word="byron").exists()
    assert Event.objects.get(tag="person:changed").data == {"fields": ["full_name"]}


def test_nothing_changed_leaves_no_trace(boss: Person) -> None:
    person = PersonFactory()
    actions.change_person(by=boss, person=person, **_facts(person))  # type: ignore[arg-type]
    assert _tags(person) == []


def test_an_old_address_loses_its_power(boss: Person) -> None:
    person = PersonFactory(email="old@example.org")
    EmailAddress.objects.create(user=person, email="old@example.org", primary=True, verified=True)
    actions.change_person(by=boss, person=person, **_facts(person, email="new@example.org"))  # type: ignore[arg-type]
    assert not EmailAddress.objects.filter(email="old@example.org").exists()


def test_nobody_manages_themselves(boss: Person) -> None:
    person = PersonFactory()
    with pytest.raises(Refused, match="own manager"):
        actions.change_person(by=boss, person=person, **_facts(person, manager=person))  # type: ignore[arg-type]


def test_people_change_their_own_profile() -> None:
    person, place = PersonFactory(), PlaceFactory()
    actions.change_own_profile(by=person, full_name="Kim K", phone="12", place=place, timezone="Europe/Paris")
    person.refresh_from_db()
    assert (person.full_name, person.phone, person.place, person.timezone) == ("Kim K", "12", place, "Europe/Paris")
    assert _tags(person) == ["person:profile:changed"]


def test_a_role_is_changed(boss: Person) -> None:
    person = PersonFactory()
    actions.change_role(by=boss, person=person, role=Role.AGENT)
    assert Event.objects.get(tag="person:role:changed").data == {"old": "customer", "new": "agent"}


def test_administrators_keep_their_own_role_and_access(boss: Person) -> None:
    PersonFactory(administrator=True)
    with pytest.raises(Refused, match="your own administrator role"):
        actions.change_role(by=boss, person=boss, role=Role.CUSTOMER)
    with pytest.raises(Refused, match="yourself"):
        actions.deactivate(by=boss, person=boss)


def test_the_last_administrator_stays(boss: Person) -> None:
    gone = PersonFactory(administrator=True, is_active=False)
    for refused in (
        lambda: actions.change_role(by=gone, person=boss, role=Role.LEAD),
        lambda: actions.deactivate(by=gone, person=boss),
    ):
        with pytest.raises(Refused, match="last administrator"):
            refused()
    boss.refresh_from_db()
    assert boss.is_active and boss.role == Role.ADMINISTRATOR


def test_somebody_deactivated_is_signed_out_and_can_come_back(boss: Person, client: Client) -> None:
    person = PersonFactory()
    client.force_login(person)
    actions.deactivate(by=boss, person=person)
    assert client.get("/you/").status_code == 302
    actions.reactivate(by=boss, person=person)
    assert client.get("/you/").status_code == 302, "the old session must not come back to life"
    assert _tags(person) == ["person:deactivated", "person:reactivated", "person:invited"]


def test_nobody_invites_somebody_who_may_not_sign_in(boss: Person) -> None:
    with pytest.raises(Refused, match="Reactivate"):
        actions.invite(by=boss, person=PersonFactory(is_active=False))
    assert not mail.outbox


def test_departments_sites_and_places(boss: Person) -> None:
    site = actions.add_site(by=boss, name="North")
    actions.change_site(by=boss, site=site, name="North campus", address="Hill 1")
    place = actions.add_place(by=boss, name="B 1", site=site)
    actions.change_place(by=boss, place=place, name="B 2", site=site)
    department = actions.add_department(by=boss, name="Law", site=site)
    actions.change_department(
        by=boss, department=department, name="Laws", site=SiteFactory(), head=boss, shares_requests=True
    )
    assert _tags(site) == ["site:added", "site:changed"]
    assert _tags(place) == ["place:added", "place:changed"]
    assert _tags(department) == ["department:added", "department:changed", "department:sharing:on"]


def test_sharing_is_put_down_only_when_it_changes(boss: Person) -> None:
    department = DepartmentFactory()
    actions.decide_sharing(by=boss, department=department, shares=False)
    actions.decide_sharing(by=boss, department=department, shares=True)
    actions.decide_sharing(by=boss, department=department, shares=False)
    assert _tags(department) == ["department:sharing:on", "department:sharing:off"]


def test_teams(boss: Person) -> None:
    team = actions.add_team(by=boss, name="Rapid")
    actions.rename_team(by=boss, team=team, name="Rapid desk")
    agent = PersonFactory(agent=True)
    actions.add_member(by=boss, team=team, person=agent)
    actions.add_member(by=boss, team=team, person=agent)
    actions.remove_member(by=boss, team=team, person=agent)
    actions.remove_member(by=boss, team=team, person=agent)
    assert _tags(team) == ["team:added", "team:changed", "team:member:added", "team:member:removed"]


def test_customers_are_in_no_team(boss: Person) -> None:
    with pytest.raises(Refused, match="not an agent"):
        actions.add_member(by=boss, team=TeamFactory(), person=PersonFactory())


def test_nobody_but_the_head_and_administrators_decides_the_sharing() -> None:
    head = PersonFactory()
    department = DepartmentFactory(head=head)
    with pytest.raises(Refused):
        actions.decide_sharing(by=PersonFactory(lead=True), department=department, shares=True)
    actions.decide_sharing(by=head, department=department, shares=True)
    assert department.shares_requests
