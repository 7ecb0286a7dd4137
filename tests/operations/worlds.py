"""A desk with a bit of everything in it, for exports, erasure and retention."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from foredesk.attachments.actions import store_file
from foredesk.attachments.models import Attachment
from foredesk.calendars.models import ClosedDay
from foredesk.catalogue.actions import set_path
from foredesk.catalogue.enums import LaneKey, Whom
from foredesk.catalogue.models import Lane, ServiceClass
from foredesk.catalogue.rules import Step
from foredesk.dispatch import actions as dispatch
from foredesk.dispatch.enums import SkipReason
from foredesk.forecasts.actions import add_step
from foredesk.forecasts.models import Level
from foredesk.intake import actions as intake
from foredesk.intake.enums import Door, IncomingState
from foredesk.intake.models import Incoming
from foredesk.intake.rules.providers import Fetching
from foredesk.kit import clock
from foredesk.mail.actions import choose_ways, mark_bounce, post, remember_id
from foredesk.mail.enums import Topic, Way
from foredesk.mail.models import OutboxMessage
from foredesk.people.models import Organisation, Person
from foredesk.shield import actions as shield
from foredesk.tickets import actions
from foredesk.tickets.enums import Answer, Audience, FollowerReason
from foredesk.tickets.models import Link, Ticket
from foredesk.triage.models import Reason, Suggestion
from tests.factories import (
    CannedReplyFactory,
    DepartmentFactory,
    PersonFactory,
    PlaceFactory,
    ServiceClassFactory,
    SiteCalendarFactory,
    TeamFactory,
)

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


@dataclass
class Desk:
    maya: Person  # a customer
    kim: Person  # follows Maya's request
    tomas: Person  # an agent
    olga: Person  # an administrator
    printing: ServiceClass
    ticket: Ticket  # Maya's, closed, with everything on it
    other: Ticket  # Kim's, open
    shot: Attachment  # Maya's, on the interview


def a_desk() -> Desk:
    with clock.at(MONDAY):
        # A test with real transactions empties all tables behind it, those that a migration filled too.
        rapid, _ = Lane.objects.get_or_create(key=LaneKey.RAPID, defaults={"name": "the rapid desk"})
        Lane.objects.get_or_create(key=LaneKey.DEEP, defaults={"name": "the deep-dive team"})
        ServiceClass.objects.get_or_create(is_default=True, defaults={"name": "Something else", "lane": rapid})
        Organisation.objects.create(name="Ashgrove “College”")
        department = DepartmentFactory(name="Biology")
        place = PlaceFactory(site=department.site)
        calendar = SiteCalendarFactory(sites=[department.site])
        ClosedDay.objects.create(calendar=calendar, date=MONDAY.date(), name="Fair")
        maya = PersonFactory(
            full_name="Maya Ortiz", email="maya@example.org", department=department, place=place, phone="555 1234"
        )
        kim = PersonFactory(full_name="Kim Tanaka", email="kim@example.org", department=department, manager=maya)
        department.head = maya
        department.save()
        tomas = PersonFactory(full_name="Tomás Reyes", email="tomas@example.org", agent=True)
        olga = PersonFactory(full_name="Olga Berg", email="olga@example.org", administrator=True)
        TeamFactory(name="Front desk").members.add(tomas, olga)
        printing = ServiceClassFactory(name="Paper and ink", owner=tomas)
        CannedReplyFactory(service_class=printing)
        set_path(by=olga, service_class=printing, steps=[Step(whom=Whom.PERSON, person=tomas, after_minutes=2400)])
        shot = store_file(by=maya, upload=SimpleUploadedFile("Maya Ortiz ☂.txt", b"the paper is wet"))
        ticket = _closed_ticket(maya, kim, tomas, printing, shot)
        with clock.at(MONDAY + timedelta(hours=3)):
            asked = actions.start_interview(by=kim, goal="A new screen, line one\nline two\u2028three")
            other = actions.send_interview(by=kim, interview=asked)
            actions.start_interview(by=maya, goal="Not sent yet")
            later = (other.next_update_due or MONDAY) + timedelta(hours=1)
            actions.set_next_update(by=tomas, ticket=other, at=later)
            actions.keep_draft(by=tomas, ticket=other, purpose="reply", body="Dear Kim,")
        Link.objects.create(ticket=other, other=ticket, by=tomas)
        dispatch.keep_skill(by=olga, skill=None, name="Printers", people=[tomas], service_classes=[printing])
        dispatch.correct_effort(by=tomas, ticket=ticket, minutes=25)
        served = dispatch.serve_next(by=tomas, lane=rapid)
        assert served == other
        dispatch.skip(by=tomas, ticket=served, reason=SkipReason.TIME)
        looks_like = Suggestion.objects.create(ticket=other, service_class=printing, confidence={"class": 0.95})
        Reason.objects.create(suggestion=looks_like, ticket=ticket, place=0)
        add_step(by=tomas, ticket=other, title="A screen is chosen", owner=kim)
        Level.objects.create(service_class=printing, level=0.84, outcomes=25)
        post(to=maya, kind="password", key="secret:1", subject="Sign in", text="https://x/secret-token", is_secret=True)
        mark_bounce(address="gone@example.org", permanent=True, reason="550 5.1.1 No such person")
        choose_ways(by=kim, ways={Topic.FOLLOWED: Way.DIGEST})
        remember_id(about=f"ticket:{ticket.pk}", message_id="<maya.1@example.org>")
        _mail(olga, other)
        _quiet(tomas, olga, other)
        OutboxMessage.objects.filter(key="secret:1").update(text="https://x/secret-token")
    return Desk(maya, kim, tomas, olga, printing, ticket, other, shot)


def _mail(olga: Person, ticket: Ticket) -> None:
    """A mailbox that is fetched, and mails that came by it: one on its request, one that waits for somebody to look."""
    mailbox = intake.add_mailbox(by=olga, name="Helpdesk", address="helpdesk@example.org", other_addresses=["it@x.org"])
    fetching = Fetching(host="imap.example.org", username="helpdesk", secret="secret-token")
    intake.fetch_from(by=olga, mailbox=mailbox, fetching=fetching)
    intake.keep_set_aside_for(by=olga, days=30)
    for words, state in (("Filed", IncomingState.FILED), ("Held", IncomingState.QUARANTINED)):
        raw = f"Subject: {words}\r\nMessage-ID: <{words}@example.org>\r\n\r\nHello.\r\n".encode()
        came = intake.store(raw=raw, door=Door.IMAP, mailbox=mailbox, envelope_to=[mailbox.address])
        mail = Incoming.objects.filter(pk=came.pk)
        mail.update(state=state, subject=words, ticket=ticket if state == IncomingState.FILED else None)


def _quiet(tomas: Person, olga: Person, ticket: Ticket) -> None:
    """Tomás holds the desk and wants to swap; Olga is in focus, what comes for her waits, and an emergency does not."""
    shield.define_emergency(by=olga, words="Whatever harms people.", causes="Fire", phone="112")
    shield.add_slot(by=olga, weekday=1, begins=time(8), ends=time(12), person=tomas)
    shield.ask_to_swap(by=tomas, shift=tomas.shifts.first(), of=olga)
    shield.add_absence(by=tomas, person=tomas, first=MONDAY.date(), last=MONDAY.date())
    shield.start_focus(by=olga, until=clock.now() + timedelta(minutes=25), shield=tomas)
    emergency = shield.Emergency(cause="Fire", reason="It burns")
    shield.add_note(by=tomas, ticket=ticket, body="It burns, @Olga", mentions=[olga], emergency=emergency)
    shield.assign(by=tomas, ticket=ticket, assignee=olga)


def _closed_ticket(maya: Person, kim: Person, tomas: Person, printing: ServiceClass, shot: Attachment) -> Ticket:
    interview = actions.start_interview(by=maya, goal="Print the exam sheets", service_class=printing)
    actions.save_answers(by=maya, interview=interview, theory="Maya Ortiz thinks: the damp <b>cellar</b>")
    actions.attach_to_interview(by=maya, interview=interview, attachment=shot)
    ticket = actions.send_interview(by=maya, interview=interview)
    actions.follow(by=maya, ticket=ticket, person=kim, reason=FollowerReason.HELD_UP)
    actions.restate(by=tomas, ticket=ticket, text="You need **60 sheets** by 11.")
    actions.add_note(by=tomas, ticket=ticket, body="Maya Ortiz keeps the paper in the cellar again.", mentions=[tomas])
    picture = store_file(by=tomas, upload=SimpleUploadedFile("../../etc/passwd", b"\x89PNG\r\n\x1a\n and more"))
    actions.reply(
        by=tomas, ticket=ticket, body="Hello Maya, we bring paper. <script>alert(1)</script>", attachments=[picture]
    )
    actions.write_as_customer(by=maya, ticket=ticket, body="Call me: 555 1234, Maya Ortiz", audience=Audience.CUSTOMER)
    solution = actions.offer_solution(
        by=tomas, ticket=ticket, text="Dry paper, Maya Ortiz.", checked_how="printed a page"
    )
    actions.answer_solution(by=maya, solution=solution, answer=Answer.YES)
    ticket.refresh_from_db()
    return ticket
