"""Escalation paths: who is next when requests of a class stall."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from foredesk.activity.models import Event
from foredesk.calendars.rules import OFFICE_WEEK, working_time
from foredesk.catalogue import actions, queries, rules
from foredesk.catalogue.actions import make_private, set_path
from foredesk.catalogue.enums import Whom, Without
from foredesk.catalogue.models import EscalationStep
from foredesk.catalogue.rules import Step
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from tests.factories import PersonFactory, ServiceClassFactory, TeamFactory

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)  # 10:00 in Amsterdam
OFFICE = working_time(zone="Europe/Amsterdam", hours=OFFICE_WEEK, country="NL")


@pytest.fixture
def olga(db):
    return PersonFactory(full_name="Olga Berg", lead=True)


@pytest.fixture
def tomas(db):
    return PersonFactory(full_name="Tomás Reyes", agent=True)


@pytest.fixture
def network(tomas):
    team = TeamFactory(name="Network")
    team.members.add(tomas)
    return team


@pytest.fixture
def printing(db):
    return ServiceClassFactory(name="Printing")


def _names(people) -> list[str]:
    return [person.full_name for person in people]


# --- Describing -----------------------------------------------------------------------------------------


def test_a_path_is_described_replaced_and_recorded(printing, olga, tomas, network):
    steps = [
        Step(whom=Whom.PERSON, person=tomas, after_minutes=60, without=Without.FIRST_REPLY),
        Step(whom=Whom.TEAM, team=network, after_minutes=240),
        Step(whom=Whom.OUTSIDE, contact="Print supplier, 020 555 0199", after_minutes=1440, out_of_hours=True),
    ]
    set_path(by=olga, service_class=printing, steps=steps)
    path = queries.path_of(printing)
    assert [(step.whom, step.after_minutes) for step in path.steps] == [
        ("person", 60),
        ("team", 240),
        ("outside", 1440),
    ]
    assert Event.objects.filter(tag="class:path", by=olga).count() == 1
    assert rules.path_sentence(path.steps, None) == (
        "After one working hour without a first reply it goes to Tomás Reyes, after 4 working hours without a solution "
        "it goes to the team “Network”, after 1 day by the clock to a partner outside."
    )
    set_path(by=olga, service_class=printing, steps=steps[:1])
    assert len(queries.path_of(printing).steps) == 1
    set_path(by=olga, service_class=printing, steps=[])
    assert queries.path_of(printing) is None


def test_parts_inherit_and_may_have_their_own(printing, olga):
    part = ServiceClassFactory(name="Paper jam", parent=printing)
    deeper = ServiceClassFactory(name="Drum", parent=part)
    other = ServiceClassFactory()
    set_path(by=olga, service_class=printing, steps=[Step(whom=Whom.LEADS, after_minutes=60)])
    assert queries.path_of(deeper).of == printing
    assert queries.path_of(other) is None
    set_path(by=olga, service_class=part, steps=[Step(whom=Whom.LEADS, after_minutes=30)])
    assert queries.path_of(deeper).of == part
    assert sorted(queries.under_path_of(printing)) == sorted([printing.pk, part.pk, deeper.pk])


@pytest.mark.parametrize(
    ("step", "field", "sentence"),
    [
        (Step(whom=Whom.OUTSIDE, after_minutes=60), "0.contact", "phone number"),
        (Step(whom=Whom.TEAM, after_minutes=60), "0.whom", "team"),
        (Step(whom=Whom.PERSON, after_minutes=60), "0.whom", "somebody of IT"),
        (Step(whom=Whom.LEADS, after_minutes=0), "0.after_minutes", "one minute"),
    ],
)
def test_a_step_that_reaches_nobody_is_refused(printing, olga, step, field, sentence):
    with pytest.raises(Refused, match=sentence) as refused:
        set_path(by=olga, service_class=printing, steps=[step])
    assert refused.value.field == field


def test_a_path_does_not_run_backwards_nor_for_ever(printing, olga):
    leads = Step(whom=Whom.LEADS, after_minutes=60)
    with pytest.raises(Refused, match="longer time") as refused:
        set_path(by=olga, service_class=printing, steps=[leads, leads])
    assert refused.value.field == "1.after_minutes"
    with pytest.raises(Refused, match="at most 5"):
        set_path(by=olga, service_class=printing, steps=[Step(whom=Whom.LEADS, after_minutes=n + 1) for n in range(6)])


def test_a_private_kind_names_only_who_sees_it(printing, olga, tomas, network):
    make_private(by=None, service_class=printing, teams=[TeamFactory()])
    with pytest.raises(Refused, match="none of the teams"):
        set_path(by=olga, service_class=printing, steps=[Step(whom=Whom.PERSON, person=tomas, after_minutes=60)])


# --- Whom it reaches --------------------------------------------------------------------------------------


def test_steps_reach_people_of_it_and_fall_back_on_the_leads(printing, olga, tomas, network):
    ada = PersonFactory(full_name="Ada Lindqvist", agent=True)
    printing.owner = ada
    printing.save()
    network.members.add(PersonFactory(full_name="Not of IT"))
    steps = [
        Step(whom=Whom.PERSON, person=tomas, after_minutes=60),
        Step(whom=Whom.TEAM, team=network, after_minutes=120),
        Step(whom=Whom.OWNER, after_minutes=180),
        Step(whom=Whom.LEADS, after_minutes=240),
        Step(whom=Whom.OUTSIDE, contact="Supplier 020", after_minutes=300),
    ]
    set_path(by=olga, service_class=printing, steps=steps)
    reached = [_names(queries.reached_by(step, printing)) for step in queries.path_of(printing).steps]
    assert reached == [["Tomás Reyes"], ["Tomás Reyes"], ["Ada Lindqvist"], ["Olga Berg"], ["Olga Berg"]]
    tomas.is_active = False
    tomas.save()
    network.delete()
    reached = [_names(queries.reached_by(step, printing)) for step in queries.path_of(printing).steps]
    assert reached[:2] == [["Olga Berg"], ["Olga Berg"]]


def test_of_a_private_kind_only_its_teams_are_reached(printing, olga, tomas, network):
    set_path(by=olga, service_class=printing, steps=[Step(whom=Whom.LEADS, after_minutes=60)])
    make_private(by=None, service_class=printing, teams=[network])
    (step,) = queries.path_of(printing).steps
    assert queries.reached_by(step, printing) == []
    network.members.add(olga)
    assert queries.reached_by(step, printing) == [olga]


def test_the_dry_run_says_when_and_whom_and_who_is_away(printing, olga, tomas, monkeypatch):
    set_path(
        by=olga,
        service_class=printing,
        steps=[
            Step(whom=Whom.PERSON, person=tomas, after_minutes=240),
            Step(whom=Whom.LEADS, after_minutes=480),
            Step(whom=Whom.OUTSIDE, contact="Supplier", after_minutes=60, out_of_hours=True),
        ],
    )
    monkeypatch.setattr(rules, "_presence", [lambda people: {tomas.pk: "in focus until 12:00"}])
    with clock.at(MONDAY):
        first, second, third = queries.dry_run(printing, queries.path_of(printing))
    assert first.moment == MONDAY + timedelta(hours=4)
    assert first.people == [(tomas, "in focus until 12:00")]
    assert second.moment == datetime(2026, 11, 17, 8, 0, tzinfo=UTC)  # Tuesday 9:00
    assert second.people == [(olga, "")]
    assert third.moment == second.moment  # never before the step that comes before it


# --- When a step comes ------------------------------------------------------------------------------------

MOMENTS = st.datetimes(
    min_value=datetime(2026, 1, 1), max_value=datetime(2027, 6, 30), timezones=st.just(ZoneInfo("Europe/Amsterdam"))
)


def _stretches(begin: datetime, lengths: list[tuple[int, int]]) -> list[tuple[datetime, datetime | None]]:
    """Stretches in IT's hands with pauses between them (minutes each); the last one goes on."""
    at, found = begin.astimezone(UTC), []
    for held, paused in lengths:
        found.append((at, at + timedelta(minutes=held)))
        at += timedelta(minutes=held + paused)
    return [*found, (at, None)]


@given(
    begin=MOMENTS,
    lengths=st.lists(st.tuples(st.integers(0, 6000), st.integers(0, 6000)), max_size=4),
    minutes=st.integers(1, 5000),
    out_of_hours=st.booleans(),
)
def test_exactly_its_time_has_passed_in_its_hands_when_a_step_comes(begin, lengths, minutes, out_of_hours):
    step = EscalationStep(after_minutes=minutes, out_of_hours=out_of_hours)
    held = _stretches(begin, lengths)
    moment = rules.moment_of(step, OFFICE, held)
    assert moment is not None
    spent = timedelta()
    for began, ended in held:
        until = min(ended or moment, moment)
        if until > began:
            spent += until - began if out_of_hours else OFFICE.between(began, until)
    assert spent == timedelta(minutes=minutes)


@given(begin=MOMENTS, minutes=st.integers(1, 500))
def test_while_it_waits_a_step_that_has_not_come_stands_still(begin, minutes):
    began = begin.astimezone(UTC)
    held = [(began, began + timedelta(minutes=minutes - 1))]
    step = EscalationStep(after_minutes=minutes, out_of_hours=True)
    assert rules.moment_of(step, OFFICE, held) is None


# --- Its page ---------------------------------------------------------------------------------------------


def _sent(**rows) -> dict[str, object]:
    given = {"steps-TOTAL_FORMS": 5, "steps-INITIAL_FORMS": 0}
    for number in range(5):
        row = {"whom": "", "contact": "", "after_minutes": "", "without": "solution"}
        row |= rows.get(f"row{number}", {})
        given |= {f"steps-{number}-{name}": value for name, value in row.items()}
    return given


def test_the_page_describes_a_path_and_shows_its_dry_run(client, printing, olga, network):
    client.force_login(olga)
    address = reverse("catalogue:escalation", args=[printing.pk])
    assert "It would reach nobody" in client.get(address).content.decode()
    given = _sent(
        row0={"whom": f"team:{network.pk}", "after_minutes": "4 h"},
        row2={"whom": "outside", "contact": "Supplier 020", "after_minutes": "24 h", "out_of_hours": "on"},
    )
    page = client.post(address, given, follow=True).content.decode()
    assert "Saved. Open requests follow it from now on." in page
    assert [(one.whom, one.after_minutes, one.out_of_hours) for one in queries.path_of(printing).steps] == [
        ("team", 240, False),
        ("outside", 1440, True),
    ]
    assert "Tomás Reyes" in page
    assert 'value="24 h"' in page
    assert "After 4 working hours without a solution it goes to the team “Network”" in page
    shown = client.get(reverse("catalogue:class", args=[printing.pk])).content.decode()
    assert "it goes to the team “Network”" in shown


def test_mistakes_are_said_at_their_step_and_what_was_typed_stays(client, printing, olga):
    client.force_login(olga)
    address = reverse("catalogue:escalation", args=[printing.pk])
    answer = client.post(address, _sent(row0={"whom": "leads"}, row1={"whom": "outside", "after_minutes": "2 h"}))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Say after how long" in page
    given = _sent(row0={"whom": "leads", "after_minutes": "2 h"}, row3={"whom": "outside", "after_minutes": "5 h"})
    page = client.post(address, given).content.decode()
    assert "Say who it is outside" in page
    assert 'name="steps-3-after_minutes" value="5 h"' in page
    assert queries.path_of(printing) is None


def test_only_who_manages_the_catalogue_comes_in(client, printing, tomas):
    client.force_login(tomas)
    assert client.get(reverse("catalogue:escalation", args=[printing.pk])).status_code in {403, 404}


def test_a_class_moved_below_another_is_looked_at_anew(printing, olga):
    seen = []
    from foredesk.catalogue.signals import path_changed

    def hear(service_class, **_more):
        seen.append(service_class.pk)

    path_changed.connect(hear)
    try:
        words = rules.Words(name="Paper jam", parent=printing)
        one = ServiceClassFactory(name="Paper jam")
        actions.describe_class(by=olga, service_class=one, words=words)
    finally:
        path_changed.disconnect(hear)
    assert seen == [one.pk]


def test_three_paths_cost_as_many_queries_as_one(printing, olga, django_assert_num_queries):
    for one in [printing, ServiceClassFactory(), ServiceClassFactory()]:
        set_path(by=olga, service_class=one, steps=[Step(whom=Whom.LEADS, after_minutes=60)])
        with django_assert_num_queries(2):
            queries.paths()
