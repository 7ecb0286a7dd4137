"""Queries that are built once answer as those that are built each time, whatever the values."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from foredesk.activity.models import Event
from foredesk.calendars.models import OpeningHours
from foredesk.kit.built_once import BuiltOnce, hand_out, padded
from foredesk.people.enums import Role
from foredesk.people.models import Person
from tests.factories import DepartmentFactory, PersonFactory, TeamFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)


@pytest.fixture
def people() -> list[Person]:
    return [PersonFactory(full_name=f"Person {n}", department=DepartmentFactory()) for n in range(4)]


def test_rows_come_with_what_was_joined_and_looked_up_ahead(people, django_assert_num_queries):
    team = TeamFactory(name="Network")
    team.members.add(people[1])
    one = BuiltOnce(
        lambda key: Person.objects.filter(pk=key).select_related("department").prefetch_related("teams"),
    )
    for person in [*people, people[1]]:
        with django_assert_num_queries(2):
            (found,) = one(person.pk)
            assert (found, found.department) == (person, person.department)
            assert list(found.teams.all()) == ([team] if person == people[1] else [])
    assert one(people[-1].pk + 1) == []


def test_values_of_every_kind(people):
    events = [
        Event.objects.create(at=NOON + timedelta(hours=n), by=people[0], about_type="t", about_id=n, tag=f"t:{n % 2}")
        for n in range(4)
    ]
    asked = BuiltOnce(
        lambda since, tag, keys: Event.objects.filter(
            Q(tag=tag) | Q(about_id__in=keys), at__gte=since, about_type="t"
        ).order_by("pk")
    )
    assert asked(NOON, "t:1", [0]) == [events[0], events[1], events[3]]
    assert asked(NOON + timedelta(hours=2), "t:0", [0]) == [events[2]]
    assert asked(NOON, "t:0", [1, 3]) == events, "another length"
    assert asked(NOON, "t:0", []) == [events[0], events[2]], "no key at all"


def test_plain_values_and_names_of_states(people):
    PersonFactory(full_name="Tomás", role=Role.AGENT)
    names = BuiltOnce(lambda roles: Person.objects.filter(role__in=roles).values_list("full_name", flat=True))
    assert names([Role.AGENT]) == ["Tomás"]
    assert len(names([Role.AGENT, Role.CUSTOMER])) == 5


def test_nothing_to_look_for_is_nothing_found(people):
    with CaptureQueriesContext(connection) as asked:
        assert BuiltOnce(lambda keys: Person.objects.filter(pk__in=keys))([]) == []
    assert len(asked) == 0


@pytest.mark.parametrize("far", [2**63, 10**30, -(10**30)])
def test_numbers_that_no_column_holds_are_no_keys(people, far):
    assert BuiltOnce(lambda key: Person.objects.filter(pk=key))(far) == []


def test_it_is_built_once(people):
    built = []

    def build(key: int) -> object:
        built.append(key)
        return Person.objects.filter(pk=key)

    one = BuiltOnce(build)
    assert [one(person.pk)[0] for person in people] == people
    assert len(built) == 1


@pytest.mark.parametrize(
    "build",
    [
        lambda word: Person.objects.filter(full_name__contains=word),
        lambda word: Person.objects.all(),
        lambda word: Person.objects.filter(full_name=word.upper()),
        lambda word: Person.objects.filter(Q(email=word) | Q(full_name__icontains=word)),
    ],
    ids=["changed by the lookup", "left out", "changed by the builder", "once as given and once changed"],
)
def test_a_value_that_does_not_come_through_is_said(build):
    with pytest.raises(LookupError, match="as it was given"):
        BuiltOnce(build)("Person")


@pytest.mark.parametrize("value", [None, True, 1.5, b"x"])
def test_other_kinds_of_values_are_refused(value):
    with pytest.raises(TypeError, match="not built once"):
        BuiltOnce(lambda one: Person.objects.filter(pk=one))(value)


def test_a_column_too_narrow_for_the_stand_in_is_said(people):
    """SQLite's integers have 64 bits, so there it is found, as it would be by any query."""
    narrow = BuiltOnce(lambda length: OpeningHours.objects.filter(weekday=length))
    if connection.vendor == "sqlite":
        assert narrow(0) == list(OpeningHours.objects.filter(weekday=0))
    else:
        with pytest.raises(LookupError, match="64 bits"):
            narrow(0)


def test_padded():
    assert padded([3, 1], 4) == [3, 1, 1, 1]
    assert padded([3, 1], 2) == [3, 1]
    assert padded([], 2) == []


def test_what_is_handed_out_is_not_read_again(people, django_assert_num_queries):
    full, empty = TeamFactory.create_batch(2)
    full.members.add(people[0])
    with django_assert_num_queries(0):
        hand_out([full, empty], "members", [(full.pk, people[0]), (full.pk, people[1])])
        assert list(full.members.all()) == people[:2]
        assert list(empty.members.all()) == []
        assert len(empty.members.all()) == 0
    assert full.members.filter(pk__in=[one.pk for one in people]).get() == people[0], "narrowed, it is asked anew"
    assert not empty.members.filter(pk=people[0].pk).exists(), "of none, nobody is asked"
    empty.members.add(people[2])
    assert list(empty.members.all()) == [people[2]], "changed, it is forgotten"
