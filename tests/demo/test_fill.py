"""A small demo, on the database of the run: true in every clock, and alive at any hour."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Q
from django.urls import reverse

from foredesk.catalogue.enums import LaneKey
from foredesk.catalogue.models import Lane, ServiceClass
from foredesk.demo.emptying import empty_everything
from foredesk.demo.fill import FIRST_NUMBER, Refused, fill
from foredesk.demo.personas import PASSWORD, PERSONAS
from foredesk.dispatch.queries import lane_in_order
from foredesk.forecasts.enums import Cause
from foredesk.forecasts.models import Milestone, Quote
from foredesk.intake.enums import Became
from foredesk.intake.models import Incoming
from foredesk.kit import clock
from foredesk.mail.enums import NotSent, OutboxState, Way
from foredesk.mail.jobs import GRACE
from foredesk.mail.models import BadAddress, OutboxMessage
from foredesk.people.enums import Role
from foredesk.people.models import Department, Person, Site
from foredesk.shield import queries as shield
from foredesk.tickets.enums import OPEN_STATES, Ahead, State
from foredesk.tickets.models import CareMoment, Draft, Interview, Message, Restatement, Ticket
from tests.factories import PersonFactory

TUESDAY = datetime(2026, 3, 3, 9, 30, tzinfo=UTC)
SATURDAY_NIGHT = datetime(2026, 3, 7, 23, 10, tzinfo=UTC)


@pytest.mark.parametrize("now", [TUESDAY, SATURDAY_NIGHT])
def test_the_present_looks_alive_at_any_hour(db, now):
    made = fill(now=now, told=4)
    assert made == {"people": Person.objects.count(), "requests": Ticket.objects.count()}
    a_whole_college_is_there()
    everything_happened_in_order_before(now)
    the_present_is_as_the_script_says(now)
    nothing_is_due_before(now)
    promises_are_given_and_renewed_before(now)


def a_whole_college_is_there():
    assert Site.objects.count() == 3
    assert Department.objects.count() == 13  # IT too
    assert Person.objects.filter(role=Role.CUSTOMER).count() >= 250
    assert Person.objects.filter(role__in=[Role.AGENT, Role.LEAD]).count() == 9
    assert Person.objects.get(email="maya.ortiz@ashgrove.example").check_password(PASSWORD)
    assert len(PASSWORD) >= 15


def promises_are_given_and_renewed_before(now):
    present = Quote.objects.filter(replaced_at=None, ticket__state__in=OPEN_STATES)
    assert present.count() == Ticket.objects.filter(state__in=OPEN_STATES).count()
    assert not present.filter(until__lt=now).exclude(ticket__state=State.OFFERED).exists()
    assert Quote.objects.latest("given_at").given_at <= now
    assert Quote.objects.filter(cause=Cause.WAITS).exists()
    assert Milestone.objects.values("ticket").distinct().count() == 2
    assert Milestone.objects.filter(done_at__isnull=False).count() == 2


def everything_happened_in_order_before(now):
    assert Ticket.objects.order_by("pk").first().pk == FIRST_NUMBER
    asked = list(Ticket.objects.order_by("pk").values_list("created_at", flat=True))
    assert asked == sorted(asked)
    assert max(asked) <= now
    assert Message.objects.latest("at").at <= now
    assert CareMoment.objects.latest("at").at <= now
    mails = OutboxMessage.objects.all()
    # What was told a moment ago may wait for more about the same, and some of it for the mail of the day.
    waits = Q(state=OutboxState.QUEUED, not_before__gt=now - GRACE) & (Q(joins=True) | Q(way=Way.DIGEST))
    assert not mails.filter(state=OutboxState.QUEUED).exclude(waits).exists()
    assert set(mails.exclude(not_sent_because="").values_list("not_sent_because", flat=True)) == {
        NotSent.REFUSES,
        NotSent.PAGE_ONLY,
        NotSent.MACHINE,
    }
    for state, most in ((OutboxState.BOUNCED, 1), (OutboxState.DEFERRED, 2), (OutboxState.FAILED, 1)):
        assert 1 <= mails.filter(state=state).exclude(error="").count() <= most
    assert BadAddress.objects.get().is_permanent
    assert mails.latest("sent_at").sent_at <= now
    assert mails.earliest("queued_at").queued_at < asked[10]


def the_present_is_as_the_script_says(now):
    with clock.at(now):
        ada = Person.objects.get(email="ada.lindqvist@ashgrove.example")
        tomas = Person.objects.get(email="tomas.reyes@ashgrove.example")
        rapid = lane_in_order(tomas, LaneKey.RAPID).rows
        deep = lane_in_order(tomas, LaneKey.DEEP).rows
        private = {row.ticket for row in lane_in_order(ada, LaneKey.RAPID).rows} - {row.ticket for row in rapid}
    assert 12 <= len(rapid) <= 30
    assert 8 <= len(deep) <= 15
    assert len(private) == 3
    assert {ticket.service_class.name for ticket in private} == {"Security and personal matters"}
    assert Ticket.objects.filter(state=State.WAITING).count() >= 3
    assert Ticket.objects.filter(state=State.OFFERED).count() == 2
    assert Ticket.objects.filter(ahead=Ahead.REOPENED).count() == 1
    assert Ticket.objects.filter(ahead=Ahead.HANDED_OVER, lane__key=LaneKey.DEEP).count() == 1
    maya = Person.objects.get(email="maya.ortiz@ashgrove.example")
    assert Restatement.objects.filter(ticket__customer=maya, is_right=None, ticket__state=State.WORKING).count() == 1
    assert Interview.objects.filter(person=maya, ticket=None).count() == 1
    assert Draft.objects.get().author.first_name == "Tomás"
    assert set(Incoming.objects.exclude(became="").values_list("became", flat=True)) == {
        Became.REQUEST,
        Became.REPLY,
        Became.OUTSIDE,
        Became.MACHINE,
    }
    assert Incoming.objects.get(state="quarantined").reason
    assert Incoming.objects.filter(state="set_aside").exists()
    assert Message.objects.filter(mentions=ada, ticket__state=State.WORKING).exists()


def nothing_is_due_before(now):
    late = Ticket.objects.exclude(state=State.CLOSED).filter(next_update_due__lt=now)
    assert not late.exists(), [(t.pk, t.subject) for t in late]


def test_the_same_seed_tells_the_same_and_reset_begins_again(db):
    fill(now=TUESDAY, told=0)
    first = list(Ticket.objects.order_by("pk").values_list("pk", "subject", "created_at"))
    empty_everything()
    assert not Person.objects.exists()
    assert Lane.objects.count() == 2
    assert ServiceClass.objects.get().is_default
    fill(now=TUESDAY, told=0)
    assert list(Ticket.objects.order_by("pk").values_list("pk", "subject", "created_at")) == first


def test_every_persona_comes_in_by_the_chooser_and_by_password(db, client):
    fill(now=TUESDAY, told=0)
    page = client.get(reverse("demo:personas")).content.decode()
    for persona in PERSONAS:
        assert f'data-persona="{persona.key}"' in page
        answer = client.post(reverse("demo:personas"), {"persona": persona.key}, follow=True)
        assert answer.status_code == 200
        assert answer.request["PATH_INFO"] == reverse(persona.home)
        assert client.session["_auth_user_id"] == str(Person.objects.get(email=persona.email).pk)
    client.logout()
    client.post(reverse("account_login"), {"login": PERSONAS[0].email, "password": PASSWORD})
    assert "_auth_user_id" in client.session


def test_unknown_personas_are_nobody(db, client):
    assert client.post(reverse("demo:personas"), {"persona": "root"}).status_code == 404


def test_an_empty_demo_says_what_to_do(db, client):
    assert "foredesk demo fill" in client.get(reverse("demo:personas")).content.decode()


def test_without_demo_mode_there_is_no_demo(db, client, settings):
    settings.DEMO = False
    with pytest.raises(Refused):
        fill()
    with pytest.raises(RuntimeError):
        empty_everything()
    with pytest.raises(CommandError):
        call_command("demo", "fill")
    PersonFactory()  # somebody is at home: no set-up answers in the demo's place
    assert client.get(reverse("demo:personas")).status_code == 404
    assert client.post(reverse("demo:personas"), {"persona": "maya"}).status_code == 404


def test_a_database_with_people_in_it_is_left_alone(db):
    Person.objects.create(email="somebody@example.org", full_name="Some Body")
    with pytest.raises(CommandError, match="demo reset"):
        call_command("demo", "fill", stdout=StringIO())
    assert Person.objects.count() == 1


def test_the_banner_names_everybody(db):
    out = StringIO()
    call_command("demo", "personas", stdout=out)
    for persona in PERSONAS:
        assert persona.email in out.getvalue()
    assert PASSWORD in out.getvalue()


def test_the_shield_shows_quiet_kept_and_broken_a_roster_and_somebody_in_focus(db):
    fill(now=TUESDAY, told=4)
    with clock.at(TUESDAY):
        assert [block.person.first_name for block in shield.blocks_now()] == ["Mirela"]
        assert len(shield.now_and_next().now) == 1
        figures = shield.figures()
    assert figures.causes  # where a request was open at the time to speak of
    assert 0 < figures.kept < figures.planned
