"""Splitting, linking, and the whole that does not close over its parts unawares."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from foredesk.attachments.actions import store_file
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.mail.models import OutboxMessage
from foredesk.people.enums import Role
from foredesk.tickets import actions
from foredesk.tickets.enums import Answer, Audience, CloseReason, FollowerReason, LinkKind, State
from foredesk.tickets.jobs import remind_and_close
from foredesk.tickets.models import Link, Ticket
from foredesk.tickets.queries import belonging, conversation, files_of, open_parts, tickets_served_by
from foredesk.tickets.rules import Changed
from tests.factories import PersonFactory, ServiceClassFactory, TeamFactory

from .record import fresh, mails, tags


@pytest.fixture
def whole(monday, maya, ask):
    return ask(maya, goal="Move our department to building C")


@pytest.fixture
def part(whole, maya, ask):
    return ask(maya, goal="Telephones in building C")


class TestSplitting:
    def test_the_words_go_along_as_they_are_and_stay_where_they_were(self, monday, maya, tomas, printing, whole):
        file = store_file(by=maya, upload=SimpleUploadedFile("plan.txt", b"plan"))
        with clock.at(monday + timedelta(minutes=5)):
            said = actions.write_as_customer(by=maya, ticket=whole, body="By the way: **118** jams", attachments=[file])
        with clock.at(monday + timedelta(hours=1)):
            new = actions.split(
                by=tomas, ticket=whole, messages=[said], subject="Printer in 118", service_class=printing
            )
        copy = new.messages.get()
        assert (copy.body, copy.author, copy.at, copy.by_it) == (said.body, maya, said.at, False)
        assert list(copy.attachments.all()) == [file]
        assert file in files_of(new, maya)
        assert whole.messages.get() == said
        assert (new.customer, new.state, new.lane, new.service_class) == (maya, State.ASKED, printing.lane, printing)
        assert new.solution_target > monday + timedelta(hours=1)
        assert new.next_update_due is not None
        assert Link.objects.get().kind == LinkKind.SPLIT
        assert belonging(new, tickets_served_by(tomas)).split_from == [whole]
        assert belonging(whole, tickets_served_by(tomas)).split_off == [new]

    def test_the_customer_is_told_once(self, maya, tomas, printing, whole):
        said = actions.write_as_customer(by=maya, ticket=whole, body="118 jams")
        new = actions.split(by=tomas, ticket=whole, messages=[said], subject="Printer", service_class=printing)
        assert mails(new, "split") == [maya.email]
        assert mails(new, "acknowledged") == []
        text = OutboxMessage.objects.get(kind="split").text
        assert f"In request {whole.pk} you told us of two things." in text

    def test_the_first_words_can_be_split_off_too(self, maya, tomas, printing, whole):
        new = actions.split(
            by=tomas, ticket=whole, messages=[], first_words=True, subject="Printer", service_class=printing
        )
        assert new.messages.get().body == "Move our department to building C"
        assert any(f"Split off from request {whole.pk}." == entry.text for entry in conversation(new, maya))

    def test_who_may_read_it_stays_as_it_was(self, maya, tomas, printing, whole):
        note = actions.add_note(by=tomas, ticket=whole, body="Careful with 118")
        narrow = actions.write_as_customer(by=maya, ticket=whole, body="x", audience=Audience.CUSTOMER)
        new = actions.split(by=tomas, ticket=whole, messages=[note, narrow], subject="118", service_class=printing)
        assert {m.audience for m in new.messages.all()} == {Audience.IT, Audience.CUSTOMER}
        assert [e.text for e in conversation(new, maya) if e.kind == "message"] == ["x"]

    def test_who_is_held_up_and_wrote_it_goes_on_hearing_of_it(self, maya, tomas, printing, whole):
        jon, silent = PersonFactory(), PersonFactory()
        for person in (jon, silent):
            actions.follow(by=maya, ticket=whole, person=person, reason=FollowerReason.HELD_UP)
        said = actions.write_as_customer(by=jon, ticket=fresh(whole), body="118 jams")
        new = actions.split(by=tomas, ticket=whole, messages=[said], subject="118", service_class=printing)
        assert [f.person for f in new.followers.all()] == [jon]

    def test_what_is_refused(self, maya, tomas, printing, whole, ask):
        said = actions.write_as_customer(by=maya, ticket=whole, body="118 jams")
        elsewhere = actions.write_as_customer(by=maya, ticket=ask(maya), body="another matter")
        for messages, subject, match in [([], "118", "choose"), ([said], " ", "title"), ([elsewhere], "118", "choose")]:
            with pytest.raises(Refused, match=match):
                actions.split(by=tomas, ticket=whole, messages=messages, subject=subject, service_class=printing)
        with pytest.raises(Refused):
            actions.split(by=maya, ticket=whole, messages=[said], subject="118", service_class=printing)
        with pytest.raises(Changed):
            actions.split(
                by=tomas, ticket=whole, messages=[said], subject="118", service_class=printing, expected_version=0
            )

    def test_a_private_request_gives_nothing_to_a_public_kind(self, maya, tomas, printing, whole):
        private = ServiceClassFactory(is_private=True)
        team = TeamFactory()
        team.members.add(tomas)
        private.teams.add(team)
        said = actions.write_as_customer(by=maya, ticket=whole, body="My boss")
        Ticket.objects.filter(pk=whole.pk).update(service_class=private)
        with pytest.raises(Refused, match="private"):
            actions.split(by=tomas, ticket=fresh(whole), messages=[said], subject="x", service_class=printing)


class TestLinks:
    def test_a_link_shows_on_both_and_is_taken_back_from_either(self, tomas, whole, part):
        actions.link(by=tomas, ticket=whole, other=part)
        actions.link(by=tomas, ticket=part, other=whole)
        link = Link.objects.get()
        assert belonging(part, tickets_served_by(tomas)).related[0].ticket == whole
        assert belonging(whole, tickets_served_by(tomas)).related[0].ticket == part
        actions.unlink(by=tomas, ticket=part, link=link)
        assert not Link.objects.exists()
        assert tags(whole)[-2:] == ["ticket:linked", "ticket:unlinked"]

    def test_only_it_links_and_only_what_is_there(self, maya, tomas, whole, part):
        with pytest.raises(Refused):
            actions.link(by=maya, ticket=whole, other=part)
        with pytest.raises(Refused, match="itself"):
            actions.link(by=tomas, ticket=whole, other=whole)


class TestParts:
    def test_a_part_shows_on_both_sides_and_can_be_taken_out(self, tomas, whole, part):
        actions.make_part_of(by=tomas, ticket=part, parent=whole)
        assert belonging(whole, tickets_served_by(tomas)).parts == [part]
        assert belonging(part, tickets_served_by(tomas)).parent == whole
        actions.take_out(by=tomas, ticket=part)
        assert fresh(part).parent is None
        with pytest.raises(Refused, match="part of no other"):
            actions.take_out(by=tomas, ticket=part)

    def test_nothing_goes_round_in_circles(self, tomas, whole, part, maya, ask):
        third = ask(maya, goal="Wi-Fi in building C")
        actions.make_part_of(by=tomas, ticket=part, parent=whole)
        for ticket, parent, match in [
            (whole, part, "part of this one already"),
            (third, part, "itself a part"),
            (whole, third, "parts of its own"),
            (part, third, "part of another one already"),
            (part, part, "itself"),
        ]:
            with pytest.raises(Refused, match=match):
                actions.make_part_of(by=tomas, ticket=fresh(ticket), parent=fresh(parent))

    def test_no_fix_is_offered_over_open_parts_unawares(self, maya, tomas, whole, part):
        actions.make_part_of(by=tomas, ticket=part, parent=whole)
        actions.skip_restatement(by=tomas, ticket=whole, reason="spoken")
        with pytest.raises(Refused, match=f"1 part is still open: {part.pk}"):
            actions.offer_solution(by=tomas, ticket=whole, text="Moved")
        actions.offer_solution(by=tomas, ticket=whole, text="Moved", despite_open_parts=True)
        assert "ticket:part:open" in tags(whole)

    def test_the_customer_is_told_before_the_whole_closes_over_its_parts(self, maya, tomas, whole, part):
        actions.skip_restatement(by=tomas, ticket=whole, reason="spoken")
        solution = actions.offer_solution(by=tomas, ticket=whole, text="Moved")
        actions.make_part_of(by=tomas, ticket=part, parent=whole)
        with pytest.raises(Refused, match="still open"):
            actions.answer_solution(by=maya, solution=solution, answer=Answer.YES)
        assert whole.state == State.OFFERED
        actions.answer_solution(by=maya, solution=solution, answer=Answer.YES, despite_open_parts=True)
        assert fresh(whole).close_reason == CloseReason.CONFIRMED
        assert fresh(part).is_open

    def test_no_needs_no_knowledge_of_parts(self, maya, tomas, whole, part):
        actions.skip_restatement(by=tomas, ticket=whole, reason="spoken")
        solution = actions.offer_solution(by=tomas, ticket=whole, text="Moved")
        actions.make_part_of(by=tomas, ticket=part, parent=whole)
        actions.answer_solution(by=maya, solution=solution, answer=Answer.NO, words="No phones")
        assert fresh(whole).is_open

    def test_silence_waits_for_the_parts(self, monday, maya, tomas, whole, part):
        actions.skip_restatement(by=tomas, ticket=whole, reason="spoken")
        actions.offer_solution(by=tomas, ticket=whole, text="Moved")
        actions.make_part_of(by=tomas, ticket=part, parent=whole)
        for days in (20, 40):
            with clock.at(monday + timedelta(days=days)):
                remind_and_close()
        assert fresh(whole).state == State.OFFERED
        actions.withdraw(by=maya, ticket=part)
        with clock.at(monday + timedelta(days=41)):
            remind_and_close()
        assert fresh(whole).close_reason == CloseReason.SILENT

    def test_a_part_that_goes_on_elsewhere_is_not_done(self, maya, tomas, whole, part, ask):
        elsewhere = ask(PersonFactory(), goal="All telephones")
        actions.make_part_of(by=tomas, ticket=part, parent=whole)
        actions.merge(by=tomas, ticket=part, into=elsewhere)
        assert open_parts(whole) == [part]
        actions.withdraw(by=elsewhere.customer, ticket=elsewhere)
        assert open_parts(whole) == []

    def test_a_part_merged_into_its_whole_is_done(self, tomas, whole, part):
        actions.make_part_of(by=tomas, ticket=part, parent=whole)
        actions.merge(by=tomas, ticket=part, into=whole)
        assert open_parts(whole) == []

    def test_the_last_part_done_is_told_to_whoever_holds_the_whole(self, maya, tomas, ada, whole, part, ask):
        second = ask(maya, goal="Wi-Fi in building C")
        actions.take(by=ada, ticket=whole)
        for one in (part, second):
            actions.make_part_of(by=tomas, ticket=one, parent=whole)
        actions.withdraw(by=maya, ticket=part)
        assert mails(whole, "parts_done") == []
        actions.withdraw(by=maya, ticket=second)
        assert mails(whole, "parts_done") == [ada.email]

    def test_nobody_arranges_their_own_request(self, whole, ask):
        agent = PersonFactory(role=Role.AGENT)
        own = ask(agent)
        for ticket, parent in [(own, whole), (whole, own)]:
            with pytest.raises(Refused):
                actions.make_part_of(by=agent, ticket=ticket, parent=parent)
        with pytest.raises(Refused):
            actions.split(
                by=agent, ticket=own, messages=[], first_words=True, subject="x", service_class=own.service_class
            )
