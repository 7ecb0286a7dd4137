"""Two requests are the same matter: what goes along, who hears of it, and that all of it can be undone."""

from datetime import timedelta

import pytest

from foredesk.kit.refusals import Refused
from foredesk.mail.models import OutboxMessage
from foredesk.people.enums import Role
from foredesk.tickets import actions
from foredesk.tickets.enums import (
    Answer,
    Audience,
    CloseReason,
    FollowerReason,
    Kind,
    Measure,
    Severity,
    State,
)
from foredesk.tickets.models import Draft, Ticket
from foredesk.tickets.queries import (
    activity,
    belonging,
    conversation,
    join_candidates,
    rows,
    tickets_served_by,
    what_next,
    where_it_goes_on,
)
from foredesk.tickets.rules import Changed
from foredesk.tickets.rules.joining import stays_private
from tests.factories import PersonFactory, ServiceClassFactory, TeamFactory

from .record import fresh, mails, tags


class TestMerging:
    def test_one_closes_and_goes_on_in_the_other(self, tomas, older, newer):
        actions.merge(by=tomas, ticket=newer, into=older)
        assert (newer.state, newer.close_reason, newer.merged_into) == (State.CLOSED, CloseReason.MERGED, older)
        assert newer.next_update_due is None
        assert older.is_open
        assert tags(newer)[-1] == "ticket:merged"
        assert "ticket:merged:here" in tags(older)

    def test_another_customer_follows_and_reads_what_is_shared(self, tomas, maya, jon, older, newer):
        said = actions.reply(by=tomas, ticket=older, body="New rollers come tomorrow.")
        private = actions.reply(by=tomas, ticket=older, body="Your code is 7.", audience=Audience.CUSTOMER)
        actions.merge(by=tomas, ticket=newer, into=older)
        follower = older.followers.get(person=jon)
        assert (follower.reason, follower.measure) == (FollowerReason.MERGED, Measure.EVERYTHING)
        read = [entry.item for entry in conversation(older, jon) if entry.kind == "message"]
        assert said in read
        assert private not in read
        actions.share_conversation(by=maya, ticket=older, shares=False)
        assert not [entry for entry in conversation(older, jon) if entry.kind == "message"]

    def test_the_same_customer_is_told_and_follows_nothing(self, tomas, maya, older, ask):
        again = ask(maya, goal="And it jams again")
        actions.merge(by=tomas, ticket=again, into=older)
        assert not older.followers.exists()
        assert mails(again, "merged") == [maya.email]
        mail = OutboxMessage.objects.get(kind="merged")
        assert f"Your requests {again.pk} and {older.pk} are the same matter" in mail.text
        assert "Next update by" in mail.text

    def test_the_other_customer_is_told_where_it_goes_on_and_what_comes_next(self, tomas, jon, maya, older, newer):
        actions.merge(by=tomas, ticket=newer, into=older)
        assert mails(newer, "merged") == [jon.email]
        assert mails(older, "follows") == []  # one mail is enough
        text = OutboxMessage.objects.get(kind="merged").text
        assert str(older.pk) in text
        assert "Next update by" in text

    def test_followers_come_along_as_what_they_were(self, tomas, jon, older, newer):
        priya = PersonFactory()
        actions.follow(by=jon, ticket=newer, person=priya, reason=FollowerReason.HELD_UP)
        actions.merge(by=tomas, ticket=newer, into=older)
        assert older.followers.get(person=priya).reason == FollowerReason.HELD_UP

    def test_who_is_held_up_is_added_up_and_nobody_counts_twice(self, tomas, maya, jon, older, newer):
        actions.set_impact(by=tomas, ticket=older, severity=Severity.SLOWED, people_held_up=3)
        actions.set_impact(by=tomas, ticket=newer, severity=Severity.STOPPED, people_held_up=2)
        actions.follow(by=maya, ticket=older, person=jon, reason=FollowerReason.HELD_UP)
        actions.merge(by=tomas, ticket=newer, into=older)
        assert (older.people_held_up, older.severity) == (4, Severity.STOPPED)

    def test_the_same_customer_counts_once(self, tomas, maya, older, ask):
        again = ask(maya, goal="And it jams again")
        actions.merge(by=tomas, ticket=again, into=older)
        assert older.people_held_up == 1

    def test_the_earlier_promise_of_the_next_word_holds(self, monday, tomas, older, newer):
        soon = monday + timedelta(minutes=10)
        actions.set_next_update(by=tomas, ticket=newer, at=soon)
        actions.merge(by=tomas, ticket=newer, into=older)
        assert older.next_update_due == soon

    def test_a_chain_ends_where_the_last_one_goes_on(self, tomas, older, newer, ask):
        third = ask(PersonFactory(), goal="Paper everywhere")
        actions.merge(by=tomas, ticket=newer, into=older)
        actions.merge(by=tomas, ticket=older, into=third)
        assert where_it_goes_on(newer) == third
        assert third.followers.filter(person=newer.customer).exists()

    def test_merging_is_no_solving(self, tomas, older, newer):
        before = set(newer.care.values_list("step", flat=True))
        actions.merge(by=tomas, ticket=newer, into=older)
        assert set(newer.care.values_list("step", flat=True)) == before
        assert OutboxMessage.objects.filter(kind="closed").count() == 0

    def test_what_somebody_has_begun_to_write_goes_along(self, tomas, ada, older, newer):
        actions.keep_draft(by=tomas, ticket=newer, purpose="reply", body="Hello Jon")
        actions.keep_draft(by=tomas, ticket=older, purpose="reply", body="Hello Maya")
        actions.merge(by=ada, ticket=newer, into=older)
        draft = Draft.objects.get(author=tomas)
        assert draft.ticket == older
        assert draft.body.startswith("Hello Maya")
        assert f"request {newer.pk}, for Jon" in draft.body
        assert draft.body.endswith("Hello Jon")


class TestRefusals:
    def test_what_cannot_be_merged_says_what_to_do(self, tomas, maya, older, newer, ask):
        with pytest.raises(Refused, match="itself"):
            actions.merge(by=tomas, ticket=newer, into=newer)
        third = ask(maya)
        actions.withdraw(by=maya, ticket=third)
        with pytest.raises(Refused, match="Let it go on in this one, or link"):
            actions.merge(by=tomas, ticket=newer, into=third)
        with pytest.raises(Refused, match="closed already"):
            actions.merge(by=tomas, ticket=third, into=newer)
        actions.merge(by=tomas, ticket=newer, into=older)
        with pytest.raises(Refused, match="goes on in another"):
            actions.merge(by=tomas, ticket=older, into=newer)  # round in a circle

    def test_nobody_merges_their_own_request(self, older, ask):
        agent = PersonFactory(role=Role.AGENT)
        own = ask(agent)
        for ticket, into in [(own, older), (older, own)]:
            with pytest.raises(Refused):
                actions.merge(by=agent, ticket=ticket, into=into)

    def test_customers_merge_nothing(self, jon, older, newer):
        with pytest.raises(Refused, match="There is no request"):
            actions.merge(by=jon, ticket=newer, into=older)

    def test_somebody_was_faster(self, tomas, ada, older, newer):
        seen = newer.version
        actions.take(by=ada, ticket=newer)
        with pytest.raises(Changed):
            actions.merge(by=tomas, ticket=newer, into=older, expected_version=seen)
        assert fresh(newer).is_open

    def test_a_whole_with_parts_is_not_merged_away(self, tomas, older, newer, ask):
        part = ask(PersonFactory())
        actions.make_part_of(by=tomas, ticket=part, parent=newer)
        with pytest.raises(Refused, match="has parts"):
            actions.merge(by=tomas, ticket=newer, into=older)


class TestWordsFollow:
    def test_the_same_customers_words_land_where_it_goes_on(self, tomas, maya, older, ask):
        again = ask(maya, goal="And it jams again")
        actions.merge(by=tomas, ticket=again, into=older)
        message = actions.write_as_customer(by=maya, ticket=fresh(again), body="Still jamming")
        assert message.ticket == older
        assert mails(older, "customer_wrote") == []  # nobody holds it yet
        lines = [entry.text for entry in conversation(older, tomas)]
        assert f"Maya Ortiz wrote on request {again.pk}, which goes on here:" in lines

    def test_what_another_customer_writes_reaches_it_alone(self, tomas, maya, jon, older, newer):
        actions.take(by=tomas, ticket=older)
        actions.merge(by=tomas, ticket=newer, into=older)
        message = actions.write_as_customer(by=jon, ticket=newer, body="My password is on the note")
        assert (message.ticket, message.audience, message.by_it) == (older, Audience.IT, False)
        assert mails(older, "customer_wrote") == [tomas.email]
        assert message not in [entry.item for entry in conversation(older, maya)]
        assert message in [entry.item for entry in conversation(older, jon)]
        assert next(row for row in rows([older.pk])).customer_wrote

    def test_on_the_page_where_it_goes_on_everybody_reads_it(self, tomas, maya, jon, older, newer):
        actions.merge(by=tomas, ticket=newer, into=older)
        message = actions.write_as_customer(by=jon, ticket=older, body="It jams for me at noon")
        assert message in [entry.item for entry in conversation(older, maya)]

    def test_a_word_opens_where_it_goes_on_again(self, monday, tomas, maya, jon, older, newer):
        actions.merge(by=tomas, ticket=newer, into=older)
        actions.skip_restatement(by=tomas, ticket=older, reason="spoken")
        actions.answer_solution(
            by=maya, solution=actions.offer_solution(by=tomas, ticket=older, text="Done"), answer=Answer.YES
        )
        actions.write_as_customer(by=jon, ticket=newer, body="Not for me")
        assert fresh(older).is_open
        assert not fresh(newer).is_open

    def test_a_reply_from_an_old_page_lands_where_it_goes_on(self, tomas, ada, older, newer, jon):
        stale = fresh(newer)
        actions.merge(by=ada, ticket=newer, into=older)
        message = actions.reply(by=tomas, ticket=stale, body="Rollers are ordered.", last_seen=0)
        assert message.ticket == older
        assert "ticket:came_over" in tags(older)
        assert jon.email in mails(older, "reply")

    def test_but_not_words_for_one_customer_before_the_eyes_of_another(self, tomas, ada, older, newer):
        stale = fresh(newer)
        actions.merge(by=ada, ticket=newer, into=older)
        with pytest.raises(Refused, match="Maya would read what you wrote to Jon only"):
            actions.reply(by=tomas, ticket=stale, body="Your code is 7.", audience=Audience.CUSTOMER)

    def test_notes_too(self, tomas, older, newer):
        actions.merge(by=tomas, ticket=newer, into=older)
        note = actions.add_note(by=tomas, ticket=newer, body="Same fuser")
        assert (note.ticket, note.kind) == (older, Kind.NOTE)

    def test_no_promise_can_be_made_on_a_merged_one(self, tomas, older, newer):
        actions.merge(by=tomas, ticket=newer, into=older)
        with pytest.raises(Refused, match="goes on in another request"):
            actions.take(by=tomas, ticket=newer)


class TestKeepingPrivate:
    @pytest.fixture
    def staff(self, db, tomas):
        team = TeamFactory()
        team.members.add(tomas)
        private = ServiceClassFactory(name="About people", is_private=True)
        private.teams.add(team)
        return private

    @pytest.fixture
    def confidential(self, staff, maya, older):
        Ticket.objects.filter(pk=older.pk).update(service_class=staff)
        return fresh(older)

    def test_only_private_stays_private(self, staff):
        security = ServiceClassFactory(is_private=True)
        security.teams.add(TeamFactory())
        narrower = ServiceClassFactory(is_private=True)
        narrower.teams.add(*staff.teams.all())
        staff.teams.add(TeamFactory())
        public = ServiceClassFactory()
        assert stays_private(public, staff)
        assert stays_private(staff, narrower)
        assert not stays_private(narrower, staff)
        assert not stays_private(staff, security)
        assert not stays_private(staff, public)

    def test_a_private_one_does_not_go_on_in_a_public_one(self, tomas, confidential, newer):
        with pytest.raises(Refused, match="is private"):
            actions.merge(by=tomas, ticket=confidential, into=newer)

    def test_nobody_learns_of_a_private_one_by_a_merge(self, tomas, jon, confidential, newer):
        with pytest.raises(Refused, match="Jon may not know of it"):
            actions.merge(by=tomas, ticket=newer, into=confidential)
        assert not confidential.followers.exists()

    def test_the_customers_own_goes_on_in_their_private_one_without_new_readers(self, tomas, maya, confidential, ask):
        again = ask(maya, goal="My boss again")
        actions.follow(by=maya, ticket=again, person=PersonFactory(), reason=FollowerReason.HELD_UP)
        actions.merge(by=tomas, ticket=again, into=confidential)
        assert not confidential.followers.exists()


class TestReading:
    def test_what_belongs_together_shows_on_both_sides(self, tomas, older, newer):
        actions.merge(by=tomas, ticket=newer, into=older)
        assert belonging(newer, tickets_served_by(tomas)).goes_on == older
        assert belonging(older, tickets_served_by(tomas)).merged == [newer]

    def test_no_line_names_what_its_reader_may_not_see(self, tomas, maya, older, newer):
        actions.merge(by=tomas, ticket=newer, into=older)
        assert not any(str(newer.pk) in entry.text for entry in conversation(older, maya))
        assert any(str(newer.pk) in entry.text for entry in conversation(older, tomas))
        assert any("asked the same" in entry.text for entry in conversation(older, maya))
        assert any(str(older.pk) in entry.text for entry in activity(newer, tomas))

    def test_a_merged_request_says_so_in_lists_without_a_number(self, tomas, jon, older, newer):
        actions.merge(by=tomas, ticket=newer, into=older)
        assert what_next(newer, jon) == "It goes on in another request."

    def test_likely_ones_come_first(self, tomas, maya, older, newer, ask):
        own = ask(maya, goal="A new keyboard")
        alike = ask(PersonFactory(), goal="118 eats the paper")
        ask(PersonFactory(), goal="I cannot sign in")
        assert join_candidates(older, tomas)[0] == own
        found = join_candidates(newer, tomas)
        assert found[0] == alike
        assert newer not in found
        assert join_candidates(newer, tomas, str(own.pk)) == [own]
        assert join_candidates(newer, tomas, "keyboard") == [own]
        assert join_candidates(newer, tomas, "99999999") == []
