"""Private requests before the eyes of who was named, and beside requests they were joined with before."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from foredesk.attachments.actions import store_file
from foredesk.catalogue.actions import make_private
from foredesk.catalogue.enums import Size
from foredesk.kit.numbering import begin_numbers_at
from foredesk.kit.refusals import Refused
from foredesk.mail.models import OutboxMessage
from foredesk.mail.queries import mails_about_open_to
from foredesk.tickets import actions, queries, rules
from foredesk.tickets.emails import letter
from foredesk.tickets.enums import FollowerReason, News
from foredesk.tickets.models import Message, Ticket
from foredesk.tickets.queries.copies import copy_of
from foredesk.tickets.queries.joining import open_parts
from foredesk.tickets.queries.news import load
from tests.factories import PersonFactory, ServiceClassFactory

from .record import again


class TestAsACustomer:
    """Somebody of IT outside the teams whom the customer let follow it, or who asked for them."""

    @pytest.fixture
    def named(self, confide, maya, outsider):
        ticket = confide(maya)
        actions.follow(by=maya, ticket=ticket, person=outsider, reason=FollowerReason.HELD_UP)
        return queries.with_people(Ticket.objects.filter(pk=ticket.pk)).prefetch_related("followers").get()

    def test_reads_what_is_shared_only(self, named, maya, ada, outsider):
        friend = PersonFactory()
        actions.follow(by=maya, ticket=named, person=friend, reason=FollowerReason.HELD_UP)
        actions.take(by=ada, ticket=named)
        actions.skip_restatement(by=ada, ticket=named, reason="Spoken through.")
        named = queries.with_people(Ticket.objects.all()).get()
        assert [entry.text for entry in queries.conversation(named, outsider)] == [
            entry.text for entry in queries.conversation(named, friend)
        ]
        actions.share_conversation(by=maya, ticket=named, shares=False)
        assert not rules.reads_conversation(outsider, named)

    def test_opens_no_file_of_the_interview(self, named, maya, outsider):
        file = store_file(by=maya, upload=SimpleUploadedFile("a.txt", b"words"))
        named.interview.attachments.add(file)
        assert not queries.files_of(named, outsider).exists()
        assert queries.files_of(named, maya).get() == file
        copy = copy_of(named, outsider)
        assert not copy["with_notes_of_it"]
        assert "email" not in copy["customer"]
        assert copy["interview"]["files"] == []
        said = actions.write_as_customer(by=maya, ticket=named, body="Here again", attachments=[file])
        assert said.attachments.get() == file
        copy = copy_of(named, outsider)
        assert [one["name"] for one in copy["files"]] == ["a.txt"]
        assert copy["interview"]["files"] == []

    def test_changes_nobody_elses_following(self, named, maya, ada, outsider):
        friend = actions.follow(by=maya, ticket=named, person=PersonFactory(), reason=FollowerReason.HELD_UP)
        with pytest.raises(Refused):
            actions.unfollow(by=outsider, follower=friend)
        with pytest.raises(Refused):
            actions.follow(by=outsider, ticket=named, person=ada, reason=FollowerReason.INTERESTED)

    def test_is_mailed_to_the_portal(self, confidential, maya, outsider):
        draft = actions.start_interview(by=outsider, customer=maya, goal="Please", service_class=confidential)
        ticket = actions.send_interview(by=outsider, interview=draft)
        mail = OutboxMessage.objects.get(to=outsider.email)
        assert f"/requests/{ticket.pk}/" in mail.text
        assert "/desk/" not in mail.text

    @pytest.mark.parametrize("reason", [FollowerReason.HELD_UP, FollowerReason.MERGED])
    def test_whom_it_added_before_writes_no_more(self, named, reason):
        added = PersonFactory()
        named.followers.create(person=added, reason=reason)
        assert not rules.can_reply(added, Ticket.objects.get(pk=named.pk))


class TestTogether:
    """Requests that were joined before one of them became private."""

    @pytest.fixture
    def joined(self, ask, maya, tomas, confidants, printing):
        """An open one that goes on in one which is private by now."""
        begin_numbers_at(Ticket, 73421)
        mine, theirs = ask(maya), ask(PersonFactory(full_name="Jon Berg"))
        for one in (mine, theirs):
            actions.classify(by=tomas, ticket=one, service_class=printing, size=Size(one.size))
        other = ServiceClassFactory()
        Ticket.objects.filter(pk=mine.pk).update(service_class=other)
        Ticket.objects.filter(pk=theirs.pk).update(subject="Xylograph")
        mine = queries.with_people(Ticket.objects.filter(pk=mine.pk)).get()
        held_up = PersonFactory()
        actions.follow(by=maya, ticket=mine, person=held_up, reason=FollowerReason.HELD_UP)
        actions.keep_draft(by=tomas, ticket=mine, purpose="reply", body="begun")
        actions.merge(by=tomas, ticket=mine, into=theirs)
        make_private(by=None, service_class=printing, teams=[confidants])
        return mine, queries.with_people(Ticket.objects.filter(pk=theirs.pk)).get()

    def test_nothing_names_the_private_one(self, joined, maya, tomas, ada):
        mine, theirs = joined
        outsider = again(tomas)
        for entry in [*queries.conversation(mine, outsider), *queries.conversation(mine, maya)]:
            assert f"{theirs.pk}" not in entry.text
        assert any(f"{theirs.pk}" in entry.text for entry in queries.conversation(mine, again(ada)))
        assert copy_of(mine, outsider)["goes_on_in"] is None
        assert copy_of(mine, again(ada))["goes_on_in"] == theirs.pk
        story = load(News.MERGED, mine.pk, mine.version)
        assert story is not None
        for person in (outsider, maya):
            told = "".join(letter(News.MERGED, story, person))
            assert "Xylograph" not in told
            assert str(theirs.pk) not in told
            assert "Next update by" not in told  # nor how far it is
        assert "Xylograph" in "".join(letter(News.MERGED, story, again(ada)))

    def test_mails_that_name_it_are_its_teams(self, joined, tomas, ada):
        mine, _theirs = joined
        token = f"ticket:{mine.pk}"
        assert News.MERGED not in {mail.kind for mail in mails_about_open_to(again(tomas), token)}
        assert News.MERGED in {mail.kind for mail in mails_about_open_to(again(ada), token)}

    def test_words_do_not_go_where_their_writer_may_not_look(self, joined, maya, tomas):
        mine, _theirs = joined
        outsider = again(tomas)
        with pytest.raises(Refused, match="another request"):
            actions.reply(by=outsider, ticket=mine, body="Hello?")
        mine.refresh_from_db()
        assert actions.add_note(by=outsider, ticket=mine, body="for IT").ticket_id == mine.pk

    def test_a_draft_stays_with_who_may_not_look(self, ask, maya, tomas, ada, confide):
        mine, theirs = ask(maya), confide(maya)
        actions.keep_draft(by=tomas, ticket=mine, purpose="reply", body="begun")
        actions.keep_draft(by=ada, ticket=mine, purpose="reply", body="begun too")
        actions.merge(by=ada, ticket=mine, into=theirs)
        assert [draft.author for draft in mine.drafts.all()] == [tomas]
        assert [draft.author for draft in theirs.drafts.all()] == [ada]

    def test_nobody_finds_or_takes_what_is_hidden_from_them(self, ask, confide, maya, tomas, ada):
        mine, theirs = ask(maya), confide(maya)
        for words in ("", str(theirs.pk), "mail"):
            assert theirs not in queries.join_candidates(mine, tomas, words)
            assert theirs in queries.join_candidates(mine, ada, words)
        with pytest.raises(Refused, match="There is no request"):
            actions.merge(by=tomas, ticket=mine, into=theirs)

    def test_hidden_parts_are_told_to_nobody(self, ask, confide, maya, tomas, ada):
        whole, part = ask(maya), confide(maya)
        Ticket.objects.filter(pk=part.pk).update(parent=whole)
        assert open_parts(whole, tomas) == []
        assert open_parts(whole, ada) == [part]

    def test_split_off_and_private_it_takes_only_whom_the_customer_named_for_it(self, ask, confide, confidential, maya):
        """Whom they named for what all of IT saw, they did not name for this."""
        lead = PersonFactory(agent=True)
        confidential.teams.get().members.add(lead)
        friend = PersonFactory()
        for whole, named in ((ask(maya), set()), (confide(maya), {friend})):
            actions.follow(by=maya, ticket=whole, person=friend, reason=FollowerReason.HELD_UP)
            added = PersonFactory()
            whole.followers.create(person=added, reason=FollowerReason.HELD_UP)
            said = [
                Message.objects.create(ticket=whole, author=person, by_it=False, body="This too")
                for person in (friend, added)
            ]
            part = actions.split(by=lead, ticket=whole, messages=said, subject="This", service_class=confidential)
            assert {one.person for one in part.followers.all()} == named
