import pytest
from pytest_django import DjangoAssertNumQueries

from foredesk.people import queries
from foredesk.people.models import Person
from tests.factories import DepartmentFactory, PersonFactory, PlaceFactory, TeamFactory

pytestmark = pytest.mark.django_db


def _names(people: list[Person]) -> list[str]:
    return [person.full_name for person in people]


@pytest.fixture
def some_people() -> None:
    PersonFactory(full_name="Ada Lovelace", email="ada@example.org", number="10442", phone="020 555 12 34")
    PersonFactory(full_name="Adam Smith", email="smith@example.org", number="10443")
    PersonFactory(full_name="Grace Hopper", email="g.hopper@example.org", number="ada1")
    PersonFactory(full_name="Zoë Adamczyk", email="zoe@example.org", number="104")
    PersonFactory(full_name="Gone Adams", email="gone@example.org", is_active=False)


@pytest.mark.usefixtures("some_people")
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ada", ["Ada Lovelace", "Adam Smith", "Zoë Adamczyk", "Grace Hopper"]),
        ("lov", ["Ada Lovelace"]),
        ("love ada", ["Ada Lovelace"]),
        ("zoe", ["Zoë Adamczyk"]),
        ("104", ["Zoë Adamczyk", "Ada Lovelace", "Adam Smith"]),
        ("g.hopper@", ["Grace Hopper"]),
        ("hopper", ["Grace Hopper"]),
        ("020 555", ["Ada Lovelace"]),
        ("0205551234", ["Ada Lovelace"]),
        ("Lovelcae", ["Ada Lovelace"]),
        ("grase hoper", ["Grace Hopper"]),
        ("a", []),
        ("", []),
        ("%", []),
        ("qqq", []),
    ],
)
def test_agents_find_people_by_what_they_remember(typed: str, found: list[str]) -> None:
    assert _names(queries.find_people(typed)) == found


def test_at_most_eight_are_offered() -> None:
    PersonFactory.create_batch(10)
    assert len(queries.find_people("kim")) == 8


def test_the_number_itself_comes_first_however_many_names_fit() -> None:
    for _ in range(9):
        PersonFactory(full_name="77 Club")
    PersonFactory(full_name="Zed Last", number="77")
    assert _names(queries.find_people("77"))[0] == "Zed Last"


@pytest.mark.usefixtures("some_people")
def test_customers_find_colleagues_by_name_only() -> None:
    me = PersonFactory(full_name="Adan Me")
    assert _names(queries.colleagues(me, "ada")) == ["Ada Lovelace", "Adam Smith", "Zoë Adamczyk"]
    assert queries.colleagues(me, "ad") == []
    assert queries.colleagues(me, "104") == [] and queries.colleagues(me, "smith@") == []


def test_colleagues_of_ones_own_department_come_first() -> None:
    here = DepartmentFactory()
    PersonFactory(full_name="Ann A")
    PersonFactory(full_name="Ann Z", department=here)
    assert _names(queries.colleagues(PersonFactory(department=here), "ann")) == ["Ann Z", "Ann A"]


def test_people_are_paged_by_name_without_gaps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    for name in ("B", "A", "C", "B", "B"):
        PersonFactory(full_name=name)
    seen, after = [], ""
    while True:
        page = queries.people_page(after=after)
        seen += page.people
        after = page.after
        if not after:
            break
    assert _names(seen) == ["A", "B", "B", "B", "C"] and len({one.pk for one in seen}) == 5


def test_the_list_can_be_narrowed() -> None:
    PersonFactory(full_name="Ann", agent=True)
    PersonFactory(full_name="Bea", is_active=False)
    assert _names(queries.people_page(role="agent").people) == ["Ann"]
    assert _names(queries.people_page(active=False).people) == ["Bea"]
    assert _names(queries.people_page(words="be").people) == ["Bea"]
    assert _names(queries.people_page(after="nonsense").people) == ["Ann", "Bea"]


@pytest.mark.parametrize("count", [1, 3])
def test_lists_cost_the_same_for_one_and_for_three(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    head = PersonFactory()
    for _ in range(count):
        place = PlaceFactory()
        department = DepartmentFactory(site=place.site, head=head)
        TeamFactory().members.add(PersonFactory(department=department, place=place, manager=head))
    with django_assert_num_queries(1):
        assert all(one.department or one.place or True for one in queries.people_page().people)
    with django_assert_num_queries(2):
        assert [one.place.name for one in queries.find_people("kim") if one.place]
    with django_assert_num_queries(2):
        assert [one.department for one in queries.colleagues(head, "kim")]
    with django_assert_num_queries(1):
        assert [(one.site.name, one.head.full_name, one.people_count) for one in queries.departments()]
    with django_assert_num_queries(1):
        assert [one.department_count + one.place_count for one in queries.sites()]
    with django_assert_num_queries(1):
        assert [one.site.name for one in queries.places()]
    with django_assert_num_queries(2):
        assert [list(one.members.all()) for one in queries.teams()]
