"""Whom the installation serves: its name everywhere, its zone, and the page that changes it."""

from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from foredesk.people import actions, queries
from foredesk.people.enums import OrganisationKind
from foredesk.people.models import Organisation
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
PAGE = "people:organisation"


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(PersonFactory(administrator=True))
    return client


def test_its_name_stands_on_every_page_at_once(desk: Client) -> None:
    said = {"name": "  Millbrook Town Hall ", "kind": "town", "timezone": "Europe/London"}
    assert desk.post(reverse(PAGE), said).status_code == 302
    page = desk.get(reverse(PAGE)).content.decode()
    assert "· Millbrook Town Hall</title>" in page
    assert Organisation.objects.get().kind == OrganisationKind.TOWN
    desk.post(reverse(PAGE), {**said, "name": "Millbrook"})
    assert "· Millbrook</title>" in desk.get(reverse(PAGE)).content.decode()
    assert Organisation.objects.count() == 1


def test_what_cannot_be_is_said_at_the_field_and_kept(desk: Client) -> None:
    answer = desk.post(reverse(PAGE), {"name": "", "kind": "circus", "timezone": "Mars/North"})
    assert answer.status_code == 422
    assert {"name", "kind", "timezone"} <= set(answer.context["form"].errors)
    assert not Organisation.objects.exists()


def test_once_set_up_it_is_read_once_for_many_pages(django_assert_num_queries) -> None:
    actions.describe_organisation(by=None, name="Millbrook", kind=OrganisationKind.TOWN)
    with django_assert_num_queries(2):  # not yet set up: another process may be about to finish
        queries.organisation_name()
        queries.organisation_name()
    actions.open_doors(by=None)
    queries.forget_organisation()
    with django_assert_num_queries(1):
        assert queries.organisation_name() == queries.organisation_name() == "Millbrook"


def test_times_are_told_in_its_zone_unless_somebody_chose_another() -> None:
    assert queries.zone_for(None) is None
    actions.describe_organisation(by=None, name="Millbrook", kind="town", timezone="America/Chicago")
    assert queries.zone_for(None) == queries.zone_for(PersonFactory()) == ZoneInfo("America/Chicago")
    assert queries.zone_for(PersonFactory(timezone="Asia/Tokyo")) == ZoneInfo("Asia/Tokyo")
