"""Deciding under Settings which kinds are private, and who is told of it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from foredesk.activity.queries import events_about
from foredesk.catalogue.actions import begin_confidential_class, describe_class, make_open, make_private
from foredesk.catalogue.models import ServiceClass
from foredesk.catalogue.queries import canned_replies_for, default_class, kinds_offered
from foredesk.catalogue.rules import Words
from foredesk.kit.refusals import Refused
from foredesk.mail.models import OutboxMessage
from foredesk.people import actions as people
from foredesk.people.models import Person, Team
from tests.factories import CannedReplyFactory, PersonFactory, ServiceClassFactory, TeamFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    team = TeamFactory(name="Trusted hands")
    team.members.add(PersonFactory(full_name="Ada Lindqvist", agent=True, email="ada@example.org"))
    return team


@pytest.fixture
def private(team) -> ServiceClass:
    made = ServiceClassFactory(name="Something confidential")
    make_private(by=None, service_class=made, teams=[team])
    return made


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def filled_in(page: Any, **changes: Any) -> dict[str, Any]:
    """What the form of a page would send, with changes."""
    form = page.context["form"]
    given = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in (given | changes).items() if value not in (None, False)}


def test_a_kind_is_made_private_on_its_page(team):
    kind = ServiceClassFactory(name="Pay slips")
    at_desk, address = browser(PersonFactory(lead=True)), reverse("catalogue:class", args=[kind.pk])
    page = at_desk.get(address)
    assert "nobody else’s business" in words(page)
    refused = at_desk.post(address, filled_in(page, is_private="on"))
    assert "Choose at least one team" in words(refused)
    assert not ServiceClass.objects.get(pk=kind.pk).is_private
    at_desk.post(address, filled_in(page, is_private="on", teams=[team.pk]))
    kind.refresh_from_db()
    assert kind.is_private
    assert list(kind.teams.all()) == [team]
    listed = words(at_desk.get(reverse("catalogue:classes")))
    assert "private</span>" in listed
    assert "Trusted hands" in listed


def test_a_lead_outside_the_team_is_told_who_decides(private):
    lead = browser(PersonFactory(lead=True))
    address = reverse("catalogue:class", args=[private.pk])
    page = lead.get(address)
    assert "is_private" not in page.context["form"].fields
    assert "Private: in IT, only Trusted hands see them." in words(page)
    assert lead.post(address, filled_in(page, description="Words may change")).status_code == 302
    private.refresh_from_db()
    assert (private.is_private, private.description) == (True, "Words may change")


def test_an_administrator_decides_and_the_team_hears_of_it(private, team):
    administrator = PersonFactory(full_name="Hanneke Prins", administrator=True)
    at_desk, address = browser(administrator), reverse("catalogue:class", args=[private.pk])
    at_desk.post(address, filled_in(at_desk.get(address), is_private=False, teams=[]))
    private.refresh_from_db()
    assert not private.is_private
    mail = OutboxMessage.objects.get(to="ada@example.org")
    assert "Hanneke Prins decided: everybody of IT sees" in mail.text
    make_private(by=administrator, service_class=private, teams=[team])
    mail = OutboxMessage.objects.filter(to="ada@example.org").latest("pk")
    assert "Hanneke Prins decided: in IT, only “Trusted hands” see requests" in mail.text
    assert "class:closed_off" in set(events_about(private).values_list("tag", flat=True))


def test_not_sure_is_not_asked():
    page = browser(PersonFactory(administrator=True)).get(reverse("catalogue:class", args=[default_class().pk]))
    assert "is_private" not in page.context["form"].fields


def test_a_part_of_a_private_kind_is_not_asked_either(private, team):
    administrator = browser(PersonFactory(administrator=True))
    page = administrator.get(reverse("catalogue:new_class"))
    new = {"name": "Pay slips", "parent": private.pk, "lane": private.lane_id, "first_reply_minutes": "30 min"}
    administrator.post(reverse("catalogue:new_class"), filled_in(page, **new))
    part = ServiceClass.objects.get(name="Pay slips")
    assert part.is_private
    assert list(part.teams.all()) == [team]
    shown = words(administrator.get(reverse("catalogue:class", args=[part.pk])))
    assert "It is part of “Something confidential”, where this is decided." in shown


def test_hung_below_a_private_kind_only_by_who_has_a_say(private, team):
    lead, kind = PersonFactory(lead=True), ServiceClassFactory(name="Pay slips")
    describe_class(by=lead, service_class=kind, words=Words(name=kind.name, parent=private))
    kind.refresh_from_db()
    assert kind.is_private
    other = ServiceClassFactory(name="Other secrets")
    make_private(by=None, service_class=other, teams=[TeamFactory()])
    with pytest.raises(Refused, match="decided by"):
        describe_class(by=lead, service_class=other, words=Words(name=other.name, parent=private))


def test_canned_replies_of_a_private_kind_are_its_teams(private, team):
    reply = CannedReplyFactory(title="Between us", service_class=private)
    lead = PersonFactory(lead=True)
    address = reverse("catalogue:reply", args=[reply.pk])
    outside = browser(lead)
    assert "Between us" not in words(outside.get(reverse("catalogue:replies")))
    assert outside.get(address).status_code == 404
    assert outside.post(reverse("catalogue:reply_removal", args=[reply.pk])).status_code == 404
    assert list(canned_replies_for(lead, private)) == []
    assert private.name not in words(outside.get(reverse("catalogue:new_reply")))
    team.members.add(lead)
    inside = browser(lead)
    assert "Between us" in words(inside.get(reverse("catalogue:replies")))
    assert inside.get(address).status_code == 200
    assert private.name in words(inside.get(reverse("catalogue:new_reply")))


class TestTeams:
    def test_leads_do_not_let_themselves_in(self, private, team):
        lead = PersonFactory(lead=True)
        with pytest.raises(Refused, match="only administrators and its members"):
            people.add_member(by=lead, team=team, person=lead)
        page = words(browser(lead).get(reverse("people:team", args=[team.pk])))
        assert "Only this team sees these private requests: <strong>Something confidential</strong>." in page
        assert "Add to the team" not in page
        browser(lead).post(reverse("people:members", args=[team.pk]), {"person": lead.pk})
        browser(lead).post(reverse("people:team", args=[team.pk]), {"name": "Mine"})
        assert lead not in team.members.all()
        assert Team.objects.get(pk=team.pk).name == "Trusted hands"

    def test_an_administrator_may_and_the_team_hears_of_it(self, private, team, mailoutbox):
        hanneke = PersonFactory(full_name="Hanneke Prins", administrator=True)
        people.add_member(by=hanneke, team=team, person=hanneke)
        (mail,) = mailoutbox
        assert mail.to == ["ada@example.org"]
        assert "Hanneke Prins added Hanneke Prins to Trusted hands" in mail.body
        assert "Something confidential" in mail.body
        event = events_about(team).get(tag="team:member:added")
        assert (event.by, event.data) == (hanneke, {"person": hanneke.pk})

    def test_a_member_who_leads_may_add_a_colleague(self, private, team):
        lead, colleague = PersonFactory(lead=True), PersonFactory(agent=True)
        team.members.add(lead)
        people.add_member(by=lead, team=team, person=colleague)
        assert colleague in team.members.all()

    def test_somebody_has_to_see_them(self, private, team):
        hanneke = PersonFactory(administrator=True)
        with pytest.raises(Refused, match="Nobody would see “Something confidential”"):
            people.remove_member(by=hanneke, team=team, person=team.members.get())
        with pytest.raises(Refused, match="private to this team"):
            people.remove_team(by=hanneke, team=team)
        at_desk = browser(hanneke)
        at_desk.post(reverse("people:team_removal", args=[team.pk]))
        at_desk.post(reverse("people:member_removal", args=[team.pk, team.members.get().pk]))
        assert Team.objects.get(pk=team.pk).members.count() == 1
        make_open(by=hanneke, service_class=private)
        at_desk.post(reverse("people:team_removal", args=[team.pk]))
        assert not Team.objects.exists()

    def test_a_team_like_any_other_is_everybodys_to_change(self, team, mailoutbox):
        lead = PersonFactory(lead=True)
        people.add_member(by=lead, team=team, person=lead)
        people.remove_member(by=lead, team=team, person=lead)
        assert not mailoutbox


def test_private_kinds_do_not_count_among_the_eight(private):
    for _each in range(8):
        ServiceClassFactory(offered=True)
    begun = begin_confidential_class(by=None, teams=list(private.teams.all()))
    assert [one.is_private for one in kinds_offered()] == [False] * 8 + [True]
    make_open(by=PersonFactory(administrator=True), service_class=begun)
    begun.refresh_from_db()
    assert not begun.offered
