"""Two at once, for real: two connections, two transactions."""

from datetime import timedelta

import pytest

from foredesk.catalogue.actions import set_path
from foredesk.catalogue.enums import Whom
from foredesk.catalogue.queries import path_of
from foredesk.catalogue.rules import Step
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.mail.models import OutboxMessage
from foredesk.people.enums import Role
from foredesk.tickets import actions
from foredesk.tickets.enums import Answer, Channel, State
from foredesk.tickets.models import Interview, Message, PromisedUpdate, Solution, Span, Ticket
from tests.factories import DepartmentFactory, PersonFactory, bring_what_migrations_bring
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _what_migrations_bring() -> None:
    bring_what_migrations_bring()


def a_ticket() -> Ticket:
    maya = PersonFactory(department=DepartmentFactory())
    return actions.send_interview(by=maya, interview=actions.start_interview(by=maya, goal="print"))


def test_one_ticket_is_taken_by_one_agent():
    ticket = a_ticket()
    agents = [PersonFactory(role=Role.AGENT) for _ in range(4)]
    outcomes = at_once(
        *(lambda agent=agent: actions.take(by=agent, ticket=Ticket.objects.get(pk=ticket.pk)) for agent in agents)
    )
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 3
    assert ticket.spans.filter(state=State.WORKING).count() == 1


def test_a_double_click_sends_one_request():
    maya = PersonFactory(department=DepartmentFactory())
    interview = actions.start_interview(by=maya, goal="print")
    sent = at_once(
        *(lambda: actions.send_interview(by=maya, interview=Interview.objects.get(pk=interview.pk)) for _ in range(3))
    )
    assert len(set(sent)) == 1
    assert Ticket.objects.count() == 1


def test_a_call_logged_twice_at_once_is_one_request():
    tomas, maya = PersonFactory(role=Role.AGENT), PersonFactory(department=DepartmentFactory())
    logged = at_once(
        *(
            lambda: actions.log_call(by=tomas, customer=maya, words="print", channel=Channel.PHONE, key="c" * 32)
            for _ in range(3)
        )
    )
    assert Ticket.objects.get() in logged
    assert len(set(logged)) == 1


def test_yes_and_no_at_once_are_one_answer():
    ticket, tomas = a_ticket(), PersonFactory(role=Role.AGENT)
    actions.restate(by=tomas, ticket=ticket, text="The need.")
    solution = actions.offer_solution(by=tomas, ticket=ticket, text="Done.")
    outcomes = at_once(
        lambda: actions.answer_solution(
            by=ticket.customer, solution=Solution.objects.get(pk=solution.pk), answer=Answer.YES
        ),
        lambda: actions.answer_solution(
            by=ticket.customer, solution=Solution.objects.get(pk=solution.pk), answer=Answer.NO, words="no"
        ),
    )
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 1
    assert ticket.spans.filter(ended_at=None).count() == 1


def test_two_agents_merge_crosswise_and_one_request_stays_open():
    one, other = a_ticket(), a_ticket()
    tomas, ada = PersonFactory(role=Role.AGENT), PersonFactory(role=Role.AGENT)

    def merge(by, ticket, into):
        return lambda: actions.merge(
            by=by, ticket=Ticket.objects.get(pk=ticket.pk), into=Ticket.objects.get(pk=into.pk)
        )

    outcomes = at_once(merge(tomas, one, other), merge(ada, other, one))
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 1
    assert Ticket.objects.filter(state=State.CLOSED).count() == 1
    assert Ticket.objects.filter(merged_into__isnull=False).count() == 1


def test_two_agents_make_parts_of_each_other_and_there_is_no_circle():
    one, other = a_ticket(), a_ticket()
    agent = PersonFactory(role=Role.AGENT)

    def make_part(ticket, parent):
        return lambda: actions.make_part_of(
            by=agent, ticket=Ticket.objects.get(pk=ticket.pk), parent=Ticket.objects.get(pk=parent.pk)
        )

    outcomes = at_once(make_part(one, other), make_part(other, one))
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 1
    assert Ticket.objects.filter(parent__isnull=False).count() == 1


def test_a_word_written_while_it_is_merged_is_not_lost():
    source, target = a_ticket(), a_ticket()
    agent = PersonFactory(role=Role.AGENT)
    at_once(
        lambda: actions.merge(by=agent, ticket=Ticket.objects.get(pk=source.pk), into=Ticket.objects.get(pk=target.pk)),
        lambda: actions.write_as_customer(
            by=source.customer, ticket=Ticket.objects.get(pk=source.pk), body="Still jamming"
        ),
    )
    source.refresh_from_db()
    assert source.merged_into == target
    assert Message.objects.get().ticket in {source, target}
    assert target.spans.filter(ended_at=None).count() == 1


def test_undone_twice_at_once_is_undone_once():
    source, target = a_ticket(), a_ticket()
    agent = PersonFactory(role=Role.AGENT)
    actions.merge(by=agent, ticket=source, into=target)
    outcomes = at_once(
        *(lambda: actions.undo_merge(by=agent, ticket=Ticket.objects.get(pk=source.pk)) for _ in range(3))
    )
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 2
    assert source.spans.filter(ended_at=None).count() == 1


def _stalled() -> Ticket:
    """Somebody holds it, its promised update has passed, and its class has a path of one step, which has come."""
    ticket, tomas, olga = a_ticket(), PersonFactory(role=Role.AGENT), PersonFactory(role=Role.LEAD)
    set_path(
        by=olga, service_class=ticket.service_class, steps=[Step(whom=Whom.LEADS, after_minutes=1, out_of_hours=True)]
    )
    actions.take(by=tomas, ticket=ticket)
    past = clock.now() - timedelta(hours=1)
    Span.objects.update(began_at=past)
    Ticket.objects.update(next_update_due=past, nudge_at=past, escalates_from=past, escalates_at=past)
    ticket.refresh_from_db()
    return ticket


def test_two_workers_remind_once_and_tell_once():
    due = _stalled().next_update_due
    Ticket.objects.update(next_update_due=clock.now() + timedelta(minutes=10))
    assert sorted(at_once(*[actions.nudge_holders] * 3)) == [0, 0, 1]
    Ticket.objects.update(next_update_due=due)
    assert sorted(at_once(*[actions.tell_of_lapses] * 3)) == [0, 0, 1]
    assert PromisedUpdate.objects.count() == 1
    assert sorted(OutboxMessage.objects.filter(kind__startswith="silent").values_list("kind", flat=True)) == [
        "silent", "silent_soon",
    ]  # fmt: skip


def test_two_workers_take_a_step_once():
    ticket = _stalled()
    path = path_of(ticket.service_class)
    taken = at_once(
        *(lambda: actions.follow_path(ticket=Ticket.objects.get(pk=ticket.pk), path=path) for _ in range(3))
    )
    assert sorted(taken) == [0, 0, 1]
    assert OutboxMessage.objects.filter(kind="escalated").count() == 1


def test_a_word_and_the_lapse_at_once_leave_one_missed_promise():
    ticket = _stalled()
    said = {"by": ticket.assignee, "body": "We are at it."}
    at_once(actions.tell_of_lapses, lambda: actions.reply(ticket=Ticket.objects.get(pk=ticket.pk), **said))
    outcomes = sorted(PromisedUpdate.objects.values_list("outcome", flat=True))
    assert outcomes == ["late", "missed"]
