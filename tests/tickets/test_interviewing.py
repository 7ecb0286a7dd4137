"""How a request begins: the draft, the sending, the call."""

from datetime import timedelta

import pytest

from foredesk.attachments.models import Attachment
from foredesk.catalogue.enums import Size
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.people.enums import Role
from foredesk.tickets import actions
from foredesk.tickets.enums import (
    Channel,
    FollowerReason,
    Prompt,
    Severity,
    State,
)
from foredesk.tickets.models import Interview, Ticket
from tests.factories import PersonFactory

from .conftest import MONDAY
from .record import mails


class TestInterview:
    def test_a_draft_keeps_the_words_verbatim_and_survives(self, maya):
        words = "  It jams!!\n\tafter every <third> page …  "
        interview = actions.start_interview(by=maya, goal="print")
        actions.save_answers(by=maya, interview=interview, happened=words)
        assert Interview.objects.get(pk=interview.pk).happened == words

    def test_only_named_answers_are_touched(self, maya):
        interview = actions.start_interview(by=maya, goal="print")
        actions.save_answers(by=maya, interview=interview, theory="the sun")
        stale = Interview.objects.get(pk=interview.pk)
        actions.save_answers(by=maya, interview=interview, tried="other paper")
        actions.save_answers(by=maya, interview=stale, fixed="it prints")
        kept = Interview.objects.get(pk=interview.pk)
        assert (kept.theory, kept.tried, kept.fixed) == ("the sun", "other paper", "it prints")

    def test_an_answer_of_that_name_does_not_exist(self, maya):
        with pytest.raises(TypeError):
            actions.save_answers(by=maya, interview=actions.start_interview(by=maya), ticket=None)

    def test_nobody_else_writes_or_sends_a_draft(self, maya, tomas):
        interview = actions.start_interview(by=maya, goal="print")
        for act in (
            lambda: actions.save_answers(by=tomas, interview=interview, goal="x"),
            lambda: actions.send_interview(by=tomas, interview=interview),
            lambda: actions.discard_interview(by=tomas, interview=interview),
        ):
            with pytest.raises(Refused):
                act()

    def test_an_endless_answer_is_refused_with_a_way_out(self, maya):
        interview = actions.start_interview(by=maya)
        with pytest.raises(Refused, match="file"):
            actions.save_answers(by=maya, interview=interview, goal="x" * 30_000)

    @pytest.mark.parametrize("people", [0, -3, 10**9])
    def test_an_impossible_number_of_people_is_refused(self, maya, people):
        with pytest.raises(Refused):
            actions.save_answers(by=maya, interview=actions.start_interview(by=maya), people_held_up=people)

    def test_the_words_choose_the_class_until_the_customer_does(self, maya, printing):
        interview = actions.start_interview(by=maya, goal="there is a paperjam")
        assert interview.service_class == printing
        actions.save_answers(by=maya, interview=interview, service_class=None, kind_chosen=True)
        actions.save_answers(by=maya, interview=interview, goal="paperjam again")
        assert interview.service_class is None

    def test_a_skipped_prompt_is_kept_as_skipped_once(self, maya):
        interview = actions.start_interview(by=maya, goal="print")
        actions.skip_prompts(by=maya, interview=interview, prompts=[Prompt.THEORY, Prompt.TRIED])
        actions.skip_prompts(by=maya, interview=interview, prompts=[Prompt.THEORY])
        assert interview.skipped == ["theory", "tried"]


class TestSending:
    def test_a_request_opens_with_targets_in_working_time(self, monday, maya, printing, ask):
        ticket = ask(maya, goal="paperjam")
        assert ticket.state == State.ASKED
        assert ticket.first_reply_target == monday + timedelta(minutes=30)
        assert ticket.next_update_due == ticket.first_reply_target
        assert ticket.solution_target == monday + timedelta(minutes=240)

    def test_a_friday_evening_request_is_due_on_monday(self, maya, printing, ask):
        friday = MONDAY - timedelta(days=3) + timedelta(hours=9)  # 19:00 in Amsterdam
        with clock.at(friday):
            ticket = ask(maya, goal="paperjam")
        assert ticket.first_reply_target.weekday() == 0

    def test_sending_twice_makes_one_request(self, maya):
        interview = actions.start_interview(by=maya, goal="print")
        stale = Interview.objects.get(pk=interview.pk)
        first = actions.send_interview(by=maya, interview=interview)
        second = actions.send_interview(by=maya, interview=stale)
        assert first == second
        assert Ticket.objects.count() == 1
        assert mails(first, "acknowledged") == [maya.email]

    def test_nothing_said_is_refused_but_a_picture_is_enough(self, maya):
        interview = actions.start_interview(by=maya)
        with pytest.raises(Refused):
            actions.send_interview(by=maya, interview=interview)
        picture = Attachment.objects.create(
            name="a.png", content_type="image/png", size=1, sha256="0", path="a", by=maya
        )
        actions.attach_to_interview(by=maya, interview=interview, attachment=picture)
        assert actions.send_interview(by=maya, interview=interview).subject

    def test_colleagues_held_up_follow_and_the_manager_and_the_owner_too(self, maya, printing, ask):
        boss, owner, colleague = PersonFactory(), PersonFactory(role=Role.AGENT), PersonFactory()
        maya.manager = boss
        maya.save()
        printing.owner = owner
        printing.save()
        interview = actions.start_interview(by=maya, goal="paperjam")
        actions.save_answers(by=maya, interview=interview, people_held_up=2)
        actions.name_held_up(by=maya, interview=interview, people=[colleague, maya])
        ticket = actions.send_interview(by=maya, interview=interview)
        assert {(f.person, f.reason) for f in ticket.followers.all()} == {
            (colleague, FollowerReason.HELD_UP),
            (boss, FollowerReason.MANAGER),
            (owner, FollowerReason.OWNER),
        }

    def test_a_call_is_the_customers_request_in_their_words(self, monday, maya, tomas):
        ticket = actions.log_call(
            by=tomas, customer=maya, words="Locked out", channel=Channel.PHONE, severity=Severity.STOPPED
        )
        assert (ticket.customer, ticket.opened_by, ticket.channel) == (maya, tomas, Channel.PHONE)
        assert ticket.interview.goal == "Locked out"
        assert ticket.severity == Severity.STOPPED
        assert mails(ticket, "acknowledged") == [maya.email]

    def test_the_closer_part_of_a_chosen_kind_is_found(self, maya, printing):
        part = type(printing).objects.create(
            name="Toner", parent=printing, lane=printing.lane, keywords="toner", usual_size=Size.MOMENT
        )
        interview = actions.start_interview(by=maya, goal="toner is empty", service_class=printing)
        assert actions.send_interview(by=maya, interview=interview).service_class == part
