"""What agents can do at the desk with requests of a private kind, and where those outside its teams end."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from foredesk.attachments.actions import store_file
from foredesk.catalogue.actions import make_private
from foredesk.catalogue.models import ServiceClass
from foredesk.desk.actions import log_call
from foredesk.kit.refusals import Refused
from foredesk.mail.models import OutboxMessage
from foredesk.people.models import Person
from foredesk.tickets import actions
from foredesk.tickets.enums import Channel, FollowerReason, LinkKind, Severity
from foredesk.tickets.models import Link, Ticket
from foredesk.tickets.queries import last_said
from tests.factories import CannedReplyFactory, PersonFactory, ServiceClassFactory, TeamFactory


@pytest.fixture
def confidential(ada) -> ServiceClass:
    team = TeamFactory(name="Trusted hands")
    team.members.add(ada)
    made = ServiceClassFactory(name="Something confidential", keywords="salaries")
    make_private(by=None, service_class=made, teams=[team])
    return made


@pytest.fixture
def private(confidential, maya) -> Ticket:
    draft = actions.start_interview(by=maya, goal="Somebody reads my mail", service_class=confidential)
    return actions.send_interview(by=maya, interview=draft)


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def words(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_the_team_reads_who_sees_it(private, ada):
    at_desk = browser(ada)
    page = words(at_desk.get(reverse("desk:ticket", args=[private.pk])))
    assert "Only Trusted hands (Ada Lindqvist) and whom Maya names." in page
    assert "Only Trusted hands see this. The customer never does." in page
    assert "private<span" in words(at_desk.get(reverse("desk:today")))


def test_only_the_team_is_offered(private, ada, tomas, ticket):
    at_desk = browser(ada)
    for name in ("desk:assignee", "desk:ticket"):
        assert "Tomás Reyes" not in words(at_desk.get(reverse(name, args=[private.pk])))
        assert "Tomás Reyes" in words(at_desk.get(reverse(name, args=[ticket.pk])))
    answer = at_desk.post(reverse("desk:assignee", args=[private.pk]), {"assignee": tomas.pk})
    assert answer.status_code == 422


def test_a_name_in_a_note_is_no_mention_of_who_must_not_know(private, ada, tomas):
    browser(ada).post(reverse("desk:note", args=[private.pk]), {"note-body": "@Tomás Reyes knows nothing of this"})
    assert not private.messages.get().mentions.exists()


def test_moving_it_out_of_ones_own_sight_is_said_before_and_after(desk, ticket, confidential, tomas):
    address = reverse("desk:class", args=[ticket.pk])
    page = words(desk.get(address))
    assert "“Something confidential” is private to a team that you are not in" in page
    assert "Something confidential (private)" in page
    chosen = {"service_class": confidential.pk, "size": ticket.size, "version": ticket.version}
    answer = desk.post(address, chosen, follow=True)
    assert answer.redirect_chain == [(reverse("desk:today"), 302)]
    assert f"{ticket.pk} is with Trusted hands now. It is private, so you do not see it any more." in words(answer)
    assert desk.get(reverse("desk:ticket", args=[ticket.pk])).status_code == 404


def test_the_team_is_warned_before_all_of_it_sees_it(private, ada, printing):
    page = words(browser(ada).get(reverse("desk:class", args=[private.pk])))
    assert "Of a kind that is not private, everybody of IT sees it with all that was said" in page


def test_a_call_of_a_private_kind_goes_out_of_sight(desk, maya, confidential):
    said = {
        "customer_words": "Maya Ortiz",
        "customer_id": maya.pk,
        "words": "about salaries",
        "channel": "phone",
        "severity": "slowed",
        "people_held_up": 1,
    }
    answer = desk.post(reverse("desk:call"), said, follow=True)
    assert answer.redirect_chain == [(reverse("desk:today"), 302)]
    assert "It is private, so you do not see it any more." in words(answer)
    assert Ticket.objects.get().service_class == confidential


def test_a_call_of_a_private_kind_is_solved_by_its_team(tomas, ada, maya, confidential):
    call = {
        "customer": maya,
        "words": "salaries",
        "channel": Channel.PHONE,
        "service_class": confidential,
        "severity": Severity.SLOWED,
        "people_held_up": 1,
        "solution": "Done.",
    }
    with pytest.raises(Refused, match="its team offers the fix"):
        log_call(by=tomas, **call)
    assert not Ticket.objects.exists()
    assert log_call(by=ada, **call).solutions.exists()


def test_while_typing_the_kind_says_that_it_is_private(desk, confidential):
    page = words(desk.post(reverse("desk:call_class"), {"words": "salaries"}))
    assert "Private to Trusted hands." in page


def test_canned_replies_of_a_private_kind_are_its_teams(desk, ada, ticket, private, confidential):
    canned = CannedReplyFactory(title="We keep it to ourselves", service_class=confidential)
    assert desk.get(reverse("desk:canned", args=[ticket.pk, canned.pk])).status_code == 404
    assert browser(ada).get(reverse("desk:canned", args=[private.pk, canned.pk])).status_code == 200
    assert canned.title in words(browser(ada).get(reverse("desk:ticket", args=[private.pk])))


def test_numbers_in_an_address_bring_nothing_private_into_a_list(desk, private, ticket, htmx):
    page = words(desk.get(reverse("desk:today"), {"shown": f"{private.pk},{ticket.pk}"}, headers=htmx))
    assert str(ticket.subject) in page
    assert private.subject not in page


def test_a_follower_of_it_is_a_customer_there(private, maya, ada, tomas, desk):
    actions.follow(by=maya, ticket=private, person=tomas, reason=FollowerReason.HELD_UP)
    actions.reply(by=ada, ticket=private, body="Just between us.", audience="customer")
    actions.add_note(by=ada, ticket=private, body="For the team.")
    actions.reply(by=ada, ticket=private, body="We look at it.")
    assert desk.get(reverse("desk:ticket", args=[private.pk])).status_code == 404
    page = words(desk.get(reverse("portal:request", args=[private.pk])))
    assert "We look at it." in page
    for hidden in ("Just between us.", "For the team.", "Open it at the desk"):
        assert hidden not in page
    assert "only Maya Ortiz, whom they name, and in IT “Trusted hands” see this" in page


def test_the_customer_reads_who_sees_it(private, maya, client):
    client.force_login(maya)
    page = words(client.get(reverse("portal:request", args=[private.pk])))
    assert "Private: only you, whom you name, and in IT “Trusted hands” see this." in page
    mail = OutboxMessage.objects.get(about=f"ticket:{private.pk}", kind="acknowledged")
    assert "It is private: only you, whom you name, and in IT “Trusted hands” see it." in mail.text


def test_the_interview_says_so_as_soon_as_the_kind_is_known(maya, confidential, client):
    client.force_login(maya)
    ServiceClass.objects.update(offered=True)
    assert "Something confidential (private)" in words(client.get(_kinds(maya)))
    draft = actions.start_interview(by=maya, goal="A thing", service_class=confidential)
    page = words(client.get(reverse("portal:interview", args=[draft.pk])))
    assert "Private: only you, whom you name, and in IT “Trusted hands” see this." in page


def _kinds(person: Person) -> str:
    draft = actions.start_interview(by=person, goal="A thing")
    return reverse("portal:interview", args=[draft.pk]) + "?question=kind"


def test_a_list_with_private_ones_costs_one_query_more(confidential, maya, ada, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    at_desk = browser(ada)
    counts = []
    for _more in (1, 2):
        for _each in range(_more):
            draft = actions.start_interview(by=maya, goal="salaries", service_class=confidential)
            actions.send_interview(by=maya, interview=draft)
        with CaptureQueriesContext(connection) as queries:
            at_desk.get(reverse("desk:today"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("role", ["agent", "lead", "administrator"])
def test_nobody_else_of_it_gets_in(role, private):
    outsider = browser(PersonFactory(**{role: True}))
    assert outsider.get(reverse("desk:ticket", args=[private.pk])).status_code == 404
    assert outsider.post(reverse("desk:taken", args=[private.pk])).status_code == 404
    assert private.subject not in words(outsider.get(reverse("desk:all"), {"q": "reads"}))
    assert outsider.get(reverse("portal:request", args=[private.pk])).status_code == 404
    assert outsider.get(reverse("desk:all"), {"q": private.pk}).status_code == 200  # not sent on to it
    assert private.subject not in words(outsider.get(reverse("portal:ask"), {"after": private.pk}))


def test_the_customers_files_are_not_their_followers(private, maya, tomas, desk):
    file = store_file(by=maya, upload=SimpleUploadedFile("shot.txt", b"words"))
    private.interview.attachments.add(file)
    actions.follow(by=maya, ticket=private, person=tomas, reason=FollowerReason.HELD_UP)
    address = reverse("portal:request", args=[private.pk])
    assert "shot.txt" in words(browser(maya).get(address))
    assert "shot.txt" not in words(desk.get(address))
    copy = desk.get(reverse("portal:copy", args=[private.pk]))
    with ZipFile(BytesIO(b"".join(copy.streaming_content))) as packed:
        assert not any("shot.txt" in name for name in packed.namelist())


def test_who_stops_following_is_not_sent_back_there(private, maya, tomas, desk):
    follower = actions.follow(by=maya, ticket=private, person=tomas, reason=FollowerReason.HELD_UP)
    answer = desk.post(reverse("portal:follower_removal", args=[private.pk, follower.pk]))
    assert answer.url == reverse("portal:requests")


@pytest.mark.parametrize("inside", [True, False])
def test_its_mails_are_read_by_its_team_only(private, confidential, inside):
    lead = PersonFactory(lead=True)
    if inside:
        confidential.teams.get().members.add(lead)
    mail = OutboxMessage.objects.get(about=f"ticket:{private.pk}")
    at_desk = browser(lead)
    for name in ("mail:message", "mail:body"):
        assert at_desk.get(reverse(name, args=[mail.pk])).status_code == (200 if inside else 404)
    assert at_desk.post(reverse("mail:attempt", args=[mail.pk])).status_code == (302 if inside else 404)
    assert (private.subject in words(at_desk.get(reverse("mail:outbox")))) == inside


def test_what_failed_is_tried_again_unseen(private):
    OutboxMessage.objects.update(state="failed")
    at_desk = browser(PersonFactory(lead=True))
    page = words(at_desk.get(reverse("mail:outbox"), {"state": "failed"}))
    assert private.subject not in page
    assert "Try everything that failed again" in page
    answer = at_desk.post(reverse("mail:attempts"), follow=True)
    assert "Whatever had failed is on its way again." in words(answer)
    assert private.subject not in words(answer)
    assert not OutboxMessage.objects.filter(state="failed").exists()


def test_forgetting_somebody_names_no_private_number(private, maya, ada):
    administrator = PersonFactory(administrator=True)
    address = reverse("operations:erasure", args=[maya.pk])
    page = browser(administrator).get(address)
    assert (
        page.context["obstacle"] == "Something is still open for them that you cannot see. It has to be finished first."
    )
    ada.role = "administrator"
    ada.save()
    assert str(private.pk) in browser(ada).get(address).context["obstacle"]


def test_what_it_is_tied_to_shows_to_the_team_only(private, ticket, ask, maya, ada, desk):
    Ticket.objects.filter(pk=private.pk).update(subject="Xylograph", parent=ticket)
    for kind in LinkKind:
        Link.objects.create(ticket=ticket, other=private, kind=kind, by=ada)
    address = reverse("desk:ticket", args=[ticket.pk])
    assert "Xylograph" in words(browser(ada).get(address))
    assert "Xylograph" not in words(desk.get(address))


def test_what_was_joined_with_it_is_no_news_to_who_may_not_know(ticket, ask, maya, tomas, ada, confidential, printing):
    """Neither now nor with every reply: what is left out of a page must not be taken for something new."""
    insider = PersonFactory(full_name="Ines Insider", agent=True)
    confidential.teams.get().members.add(insider)
    other = ask(maya)
    actions.merge(by=ada, ticket=other, into=ticket)
    Ticket.objects.filter(pk=other.pk).update(service_class=confidential)
    address = reverse("desk:visit", args=[ticket.pk])
    for reader, is_told in ((insider, True), (tomas, False)):
        told = words(browser(reader).post(address, {"seen": "0"}, headers={"HX-Request": "true"}))
        assert ("Ada was here meanwhile." in told) == is_told
        page = browser(reader).get(reverse("desk:ticket", args=[ticket.pk]))
        assert ("is the same matter" in words(page)) == is_told
    seen = page.context["page"].last_seen
    assert seen == last_said(ticket)
    assert actions.reply(by=tomas, ticket=ticket, body="Hello", last_seen=seen).body == "Hello"


def test_it_is_not_there_to_be_joined_with(private, ticket, ada, desk):
    address = reverse("desk:join", args=[ticket.pk])
    assert private.subject in words(browser(ada).get(address, {"other": private.pk}))
    assert private.subject not in words(desk.get(address, {"other": private.pk}))


def test_what_was_written_where_its_writer_may_not_look_has_arrived(ask, maya, tomas, confidential, printing, client):
    mine, theirs = ask(maya), ask(PersonFactory())
    Ticket.objects.filter(pk=mine.pk).update(service_class=ServiceClassFactory())
    mine.refresh_from_db()
    actions.merge(by=tomas, ticket=mine, into=theirs)
    make_private(by=None, service_class=printing, teams=confidential.teams.all())
    client.force_login(maya)
    answer = client.post(reverse("portal:write", args=[mine.pk]), {"body": "Are you there?"}, follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("portal:request", args=[mine.pk]))
    assert answer.status_code == 200
    assert "Are you there?" in theirs.messages.latest("pk").body


def test_what_it_is_tied_to_shows_to_customers_who_may_know_of_it(private, ticket, maya, client):
    Ticket.objects.filter(pk=private.pk).update(subject="Xylograph", parent=ticket)
    colleague = PersonFactory()
    actions.follow(by=maya, ticket=ticket, person=colleague, reason=FollowerReason.HELD_UP)
    for person, shown in ((maya, True), (colleague, False)):
        client.force_login(person)
        page = words(client.get(reverse("portal:request", args=[ticket.pk])))
        assert ("Xylograph" in page) == shown
