"""People from a list: new ones come in, others are brought up to date, nobody gains or loses more than it says."""

import pytest

from foredesk.activity.models import Event
from foredesk.mail.models import OutboxMessage
from foredesk.operations.importing.fields import Target
from foredesk.people.enums import Role
from foredesk.people.models import Department, Person, Place, Site
from foredesk.people.queries import find_people
from tests.factories import DepartmentFactory, PersonFactory

from .world import bring, everything

pytestmark = pytest.mark.django_db
COLUMNS = ("email", "number", "name", "phone", "department", "site", "place", "manager", "active")
MAP = {"columns": {name: name for name in COLUMNS}}
MADE = MAP | {"create": {"departments": True}}


def people(*lines: str, said=MADE, **more):
    text = "\n".join([",".join(COLUMNS), *lines]) + "\n"
    return bring(text, target=Target.PEOPLE, said=said, **more)


MAYA = "Maya@Example.org,s1,Maya Ortiz,555 12,Design,North,B 2,Ada Head,yes"
ADA = "ada@example.org,,Ada Head,,Design,North,,Ada Head,yes"


def test_people_come_with_department_place_manager_and_can_be_found():
    report, _refused = people(MAYA, ADA)
    assert (report.new, report.refused, report.remarks) == (2, 0, [])
    maya = Person.objects.get(number="s1")
    assert (maya.email, maya.full_name, maya.role, maya.is_active) == (
        "maya@example.org", "Maya Ortiz", Role.CUSTOMER, True,
    )  # fmt: skip
    assert (maya.department.name, maya.department.site.name, maya.place.name) == ("Design", "North", "B 2")
    assert maya.manager.full_name == "Ada Head"  # who stands below her in the file
    assert maya.manager.manager is None
    assert not maya.has_usable_password()
    assert find_people("ortiz") == [maya]
    assert not OutboxMessage.objects.exists()


def test_a_second_run_writes_nothing_and_a_dry_one_neither():
    before = everything()
    dry, _refused = people(MAYA, ADA, ",,Nobody,,,,,,", dry=True)
    assert everything() == before
    wet, _refused = people(MAYA, ADA, ",,Nobody,,,,,,")
    assert (dry.new, dry.refusals, dry.remarks) == (wet.new, wet.refusals, wet.remarks)
    before = everything()
    report, _refused = people(MAYA, ADA, ",,Nobody,,,,,,")
    assert (report.new, report.changed, report.here, report.refused) == (0, 0, 2, 1)
    assert everything() == before


def test_changed_cells_change_and_empty_ones_do_not():
    people(MAYA, ADA)
    maya = Person.objects.get(number="s1")
    report, _refused = people("m.ortiz@example.org,s1,,555 99,,,,,")
    assert (report.new, report.changed) == (0, 1)
    maya.refresh_from_db()
    assert (maya.email, maya.full_name, maya.phone, maya.department.name) == (
        "m.ortiz@example.org", "Maya Ortiz", "555 99", "Design",
    )  # fmt: skip
    event = Event.objects.filter(about_id=maya.pk, tag="person:changed").latest("id")
    assert event.data["fields"] == ["email", "phone"]
    assert find_people("555 99") == [maya]


def test_a_no_ends_access_but_a_yes_never_gives_it_back():
    people(MAYA)
    report, _refused = people("maya@example.org,,,,,,,,no")
    maya = Person.objects.get(number="s1")
    assert report.changed == 1
    assert not maya.is_active
    report, _refused = people("maya@example.org,,,,,,,,yes")
    maya.refresh_from_db()
    assert not maya.is_active
    assert (report.changed, report.here) == (0, 1)
    assert "may not sign in here, and still may not" in report.remarks[0][1]


def test_roles_stay_and_administrators_are_not_shut_out():
    boss = PersonFactory(administrator=True, email="boss@example.org")
    agent = PersonFactory(agent=True, email="agent@example.org")
    report, _refused = people("boss@example.org,,,,,,,,no", "agent@example.org,,,123,,,,,")
    boss.refresh_from_db()
    agent.refresh_from_db()
    assert boss.is_active
    assert "is an administrator" in report.remarks[0][1]
    assert (agent.role, agent.phone) == (Role.AGENT, "123")


def test_departments_are_made_only_when_that_is_wanted():
    report, _refused = people(MAYA, said=MAP)
    assert "No site here is called “North”" in report.refusals[0][1]
    assert not Person.objects.exists()
    department = DepartmentFactory(name="Design")
    report, _refused = people("maya@example.org,,Maya Ortiz,,DESIGN,,,,", said=MAP)
    assert Person.objects.get().department == department
    assert Department.objects.count() == 1


def test_another_site_than_the_departments_becomes_a_place_there():
    DepartmentFactory(name="Design", site=Site.objects.create(name="South"))
    people("maya@example.org,,Maya Ortiz,,Design,North,,,")
    assert Place.objects.get().site.name == "North"


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (",,Maya,,,,,,", "neither a mail address nor a number"),
        ("maya@,,Maya,,,,,,", "“maya@” is no mail address"),
        ("maya@example.org,,,,,,,,", "It has no name"),
        (f"maya@example.org,{'9' * 21},Maya,,,,,,", "The number has 21 characters; 20 fit"),
        ("maya@example.org,,Maya,,,,,,perhaps", "“perhaps” says neither yes nor no"),
        ("one@example.org,n2,Maya,,,,,,", "The mail address is that of One here, the number that of Two"),
        ("maya@example.org,,Maya,,,,B 2,,", "at which site “B 2” is"),
    ],
)
def test_what_cannot_come_says_why(row, sentence):
    PersonFactory(full_name="One", email="one@example.org", number="n1")
    PersonFactory(full_name="Two", email="two@example.org", number="n2")
    report, refused = people(row)
    assert report.refused == 1
    assert sentence in report.refusals[0][1]
    assert sentence in refused
    assert Person.objects.count() == 2


def test_a_manager_nobody_knows_is_left_out_with_a_word():
    report, _refused = people("maya@example.org,,Maya Ortiz,,,,,Nobody Atall,")
    assert (report.new, report.refused) == (1, 0)
    assert report.remarks == [(2, "Taken without the manager “Nobody Atall”: nobody here is called so.")]


def test_whoever_has_a_number_but_no_address_comes_without_one():
    people(",s9,Kim Lee,,,,,,")
    kim = Person.objects.get(number="s9")
    assert not kim.has_address
    assert not kim.is_active
    people("kim@example.org,s9,,,,,,,")
    kim.refresh_from_db()
    assert kim.email == "kim@example.org"
