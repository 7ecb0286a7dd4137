"""The pages of this room as everybody sees them."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foredesk.people.enums import Role
from foredesk.people.models import Department, Person, Place, Site, Team
from tests.factories import DepartmentFactory, PersonFactory, PlaceFactory, SiteFactory, TeamFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mails_stay_here(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def everybody() -> dict[str, Person]:
    head = PersonFactory(full_name="Hedy Head")
    DepartmentFactory(pk=1, name="Law", site=SiteFactory(pk=1), head=head)
    PlaceFactory(pk=1, site_id=1, site=None)
    team = TeamFactory(pk=1)
    agent = PersonFactory(full_name="Ada Agent", agent=True)
    team.members.add(agent)
    return {
        "customer": PersonFactory(),
        "head": head,
        "agent": agent,
        "lead": PersonFactory(lead=True),
        "administrator": PersonFactory(pk=900, administrator=True),
    }


ALL = {"customer", "head", "agent", "lead", "administrator"}
STAFF, LEADS, ADMINISTRATORS, HEADS = (
    {"agent", "lead", "administrator"},
    {"lead", "administrator"},
    {"administrator"},
    {"head"},
)
PAGES = {
    "/you/": ALL,
    "/account/password/": ALL,
    "/account/sessions/": ALL,
    "/people/colleagues?q=ada": ALL,
    "/department/": HEADS,
    "/desk/people/search?q=ada": STAFF,
    "/desk/settings/people/": LEADS,
    "/desk/settings/people/new/": ADMINISTRATORS,
    "/desk/settings/people/900/": LEADS,
    "/desk/settings/departments/": ADMINISTRATORS,
    "/desk/settings/departments/new/": ADMINISTRATORS,
    "/desk/settings/departments/1/": ADMINISTRATORS,
    "/desk/settings/sites/": ADMINISTRATORS,
    "/desk/settings/sites/new/": ADMINISTRATORS,
    "/desk/settings/sites/1/": ADMINISTRATORS,
    "/desk/settings/places/": ADMINISTRATORS,
    "/desk/settings/places/new/": ADMINISTRATORS,
    "/desk/settings/places/1/": ADMINISTRATORS,
    "/desk/settings/teams/": LEADS,
    "/desk/settings/teams/new/": LEADS,
    "/desk/settings/teams/1/": LEADS,
}


@pytest.mark.parametrize("address", PAGES)
def test_each_page_opens_to_those_it_is_for_and_to_nobody_else(
    address: str, everybody: dict[str, Person], client: Client
) -> None:
    assert client.get(address).status_code == 302, "a stranger is sent to sign in"
    for role, person in everybody.items():
        client.force_login(person)
        assert client.get(address).status_code == (200 if role in PAGES[address] else 404), role


def test_a_lead_reads_people_but_changes_nobody(everybody: dict[str, Person], client: Client) -> None:
    client.force_login(everybody["lead"])
    assert client.post("/desk/settings/people/900/", {"role": "customer"}).status_code == 404
    assert client.post("/desk/settings/people/900/access", {"may_sign_in": "no"}).status_code == 404
    assert client.post("/desk/settings/people/900/invitation").status_code == 404
    page = client.get("/desk/settings/people/900/").content.decode()
    main = page.partition("<main")[2].partition("</main>")[0]
    assert "Deactivate" not in main and "<form" not in main


@pytest.fixture
def boss(client: Client) -> Person:
    boss = PersonFactory(full_name="Bo Boss", administrator=True)
    client.force_login(boss)
    return boss


@pytest.mark.usefixtures("boss")
def test_an_administrator_adds_and_invites_somebody(client: Client, mailoutbox: list[Any]) -> None:
    facts = {"full_name": "Ada Lovelace", "email": "Ada@example.org", "role": "agent", "invited": "on"}
    response = client.post("/desk/settings/people/new/", facts)
    ada = Person.objects.get(email="ada@example.org")
    assert response["Location"] == reverse("people:person", args=[ada.pk])
    assert ada.role == Role.AGENT
    assert [message.to for message in mailoutbox] == [["ada@example.org"]]


@pytest.mark.usefixtures("boss")
def test_what_was_typed_wrongly_is_kept_and_explained(client: Client) -> None:
    PersonFactory(email="ada@example.org")
    response = client.post("/desk/settings/people/new/", {"full_name": "Ada L", "email": "ADA@example.org"})
    page = response.content.decode()
    assert response.status_code == 422
    assert "Somebody with this address is already here." in page
    assert 'value="Ada L"' in page and "Please fill this in." in page


def test_an_administrator_changes_somebody(boss: Person, client: Client) -> None:
    ada, place = PersonFactory(full_name="Ada"), PlaceFactory()
    facts = {"full_name": "Ada L", "email": ada.email, "role": "lead", "place": place.pk, "manager": boss.pk}
    assert client.post(f"/desk/settings/people/{ada.pk}/", facts).status_code == 302
    ada.refresh_from_db()
    assert (ada.full_name, ada.role, ada.place, ada.manager) == ("Ada L", "lead", place, boss)
    page = client.get(f"/desk/settings/people/{ada.pk}/").content.decode()
    assert "changed the role" in page and "Bo Boss" in page


def test_refusals_stand_at_their_field_and_nothing_is_half_done(boss: Person, client: Client) -> None:
    PersonFactory(administrator=True)
    facts = {"full_name": "Other", "email": boss.email, "role": "customer"}
    response = client.post(f"/desk/settings/people/{boss.pk}/", facts)
    assert response.status_code == 422
    assert "You cannot take away your own administrator role." in response.content.decode()
    facts = {"full_name": "Other", "email": boss.email, "role": "administrator", "manager": boss.pk}
    assert (
        "Nobody can be their own manager." in client.post(f"/desk/settings/people/{boss.pk}/", facts).content.decode()
    )
    boss.refresh_from_db()
    assert boss.full_name == "Bo Boss"


def test_access_is_switched_off_and_on(boss: Person, client: Client, mailoutbox: list[Any]) -> None:
    ada = PersonFactory()
    address = f"/desk/settings/people/{ada.pk}/access"
    client.post(address, {"may_sign_in": "no"})
    ada.refresh_from_db()
    assert not ada.is_active
    assert "They may not sign in" in client.get(f"/desk/settings/people/{ada.pk}/").content.decode()
    assert (
        "Reactivate them first"
        in client.post(f"/desk/settings/people/{ada.pk}/invitation", follow=True).content.decode()
    )
    client.post(address, {"may_sign_in": "yes"})
    ada.refresh_from_db()
    assert ada.is_active and len(mailoutbox) == 1
    assert (
        "deactivate yourself"
        in client.post(f"/desk/settings/people/{boss.pk}/access", {"may_sign_in": "no"}, follow=True).content.decode()
    )
    assert client.post(address, {"may_sign_in": "perhaps"}).status_code == 404
    assert client.post("/desk/settings/people/424242/invitation").status_code == 404
    client.post(f"/desk/settings/people/{ada.pk}/invitation")
    assert len(mailoutbox) == 2


@pytest.mark.usefixtures("boss")
def test_sites_departments_and_places_are_made_and_changed(client: Client) -> None:
    settings = "/desk/settings/"
    assert "Begin with a site" in client.get(f"{settings}departments/").content.decode()
    client.post(f"{settings}sites/new/", {"name": "North"})
    site = Site.objects.get(name="North")
    client.post(f"{settings}sites/{site.pk}/", {"name": "North campus", "address": "Hill 1"})
    client.post(f"{settings}departments/new/", {"name": "Law", "site": site.pk, "shares_requests": "on"})
    department = Department.objects.get(name="Law", shares_requests=True)
    client.post(f"{settings}departments/{department.pk}/", {"name": "Laws", "site": site.pk})
    client.post(f"{settings}places/new/", {"name": "B 1", "site": site.pk})
    place = Place.objects.get(name="B 1")
    again = client.post(f"{settings}places/new/", {"name": "B 1", "site": site.pk})
    assert "This site has a place of this name already." in again.content.decode()
    client.post(f"{settings}places/{place.pk}/", {"name": "B 2", "site": site.pk})
    for thing, name in ((site, "North campus"), (department, "Laws"), (place, "B 2")):
        thing.refresh_from_db()
        assert thing.name == name
    assert not department.shares_requests


def test_a_lead_looks_after_teams(client: Client) -> None:
    client.force_login(PersonFactory(lead=True))
    agent, customer = PersonFactory(full_name="Ada Agent", agent=True), PersonFactory()
    client.post("/desk/settings/teams/new/", {"name": "Rapid"})
    team = Team.objects.get(name="Rapid")
    address = reverse("people:team", args=[team.pk])
    client.post(address, {"name": "Rapid desk"})
    client.post(f"{address}members", {"person": agent.pk})
    assert "Ada Agent" in client.get("/desk/settings/teams/").content.decode()
    refused = client.post(f"{address}members", {"person": customer.pk})
    assert refused.status_code == 422 and "is not an agent yet" in refused.content.decode()
    assert "Choose a person from the list" in client.post(f"{address}members", {"person": ""}).content.decode()
    client.post(f"{address}members/{agent.pk}/removal")
    assert not team.members.exists()
    assert client.post(f"{address}members/{agent.pk}/removal").status_code == 404
    team.refresh_from_db()
    assert team.name == "Rapid desk"


def test_people_are_searched_and_paged_in_the_list(boss: Person, client: Client) -> None:
    PersonFactory.create_batch(51)
    page = client.get("/desk/settings/people/?q=person")
    assert len(page.context["people"]) == 50
    more = client.get(f"/desk/settings/people/{page.context['older']}")
    assert len(more.context["people"]) == 1 and more.context["words"] == "person"
    rows = client.get("/desk/settings/people/?q=nobodyatall", headers={"HX-Request": "true"}).content.decode()
    assert "Nobody found" in rows and "<html" not in rows


@pytest.mark.parametrize("name", ["people", "departments", "sites", "places", "teams"])
def test_pages_cost_the_same_for_one_row_and_for_three(name: str, boss: Person, client: Client) -> None:
    def add_a_row() -> None:
        place = PlaceFactory()
        one = PersonFactory(place=place, department=DepartmentFactory(site=place.site, head=boss), agent=True)
        TeamFactory().members.add(one)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(f"people:{name}")).status_code == 200
        return len(queries)

    add_a_row()
    cost()  # the first page fills what the shell keeps
    with_one = cost()
    add_a_row()
    add_a_row()
    assert cost() == with_one


def test_a_head_decides_about_sharing(client: Client) -> None:
    head = PersonFactory()
    first, second = DepartmentFactory(head=head, name="Law"), DepartmentFactory(head=head, name="History")
    foreign = DepartmentFactory()
    PersonFactory(full_name="Lea Law", department=first)
    client.force_login(head)
    page = client.get("/department/").content.decode()
    assert "Law" in page and "History" in page and "Lea Law" in page and "Nobody here yet" in page
    client.post(f"/department/{first.pk}/sharing", {"shares": "yes"})
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.shares_requests and not second.shares_requests
    client.post(f"/department/{first.pk}/sharing", {"shares": "no"})
    first.refresh_from_db()
    assert not first.shares_requests
    assert client.post(f"/department/{foreign.pk}/sharing", {"shares": "yes"}).status_code == 404
    assert client.post(f"/department/{first.pk}/sharing", {"shares": "maybe"}).status_code == 404


def test_people_look_after_their_own_profile(client: Client) -> None:
    me = PersonFactory(email="me@example.org")
    client.force_login(me)
    client.post("/you/", {"full_name": "Kim K", "phone": "12", "timezone": "Asia/Tokyo", "role": "administrator"})
    me.refresh_from_db()
    assert (me.full_name, me.phone, me.timezone, me.role) == ("Kim K", "12", "Asia/Tokyo", "customer")
    wrong = client.post("/you/", {"full_name": "", "phone": "13", "timezone": "Mars/North"})
    assert wrong.status_code == 422 and 'value="13"' in wrong.content.decode()


def test_customers_learn_only_names_and_departments_of_colleagues(client: Client) -> None:
    PersonFactory(full_name="Ada Lovelace", email="secret@example.org", number="10442", phone="555 1")
    client.force_login(PersonFactory())
    page = client.get("/people/colleagues?q=ada").content.decode()
    assert "Ada Lovelace" in page
    assert not any(fact in page for fact in ("secret@", "10442", "555"))
    assert "at least three letters" in client.get("/people/colleagues?q=ad").content.decode()


def test_agents_see_whom_they_found(client: Client) -> None:
    place = PlaceFactory(name="B 2.14")
    PersonFactory(full_name="Ada Lovelace", number="10442", place=place, department=DepartmentFactory(name="Law"))
    client.force_login(PersonFactory(agent=True))
    page = client.get("/desk/people/search?q=1044").content.decode()
    assert all(fact in page for fact in ("Ada Lovelace", "Law", "B 2.14", "10442", 'role="option"'))
    assert "Nobody found" in client.get("/desk/people/search?q=zzzz").content.decode()


def test_words_typed_without_choosing_count_only_when_they_fit_one_person(boss: Person, client: Client) -> None:
    ada = PersonFactory(full_name="Ada Lovelace", number="77")
    PersonFactory(full_name="Ann One", number=str(ada.pk + 1000))
    PersonFactory(full_name="Ann Two")
    site = SiteFactory()
    address = reverse("people:new_department")

    def head_of(name: str, **typed: Any) -> Any:
        return client.post(address, {"name": name, "site": site.pk, **typed})

    head_of("By choice", head=ada.pk, head_words="Ada Lovelace")
    head_of("By words", head="", head_words="lovel")
    head_of("By number", head="", head_words="77")
    head_of("Cleared", head=ada.pk, head_words="")
    heads = dict(Department.objects.values_list("name", "head"))
    assert heads == {"By choice": ada.pk, "By words": ada.pk, "By number": ada.pk, "Cleared": None}
    for words in ("Ann", str(boss.pk), "nobody at all"):
        refused = head_of("New", head="", head_words=words)
        assert refused.status_code == 422
        assert (
            "Choose a person from the list" in refused.content.decode()
            and f'value="{words}"' in refused.content.decode()
        )
