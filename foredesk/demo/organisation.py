"""Ashgrove College: its sites, departments, people, teams, hours and kinds of requests."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.hashers import make_password

from foredesk.calendars import actions as calendars
from foredesk.catalogue import actions as catalogue
from foredesk.catalogue.enums import LaneKey
from foredesk.catalogue.models import ServiceClass
from foredesk.catalogue.queries import classes_in_use, lane
from foredesk.catalogue.rules import Course
from foredesk.intake import actions as intake
from foredesk.kit.working_time import Week
from foredesk.people import actions as people
from foredesk.people.enums import OrganisationKind, Role
from foredesk.people.models import Department, Person, Place, Site

from . import names, personas

OFFICE: Week = (((time(8), time(17)),),) * 5 + ((), ())
ANNEXE: Week = (((time(7), time(15, 30)),),) * 5 + ((), ())
# Every so many people of a large department somebody leads a small group.
GROUP = 9


# Who is responsible for a kind of request, and follows each at its milestones.
OWNERS = {
    "Course software for a term": "Mirela Popescu",
    "Server or research storage": "Sanjay Rao",
    "Network for a room or an event": "Owen Pritchard",
}


@dataclass
class College:
    """Everybody who can play a part in a story."""

    administrator: Person
    zone: ZoneInfo
    departments: dict[str, Department] = field(default_factory=dict)
    staff: dict[str, list[Person]] = field(default_factory=dict)  # customers by department
    agents: dict[str, list[Person]] = field(default_factory=dict)  # by lane key
    classes: dict[str, ServiceClass] = field(default_factory=dict)
    by_name: dict[str, Person] = field(default_factory=dict)

    @property
    def customers(self) -> list[Person]:
        return [person for staff in self.staff.values() for person in staff]

    def of_it(self, key: int) -> Person:
        """Somebody of IT by primary key. Raises StopIteration when nobody has it."""
        return next(p for team in self.agents.values() for p in team if p.pk == key)

    def agent(self, first_name: str) -> Person:
        """Somebody of IT by first name. Raises StopIteration when nobody has it."""
        return next(p for team in self.agents.values() for p in team if p.first_name == first_name)


def found_college(*, busy_monday: date) -> College:
    """Make the whole organisation, with two days off before `busy_monday`."""
    administrator = people.add_person(
        by=None, email=names.address_of(names.ADMINISTRATOR), full_name=names.ADMINISTRATOR, role=Role.ADMINISTRATOR
    )
    people.describe_organisation(by=administrator, name="Ashgrove College", kind=OrganisationKind.COLLEGE)
    people.open_doors(by=administrator)
    college = College(administrator, ZoneInfo(settings.TIME_ZONE))
    sites, places = _found_sites(administrator)
    _set_hours(administrator, sites, busy_monday)
    numbers = iter(range(20041, 99999, 7))
    invented = names.invented()
    for name, site, head, size in names.DEPARTMENTS:
        _found_department(college, name, sites[site], head, size, places[site], numbers, invented)
    _found_it(college, sites, places, numbers)
    _open_catalogue(college)
    intake.add_mailbox(
        by=administrator, name="Helpdesk", address=names.HELPDESK, other_addresses=["it@ashgrove.example"]
    )
    for shares in ("Biology", "Library", "Nursing"):
        department = college.departments[shares]
        people.decide_sharing(by=department.head or administrator, department=department, shares=True)
    # One hash for all: the password is printed on the door, and hashing 260 times would take a minute.
    Person.objects.update(password=make_password(personas.PASSWORD))
    return college


def _found_sites(by: Person) -> tuple[dict[str, Site], dict[str, list[Place]]]:
    sites, places = {}, {}
    for name, (address, rooms) in names.SITES.items():
        sites[name] = people.add_site(by=by, name=name, address=address)
        places[name] = [
            people.add_place(
                by=by, name=f"Room {room}" if room[-1].isdigit() and room[0] in "123BC" else room, site=sites[name]
            )
            for room in rooms
        ]
    return sites, places


def _set_hours(by: Person, sites: dict[str, Site], busy_monday: date) -> None:
    # Public holidays are of a country; the demo has one where it stands in its own time zone.
    country = "NL" if settings.TIME_ZONE == "Europe/Amsterdam" else ""
    college = calendars.create_calendar(
        by=by, name="Ashgrove College", timezone=settings.TIME_ZONE, country=country, hours=OFFICE
    )
    calendars.set_sites(by=by, calendar=college, sites=[sites["Main building"], sites["Riverside"]])
    annexe = calendars.create_calendar(
        by=by, name="St Brigid’s annexe", timezone=settings.TIME_ZONE, country=country, hours=ANNEXE
    )
    calendars.set_sites(by=by, calendar=annexe, sites=[sites["St Brigid’s annexe"]])
    for days in (4, 3):
        for calendar in (college, annexe):
            calendars.add_closed_day(
                by=by, calendar=calendar, date=busy_monday - timedelta(days=days), name="Mid-term break"
            )


def _found_department(
    college: College,
    name: str,
    site: Site,
    head_name: str,
    size: int,
    places: list[Place],
    numbers: Iterator[int],
    invented: Iterator[str],
) -> None:
    by = college.administrator
    department = people.add_department(by=by, name=name, site=site)
    head = _hire(college, head_name, department, places[0], None, numbers)
    people.change_department(by=by, department=department, name=name, site=site, head=head, shares_requests=False)
    department.head = head
    manager, staff = head, [head]
    for index in range(1, size):
        called = names.CUSTOMER if name == "Biology" and index == 1 else next(invented)
        person = _hire(college, called, department, places[index % len(places)], manager, numbers)
        if size > 2 * GROUP and index % GROUP == 2:
            manager = person
        staff.append(person)
    college.departments[name], college.staff[name] = department, staff


def _found_it(college: College, sites: dict[str, Site], places: dict[str, list[Place]], numbers: Iterator[int]) -> None:
    by = college.administrator
    department = people.add_department(by=by, name=names.IT[0], site=sites[names.IT[1]])
    lead = _hire(college, names.LEAD, department, places[names.IT[1]][0], None, numbers, Role.LEAD)
    people.change_department(
        by=by, department=department, name=department.name, site=department.site, head=lead, shares_requests=False
    )
    for key, team_name in ((LaneKey.RAPID, "Front office"), (LaneKey.DEEP, "Systems and projects")):
        team = people.add_team(by=by, name=team_name)
        members = [
            lead
            if called == names.LEAD
            else _hire(college, called, department, places[names.IT[1]][0], lead, numbers, Role.AGENT)
            for called in names.AGENTS[key]
        ]
        for member in members:
            people.add_member(by=by, team=team, person=member)
        catalogue.set_lane_teams(by=by, lane=lane(key), teams=[team])
        college.agents[key] = members


def _hire(
    college: College,
    name: str,
    department: Department,
    place: Place,
    manager: Person | None,
    numbers: Iterator[int],
    role: str = Role.CUSTOMER,
) -> Person:
    number = next(numbers)
    person = people.add_person(
        by=college.administrator,
        email=names.address_of(name),
        full_name=name,
        role=role,
        number=f"A{number}",
        phone=f"ext. {4000 + number % 997}",
        department=department,
        place=place,
        manager=manager,
    )
    college.by_name[name] = person
    return person


def _open_catalogue(college: College) -> None:
    catalogue.install_starting_classes(by=college.administrator, kind="college")
    trusted = people.add_team(by=college.administrator, name=names.TRUSTED_TEAM)
    for name in names.TRUSTED:
        people.add_member(by=college.administrator, team=trusted, person=college.by_name[name])
    catalogue.begin_confidential_class(by=college.administrator, teams=[trusted])
    college.classes = {one.name: one for one in classes_in_use()}
    for name, owner in OWNERS.items():
        owned = college.classes[name]
        course = Course(**{part.name: getattr(owned, part.name) for part in fields(Course)})
        course = replace(course, owner=college.by_name[owner])
        catalogue.route_class(by=college.administrator, service_class=owned, course=course)
