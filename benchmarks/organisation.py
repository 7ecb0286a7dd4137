"""The people the tickets are about: as many customers as a department of that size looks after, and 200 agents."""

import random
from dataclasses import dataclass, field
from itertools import accumulate

from foredesk.catalogue.actions import install_starting_classes
from foredesk.catalogue.models import Lane, ServiceClass
from foredesk.kit import clock
from foredesk.people import names
from foredesk.people.enums import Role
from foredesk.people.models import Department, Person, PersonWord, Place, Site, Team
from foredesk.people.models import Organisation as Served

from .bulk import Table
from .words import Words

TICKETS_PER_PERSON = 20
AGENTS = 200
TEAMS = 10
SITES = 6
PEOPLE_IN_A_DEPARTMENT = 60

# Whose pages are measured; their lists are equally long however large the database is.
AGENT, LEAD, HEAD, CUSTOMER = (f"{name}@bench.example" for name in ("agent", "lead", "head", "customer"))
# More who work at the same time.
COLLEAGUES = tuple(f"agent{number}@bench.example" for number in range(2, 5))


@dataclass
class Organisation:
    """Keys of everybody and everything that tickets refer to."""

    agent: int
    customer: int
    agents: list[int] = field(default_factory=list)
    customers: list[int] = field(default_factory=list)
    reach: list[float] = field(default_factory=list)  # cumulative: how often each customer asks
    classes: list[ServiceClass] = field(default_factory=list)
    class_reach: list[float] = field(default_factory=list)


def found(tickets: int, words: Words, chance: random.Random, tables: dict[str, Table]) -> Organisation:
    """Make the organisation for so many tickets; `tables` get its people."""
    Served.objects.create(name="Bench", set_up_at=clock.now())
    classes = _classes()
    departments = max(2, tickets // TICKETS_PER_PERSON // PEOPLE_IN_A_DEPARTMENT)
    customers = departments * PEOPLE_IN_A_DEPARTMENT
    sites = Site.objects.bulk_create([Site(name=f"Campus {number}") for number in range(1, SITES + 1)])
    places = Place.objects.bulk_create(
        [Place(name=f"Room {number}", site=site) for site in sites for number in range(1, 21)]
    )
    theirs = Department.objects.bulk_create(
        [Department(name=f"Department {n}", site=sites[n % SITES]) for n in range(departments + 1)]
    )
    staff = {LEAD: Role.LEAD, AGENT: Role.AGENT} | dict.fromkeys(COLLEAGUES, Role.AGENT)
    known = [HEAD, CUSTOMER]
    now = clock.now()
    first = (Person.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    keys: list[int] = []
    for number in range(AGENTS + customers):
        key, name, email, role = first + number, words.name(), "", Role.CUSTOMER
        department = theirs[0] if number < AGENTS else theirs[1 + (number - AGENTS) // PEOPLE_IN_A_DEPARTMENT]
        if number < AGENTS:
            role = Role.AGENT
            if number < len(staff):
                email, role = list(staff.items())[number]
        elif number - AGENTS < len(known):
            email = known[number - AGENTS]
        email = email or f"{name.lower().replace(' ', '.')}.{key}@bench.example"
        phone, badge = f"ext. {4000 + key % 5000}", f"B{key:07}"
        place = places[key % len(places)].pk
        tables["people"].add(key, email, name, badge, phone, department.pk, place, role, "!", now, True)
        for word, is_name in names.beginnings(name, email, badge, phone).items():
            tables["words"].add(key, word, is_name)
        keys.append(key)
    for table in (tables["people"], tables["words"]):
        table.write()
    for number, one in enumerate(theirs[1:]):
        one.head_id = keys[AGENTS + number * PEOPLE_IN_A_DEPARTMENT]
    Department.objects.bulk_update(theirs[1:], ["head"], batch_size=500)
    _teams(keys[:AGENTS])
    asking = keys[AGENTS + len(known) :]
    chance.shuffle(asking)
    return Organisation(
        agent=keys[1],
        customer=keys[AGENTS + 1],
        agents=keys[2:AGENTS],
        customers=asking,
        # A few ask all the time, most hardly ever.
        reach=list(accumulate(rank**-0.5 for rank in range(1, len(asking) + 1))),
        classes=classes,
        class_reach=list(accumulate(1 / rank for rank in range(1, len(classes) + 1))),
    )


def tables() -> dict[str, Table]:
    of_person = "id email full_name number phone department_id place_id role password joined_at is_active".split()
    return {
        "people": Table(Person, *of_person),
        "words": Table(PersonWord, "person_id", "word", "is_name"),
    }


def _classes() -> list[ServiceClass]:
    """A college's, and a private one of the last team's at the rare end."""
    install_starting_classes(by=None)
    classes = list(ServiceClass.objects.select_related("lane"))
    random.Random(1).shuffle(classes)
    private = ServiceClass.objects.create(
        name="Misuse and investigations", lane=Lane.objects.order_by("key").first(), is_private=True, position=999
    )
    return [*classes, private]


def _teams(agents: list[int]) -> None:
    teams = Team.objects.bulk_create([Team(name=f"Team {number}") for number in range(1, TEAMS + 1)])
    for number, team in enumerate(teams):
        team.members.set(agents[number::TEAMS])
    for number, lane in enumerate(Lane.objects.all()):
        lane.teams.set(teams[number * 2 : number * 2 + 1])
    ServiceClass.objects.get(is_private=True).teams.set(teams[-1:])
