"""Requests of a private class exist for their customer, whom they name, and the class's teams. For nobody else."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from foredesk.activity.queries import events_about
from foredesk.catalogue.actions import create_class, describe_class, make_open, make_private
from foredesk.catalogue.enums import LaneKey, Size
from foredesk.catalogue.models import ServiceClass
from foredesk.catalogue.queries import default_class, lane
from foredesk.catalogue.rules import Course, Promise, Words
from foredesk.dispatch.queries import lane_in_order
from foredesk.kit.refusals import Refused
from foredesk.mail.models import OutboxMessage
from foredesk.people.models import Person
from foredesk.tickets import actions, queries, rules
from foredesk.tickets.enums import Audience, Channel, FollowerReason, Measure, State
from foredesk.tickets.models import Span, Ticket
from tests.factories import DepartmentFactory, PersonFactory, TeamFactory

from .record import again, mailed

Ask = Callable[..., Ticket]


class TestWhoSees:
    def test_it_does_not_exist_for_it_outside_the_teams(self, confide, maya, outsider):
        ticket = confide(maya)
        assert not queries.tickets_served_by(outsider).exists()
        assert not queries.tickets_visible_to(outsider).exists()
        assert not rules.serves(outsider, ticket)
        assert not rules.can_see(outsider, ticket)
        assert not rules.can_work_on(outsider, ticket)
        assert not rules.reads_conversation(outsider, ticket)

    def test_the_teams_work_on_it(self, confide, maya, ada):
        ticket = confide(maya)
        assert queries.tickets_served_by(ada).get() == queries.tickets_visible_to(ada).get() == ticket
        assert rules.serves(ada, ticket)
        assert rules.can_work_on(ada, ticket)
        assert rules.reads_conversation(ada, ticket)

    def test_whoever_left_it_sees_nothing_though_still_in_the_team(self, confide, maya, ada, confidants):
        ticket = confide(maya)
        Person.objects.filter(pk=ada.pk).update(role="customer")
        assert not queries.tickets_visible_to(again(ada)).exists()
        assert not rules.can_see(again(ada), ticket)

    def test_lists_and_counts(self, confide, ask, maya, tomas, ada):
        private, open_to_all = confide(maya), ask(maya)
        Ticket.objects.update(assignee=tomas, next_update_due="2020-01-01T00:00Z")
        for person, seen in ((tomas, {open_to_all}), (ada, {private, open_to_all})):
            held = person == tomas
            assert {row.ticket for row in lane_in_order(person, LaneKey.RAPID).rows} == seen
            assert {row.ticket for row in queries.all_tickets(person)} == seen
            assert {row.ticket for row in queries.silent_soon(person)} == seen
            assert {row.ticket for row in queries.assigned_to(person)} == (seen if held else set())
            assert queries.desk_counts(person).rapid == len(seen)
            assert queries.desk_counts(person).silent_soon == len(seen)
            assert queries.desk_counts(person).mine == (len(seen) if held else 0)
        Ticket.objects.update(state=State.WAITING)
        Span.objects.update(state=State.WAITING)
        for person, seen in ((tomas, {open_to_all}), (ada, {private, open_to_all})):
            assert {row.ticket for row in queries.waiting(person)} == seen
            assert queries.desk_counts(person).waiting == len(seen)
        assert queries.all_tickets(tomas, words=str(private.pk)) == []
        assert queries.all_tickets(tomas, words="mail") == []

    def test_earlier_requests_of_the_customer(self, confide, ask, maya, tomas, ada):
        private = confide(maya)
        later = ask(maya)
        assert queries.earlier_requests(later, tomas) == []
        assert queries.earlier_requests(later, ada) == [private]

    def test_the_department_and_its_head_see_nothing(self, confide, maya):
        head, colleague = PersonFactory(), PersonFactory(department=maya.department)
        maya.department.head, maya.department.shares_requests = head, True
        maya.department.save()
        ticket = confide(maya)
        for person in (head, colleague):
            assert not queries.tickets_visible_to(person).exists()
            assert not queries.requests_of_department(person).exists()
            assert not rules.can_see(person, ticket)
            assert not rules.shares_department(person, ticket)
        assert rules.department_that_sees(ticket) is None

    def test_somebody_of_it_asks_as_a_customer(self, confide, outsider):
        ticket = confide(outsider)
        assert list(queries.tickets_visible_to(outsider)) == [ticket]
        assert list(queries.requests_of(outsider)) == [ticket]
        assert not queries.tickets_served_by(outsider).exists()
        assert rules.can_answer_as_customer(outsider, ticket)
        assert not rules.can_work_on(outsider, ticket)

    def test_somebody_of_it_asks_for_a_colleague(self, confidential, maya, outsider):
        draft = actions.start_interview(by=outsider, customer=maya, goal="Please", service_class=confidential)
        ticket = actions.send_interview(by=outsider, interview=draft)
        assert list(queries.requests_of(outsider)) == list(queries.tickets_visible_to(outsider)) == [ticket]
        assert not queries.tickets_served_by(outsider).exists()
        assert rules.can_answer_as_customer(outsider, ticket)
        assert mailed(ticket, "acknowledged") == {maya.email, outsider.email}

    def test_whoever_noted_a_call_sees_it_no_more(self, confidential, maya, outsider):
        ticket = actions.log_call(
            by=outsider, customer=maya, words="salary", channel=Channel.PHONE, service_class=confidential
        )
        assert not rules.can_see(outsider, ticket)
        assert not queries.tickets_visible_to(outsider).exists()
        assert not queries.requests_of(outsider).exists()

    def test_a_list_costs_one_query_more_at_most(self, ask, confide, maya, tomas):
        ask(maya)
        lane_in_order(tomas, LaneKey.RAPID)
        with CaptureQueriesContext(connection) as fresh:
            lane_in_order(again(tomas), LaneKey.RAPID)
        person = again(tomas)
        with CaptureQueriesContext(connection) as first:
            queries.desk_counts(person)
        with CaptureQueriesContext(connection) as second:
            queries.desk_counts(person)
        assert len(first) == len(second) + 1
        # The person, what is hidden from them, what can be done and what waits, the tickets, their spans.
        assert len(fresh) == 6


class TestFollowers:
    def test_nobody_follows_by_themselves(self, confide, confidential, maya):
        maya.manager = PersonFactory()
        maya.save()
        confidential.owner = PersonFactory(agent=True)
        confidential.save()
        ticket = confide(maya, people_held_up=3)
        assert not ticket.followers.exists()

    def test_an_owner_in_the_team_does(self, confide, confidential, maya, ada):
        confidential.owner = ada
        confidential.save()
        assert [one.person for one in confide(maya).followers.all()] == [ada]

    def test_the_customer_names_whom_they_like(self, confide, maya, outsider):
        ticket = confide(maya)
        actions.follow(by=maya, ticket=ticket, person=outsider, reason=FollowerReason.INTERESTED)
        assert list(queries.tickets_visible_to(outsider)) == list(queries.requests_followed_by(outsider)) == [ticket]
        assert not queries.tickets_served_by(outsider).exists()
        assert rules.can_see(outsider, ticket)
        assert not rules.can_work_on(outsider, ticket)
        assert mailed(ticket, "follows") == {outsider.email}

    def test_it_names_nobody_from_whom_it_is_hidden(self, confide, maya, ada, confidants, outsider):
        ticket = confide(maya)
        with pytest.raises(Refused, match="private"):
            actions.follow(by=ada, ticket=ticket, person=outsider, reason=FollowerReason.INTERESTED)
        insider = PersonFactory(agent=True)
        confidants.members.add(insider)
        assert actions.follow(by=ada, ticket=ticket, person=insider, reason=FollowerReason.INTERESTED)

    def test_a_follower_reads_as_a_customer(self, confide, maya, ada, outsider):
        ticket = confide(maya)
        actions.follow(by=maya, ticket=ticket, person=outsider, reason=FollowerReason.INTERESTED)
        actions.add_note(by=ada, ticket=ticket, body="for IT")
        actions.reply(by=ada, ticket=ticket, body="for both", audience=Audience.CUSTOMER)
        said = actions.reply(by=ada, ticket=ticket, body="for all")
        assert list(queries.messages_for(ticket, outsider)) == [said]
        told = [entry.text for entry in queries.conversation(ticket, outsider) if entry.kind == "message"]
        assert told == ["for all"]
        assert len(queries.activity(ticket, outsider)) < len(queries.activity(ticket, ada))

    def test_named_twice_counts_as_named_by_the_customer(self, ask, confidential, maya, tomas):
        ticket, friend = ask(maya), PersonFactory()
        actions.follow(by=tomas, ticket=ticket, person=friend, reason=FollowerReason.INTERESTED)
        actions.follow(by=maya, ticket=ticket, person=friend, reason=FollowerReason.INTERESTED)
        actions.classify(by=tomas, ticket=ticket, service_class=confidential, size=Size(ticket.size))
        assert rules.can_see(friend, ticket)


class TestWork:
    def test_it_is_given_only_to_the_teams(self, confide, maya, ada, tomas):
        ticket = confide(maya)
        assert list(queries.agents_serving(ticket)) == [ada]
        with pytest.raises(Refused, match="none of its teams"):
            actions.assign(by=ada, ticket=ticket, assignee=tomas)
        with pytest.raises(Refused, match="none of its teams"):
            actions.add_note(by=ada, ticket=ticket, body="@Tomás", mentions=[tomas])
        with pytest.raises(Refused):
            actions.take(by=tomas, ticket=ticket)
        with pytest.raises(Refused):
            actions.add_note(by=tomas, ticket=ticket, body="I should not be here")
        actions.assign(by=ada, ticket=ticket, assignee=ada)

    def test_every_agent_once_in_two_teams(self, confide, confidential, confidants, maya, ada):
        other = TeamFactory()
        other.members.add(ada)
        make_private(by=None, service_class=confidential, teams=[confidants, other])
        assert list(queries.agents_serving(confide(maya))) == [ada]

    def test_open_ones_are_given_to_everybody(self, ask, maya, ada, tomas):
        assert set(queries.agents_serving(ask(maya))) == {ada, tomas}

    def test_moved_into_a_private_class_it_lets_go(self, ask, confidential, maya, tomas, ada):
        maya.department.head = head = PersonFactory()
        maya.department.save()
        ticket = ask(maya)
        named, added = PersonFactory(), PersonFactory(agent=True)
        actions.follow(by=maya, ticket=ticket, person=named, reason=FollowerReason.HELD_UP)
        actions.follow(by=tomas, ticket=ticket, person=added, reason=FollowerReason.INTERESTED)
        actions.follow(by=tomas, ticket=ticket, person=ada, reason=FollowerReason.INTERESTED)
        actions.add_note(by=tomas, ticket=ticket, body="see this", mentions=[added])
        actions.take(by=tomas, ticket=ticket)
        assert queries.mentions_of(added)
        actions.classify(by=tomas, ticket=ticket, service_class=confidential, size=Size(ticket.size))
        assert {one.person for one in ticket.followers.all()} == {named, ada}
        assert (ticket.assignee, ticket.state) == (None, State.ASKED)
        assert ticket.spans.filter(ended_at=None).get().state == State.ASKED
        assert queries.mentions_of(added) == []
        for person in (tomas, added, head):
            assert not rules.can_see(again(person), ticket)
        assert rules.can_see(named, ticket)
        told = [entry.text for entry in queries.conversation(ticket, maya)]
        assert "Tomás Reyes made it private: in IT, only Staff matters see it." in told
        scopes = OutboxMessage.objects.filter(about=f"ticket:{ticket.pk}").values_list("scope", flat=True)
        assert set(scopes) == {f"class:{confidential.pk}"}

    def test_what_waits_is_let_go_of_where_it_is(self, ask, confidential, maya, tomas):
        ticket = ask(maya)
        actions.take(by=tomas, ticket=ticket)
        Ticket.objects.filter(pk=ticket.pk).update(state=State.WAITING)
        actions.classify(by=tomas, ticket=ticket, service_class=confidential, size=Size(ticket.size))
        assert (ticket.assignee, ticket.state) == (None, State.WAITING)

    def test_moved_out_again_the_customer_reads_that_all_of_it_sees_it(self, confide, printing, maya, tomas, ada):
        ticket = confide(maya)
        actions.classify(by=ada, ticket=ticket, service_class=printing, size=Size(ticket.size))
        assert rules.can_see(again(tomas), ticket)
        told = [entry.text for entry in queries.conversation(ticket, maya)]
        assert "Ada Lindqvist moved it to a kind of request that everybody of IT sees." in told

    def test_a_class_turned_private_takes_its_old_requests_along(self, ask, printing, confidants, maya, tomas, ada):
        ticket = ask(maya)
        actions.classify(by=tomas, ticket=ticket, service_class=printing, size=Size(ticket.size))
        closed = ask(maya)
        Ticket.objects.filter(pk=closed.pk).update(service_class=printing)
        closed.refresh_from_db()
        actions.take(by=tomas, ticket=closed)
        actions.withdraw(by=maya, ticket=closed)
        named, added = PersonFactory(), PersonFactory()
        for one in (ticket, closed):
            actions.follow(by=maya, ticket=one, person=named, reason=FollowerReason.HELD_UP)
            actions.follow(by=tomas, ticket=one, person=added, reason=FollowerReason.INTERESTED)
        actions.take(by=tomas, ticket=ticket)
        make_private(by=None, service_class=printing, teams=[confidants])
        for one in (ticket, closed):
            one = queries.with_people(Ticket.objects.filter(pk=one.pk)).get()
            assert {follower.person for follower in one.followers.all()} == {named}
            for person in (tomas, added):
                assert not rules.can_see(again(person), one)
        ticket.refresh_from_db()
        assert (ticket.assignee, ticket.state) == (None, State.ASKED)
        assert not queries.to_close_off(printing.pk).exists()
        # What comes back goes to the team, not to whoever had it in the days when all of IT saw it.
        actions.write_as_customer(by=maya, ticket=closed, body="It is back")
        assert (closed.assignee, closed.state) == (None, State.ASKED)

    def test_followers_not_named_hear_nothing_even_before_they_are_taken_off(self, ask, printing, confidants, maya):
        ticket, added = ask(maya), PersonFactory()
        Ticket.objects.filter(pk=ticket.pk).update(service_class=printing)
        ticket.followers.create(person=added, reason=FollowerReason.INTERESTED, measure=Measure.EVERYTHING)
        ServiceClass.objects.filter(pk=printing.pk).update(is_private=True)
        ticket = queries.with_people(Ticket.objects.all()).get()
        assert not rules.can_see(added, ticket)
        assert not queries.tickets_visible_to(added).exists()
        assert not queries.requests_followed_by(added).exists()


class TestMail:
    def test_news_goes_to_nobody_who_must_not_know(self, confide, confidential, maya, tomas, ada):
        """Even where rows of another time still name them."""
        ticket = confide(maya)
        Ticket.objects.filter(pk=ticket.pk).update(assignee=tomas)
        ticket.followers.create(person=tomas, reason=FollowerReason.OWNER, measure=Measure.EVERYTHING)
        added = PersonFactory()
        ticket.followers.create(person=added, reason=FollowerReason.INTERESTED, measure=Measure.EVERYTHING)
        note = actions.add_note(by=ada, ticket=ticket, body="hello")
        note.mentions.add(tomas)
        actions.reply(by=ada, ticket=ticket, body="We look at it.")
        actions.write_as_customer(by=maya, ticket=ticket, body="Thank you.")
        actions.withdraw(by=maya, ticket=ticket)
        told = set(OutboxMessage.objects.filter(about=f"ticket:{ticket.pk}").values_list("to", flat=True))
        assert told == {maya.email}

    def test_the_outbox_hides_its_mails(self, client, confide, maya, ada, outsider, confidants):
        from foredesk.mail.queries import failed_count, outbox_page

        ticket = confide(maya)
        mail = OutboxMessage.objects.get(about=f"ticket:{ticket.pk}")
        OutboxMessage.objects.update(state="failed")
        assert outbox_page(outsider).mails == []
        assert failed_count(outsider) == 0
        confidants.members.add(outsider)
        insider = again(outsider)
        assert outbox_page(insider).mails == [mail]
        assert failed_count(insider) == 1


class TestTheClass:
    def test_it_needs_a_team(self, printing):
        with pytest.raises(Refused, match="at least one team"):
            make_private(by=None, service_class=printing, teams=[])
        assert not ServiceClass.objects.get(pk=printing.pk).is_private

    def test_the_last_team_stays(self, confidential, confidants):
        with pytest.raises(Refused, match="at least one team"):
            make_private(by=None, service_class=confidential, teams=[])
        assert list(confidential.teams.all()) == [confidants]

    def test_not_sure_is_never_private(self, confidants):
        with pytest.raises(Refused, match="not sure"):
            make_private(by=None, service_class=default_class(), teams=[confidants])

    def test_parts_are_private_for_the_same_teams(self, confidential, confidants, printing, confide, maya, outsider):
        lead = PersonFactory(administrator=True)
        part = create_class(
            by=lead,
            words=Words(name="Pay slips", parent=confidential),
            course=Course(lane=lane(LaneKey.RAPID)),
            promise=Promise(first_reply_minutes=1, solution_minutes=1, silence_minutes=1, closing_minutes=1),
        )
        describe_class(by=lead, service_class=printing, words=Words(name=printing.name, parent=confidential))
        for one in (part, printing):
            one.refresh_from_db()
            assert one.is_private
            assert list(one.teams.all()) == [confidants]
            with pytest.raises(Refused, match="part of"):
                make_open(by=lead, service_class=one)
            with pytest.raises(Refused, match="part of"):
                make_private(by=lead, service_class=one, teams=[TeamFactory()])
        other = TeamFactory()
        make_private(by=lead, service_class=confidential, teams=[other])
        assert list(part.teams.all()) == [other]
        make_open(by=lead, service_class=confidential)
        part.refresh_from_db()
        assert part.is_private  # until somebody opens it, too

    def test_open_again_everybody_sees_it(self, confide, confidential, maya, outsider):
        ticket = confide(maya)
        make_open(by=PersonFactory(administrator=True), service_class=confidential)
        assert not confidential.teams.exists()
        assert list(queries.tickets_served_by(again(outsider))) == [ticket]

    def test_leads_outside_the_teams_have_no_say(self, confidential, confidants, printing):
        lead = PersonFactory(lead=True)
        with pytest.raises(Refused, match="decided by"):
            make_open(by=lead, service_class=confidential)
        with pytest.raises(Refused, match="decided by"):
            make_private(by=lead, service_class=confidential, teams=[TeamFactory()])
        confidants.members.add(lead)
        make_open(by=lead, service_class=confidential)
        make_private(by=lead, service_class=printing, teams=[confidants])
        tags = list(events_about(confidential).values_list("tag", flat=True))
        assert tags == ["class:closed_off", "class:opened"]

    def test_of_the_department_nothing_changed_for_open_kinds(self, ask):
        department = DepartmentFactory(shares_requests=True)
        customer, colleague = PersonFactory(department=department), PersonFactory(department=department)
        ticket = ask(customer)
        assert list(queries.tickets_visible_to(colleague)) == [ticket]
        assert rules.can_see(colleague, ticket)
