"""From a request's words to a suggestion, an agent's word on it, and what is learned from that."""

from datetime import timedelta

import pytest
from django.utils import timezone

from foredesk.activity.models import Event
from foredesk.catalogue.actions import make_private
from foredesk.catalogue.enums import Size
from foredesk.catalogue.models import ServiceClass
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.tickets.actions import classify, withdraw
from foredesk.tickets.models import Ticket
from foredesk.tickets.rules import Changed
from foredesk.triage import actions, jobs, queries
from foredesk.triage.enums import Answer
from foredesk.triage.models import Learning, Reason, Suggestion
from tests.factories import PersonFactory, ServiceClassFactory, TeamFactory

JAM = "paper jam in tray 3 of the printer, sheets crumpled again"


@pytest.fixture
def learning(history) -> Learning:
    return actions.learn_again()


def test_before_anything_is_learned_nothing_is_said(ask):
    ask(JAM)
    assert not Suggestion.objects.exists()


def test_a_new_request_is_looked_at(learning, ask, history, printing):
    suggestion = ask(JAM).suggestion
    assert (suggestion.service_class, suggestion.size) == (printing, Size.MOMENT)
    named = [reason.ticket for reason in suggestion.reasons.all()]
    assert len(named) == 3
    assert set(named) <= set(history["printing"])
    assert suggestion.confidence["class"] > 0.7


def test_about_what_it_does_not_know_it_stays_silent(learning, ask):
    suggestion = ask("Xylophone lessons on Thursday?").suggestion
    assert (suggestion.service_class, suggestion.size, suggestion.lane) == (None, "", None)
    assert not suggestion.reasons.exists()


def test_the_task_may_run_twice(learning, ask):
    ticket = ask(JAM)
    before = list(Suggestion.objects.values()), list(Reason.objects.values())
    jobs.suggest.enqueue(ticket.pk)
    jobs.suggest.enqueue(ticket.pk + 999)  # gone meanwhile
    assert (list(Suggestion.objects.values()), list(Reason.objects.values())) == before
    assert actions.suggest(ticket=ticket) is None


def test_a_correction_teaches(learning, ask, solve, tomas, printing, network):
    """Learn, correct, learn again, and see the suggestion change."""
    scanner = ServiceClassFactory(name="Scanning", usual_size=Size.MOMENT)
    words = "the multifunction device scans crooked pages from the paper tray {n}"
    assert ask(words.format(n=1)).suggestion.service_class != scanner
    for n in range(2, 14):
        ticket = ask(words.format(n=n), printing)
        classify(by=tomas, ticket=ticket, service_class=scanner, size=Size(ticket.size))
    assert actions.learn_again().corrections == 12
    suggestion = ask(words.format(n=14)).suggestion
    assert suggestion.service_class in {scanner, None}
    learned = queries.learned()
    assert learned is not None
    assert learned.says(words.format(n=15))["class"].label == str(scanner.pk)


def test_open_requests_teach_only_what_somebody_put_right_and_are_no_reasons(history, ask, tomas, network):
    open_one = ask("the beamer stays dark")
    corrected = ask("the beamer hums")
    classify(by=tomas, ticket=corrected, service_class=network, size=Size(corrected.size))
    withdrawn = ask("never mind the beamer")
    withdraw(by=withdrawn.customer, ticket=withdrawn)
    lessons = {lesson.key: lesson for lesson in queries.lessons()}
    assert open_one.pk not in lessons
    assert withdrawn.pk not in lessons
    assert lessons[corrected.pk].weight == queries.CORRECTED
    assert not lessons[corrected.pk].may_be_named
    assert list(lessons) == sorted(lessons)


def test_private_requests_teach_nothing_and_are_no_reasons(history, ask, printing, network):
    team = TeamFactory()
    make_private(by=None, service_class=printing, teams=[team])
    assert not {one.pk for one in history["printing"]} & {lesson.key for lesson in queries.lessons()}


def test_what_became_private_since_is_not_said(learning, ask, printing):
    make_private(by=None, service_class=printing, teams=[TeamFactory()])
    suggestion = ask(JAM).suggestion
    assert suggestion.service_class is None
    assert not suggestion.reasons.filter(ticket__service_class=printing).exists()


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_private": True}])
def test_only_kinds_in_use_are_said(learning, ask, printing, change):
    ServiceClass.objects.filter(pk=printing.pk).update(**change)
    assert ask(JAM).suggestion.service_class is None


def test_what_was_let_go_is_no_reason(learning, ask, history):
    Ticket.objects.update(forgotten_at=clock.now())
    assert not ask(JAM).suggestion.reasons.exists()
    assert queries.lessons() == []


def test_taking_it_over_changes_the_ticket(learning, ask, tomas, printing, network):
    ticket = ask(JAM, network)
    assert ticket.size == Size.BIGGER
    actions.keep_suggestion(by=tomas, ticket=ticket, reason="Usually done in a moment.")
    ticket.refresh_from_db()
    assert (ticket.service_class, ticket.size) == (printing, Size.MOMENT)
    suggestion = ticket.suggestion
    suggestion.refresh_from_db()
    assert (suggestion.answer, suggestion.answered_by) == (Answer.KEPT, tomas)
    assert Event.objects.filter(tag="suggestion:kept", about_id=suggestion.pk, by=tomas).count() == 1


def test_a_changed_size_needs_its_reason(learning, ask, tomas, network):
    ticket = ask(JAM, network)
    with pytest.raises(Refused, match="why the size changes"):
        actions.keep_suggestion(by=tomas, ticket=ticket)
    assert Suggestion.objects.get(ticket=ticket).answer == ""
    with pytest.raises(Changed):
        actions.keep_suggestion(by=tomas, ticket=ticket, reason="x", expected_version=ticket.version + 5)
    assert Suggestion.objects.get(ticket=ticket).answer == ""


def test_only_one_answer_counts(learning, ask, tomas):
    ticket = ask(JAM)
    actions.refuse_suggestion(by=tomas, ticket=ticket)
    for act in (actions.refuse_suggestion, actions.keep_suggestion):
        with pytest.raises(Refused, match="already"):
            act(by=PersonFactory(agent=True), ticket=ticket)
    assert Suggestion.objects.get(ticket=ticket).answered_by == tomas
    assert ticket.pk in queries.put_right()


def test_the_customer_answers_nothing(learning, ask, maya):
    ticket = ask(JAM)
    with pytest.raises(Refused):
        actions.refuse_suggestion(by=maya, ticket=ticket)


def test_it_learns_when_there_is_enough_at_night_and_after_corrections(history, ask, tomas, monday, network):
    Ticket.objects.filter(pk=history["printing"][0].pk).update(close_reason="withdrawn")
    jobs.learn_when_due()
    (first,) = Learning.objects.all()
    jobs.learn_when_due()
    assert Learning.objects.get() == first
    for n in range(jobs.ENOUGH):
        ticket = ask(f"{JAM} {n}")
        classify(by=tomas, ticket=ticket, service_class=network, size=Size(ticket.size))
    assert jobs.is_due()
    jobs.learn_when_due()
    assert not jobs.is_due()
    assert Learning.objects.count() == 2
    with clock.at(monday + timedelta(days=1)):
        assert jobs.is_due()
        jobs.learn_when_due()
        assert not jobs.is_due()
    assert Learning.objects.count() == actions.KEPT


def test_what_cannot_be_read_any_more_is_learned_anew(learning, ask):
    Learning.objects.update(format=0, learned=b"from another time")
    assert queries.learned() is None
    assert actions.suggest(ticket=ask(JAM)) is None
    assert jobs.is_due()
    jobs.learn_when_due()
    assert not jobs.is_due()


def test_too_few_solved_requests_are_not_learned_from(solve, printing):
    solve(JAM, printing)
    jobs.learn_when_due()
    assert not Learning.objects.exists()


def test_how_many_were_kept_is_counted(learning, ask, tomas, printing, network):
    assert queries.kept(tomas).judged == 0
    confirmed, refused, changed = ask(JAM, printing), ask(JAM), ask(JAM, network)
    ask("Xylophone lessons on Thursday?")
    actions.refuse_suggestion(by=tomas, ticket=refused)
    actions.keep_suggestion(by=tomas, ticket=changed, reason="A moment.")
    Ticket.objects.filter(pk=confirmed.pk).update(
        state="closed", close_reason="confirmed", closed_at=timezone.now(), size="moment"
    )
    found = queries.kept(tomas)
    assert (found.judged, found.kept, found.percent) == (3, 2, 67)
    assert (found.asked, found.silent, found.silent_percent) == (4, 1, 25)
