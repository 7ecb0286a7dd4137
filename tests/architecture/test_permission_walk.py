"""Every address as every role. The table says who is at home where; whoever is not gets 404, by every method."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Any
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from foredesk.attachments.actions import store_file
from foredesk.calendars.models import Calendar, ClosedDay
from foredesk.catalogue.enums import LaneKey
from foredesk.catalogue.models import CannedReply
from foredesk.catalogue.queries import default_class
from foredesk.dispatch.actions import keep_skill
from foredesk.forecasts.actions import add_step
from foredesk.intake.actions import add_mailbox, store
from foredesk.intake.enums import Became, Door, IncomingState
from foredesk.intake.models import Incoming
from foredesk.kit import clock
from foredesk.mail.models import OutboxMessage
from foredesk.operations.actions import ask_for_copy_of_person, begin_import, try_import
from foredesk.operations.importing.fields import Target
from foredesk.people.enums import Role
from foredesk.people.models import Person
from foredesk.shield import actions as shield
from foredesk.shield.models import Shift, Slot
from foredesk.tickets import actions
from foredesk.tickets.enums import FollowerReason
from foredesk.tickets.models import Link, Ticket
from tests.factories import DepartmentFactory, PersonFactory, PlaceFactory, TeamFactory

IT = {"agent", "lead", "administrator"}
LEADS = {"lead", "administrator"}
EVERYBODY = {"stranger", "customer", "follower", "head"} | IT
PARTIES = {"customer", "follower", "head"} | IT

# The first match counts. What stands here is the promise; the decorators are not consulted.
AT_HOME: list[tuple[str, set[str]]] = [
    (r"^account/how/(passkeys/)?\d+/", {"customer"}),  # whose passkey it is
    (r"^account/", EVERYBODY),
    (r"^demo/", EVERYBODY),
    (r"^department/$", {"head"}),
    (r"^department/\d+/", {"head"}),
    (r"^setup/", {"administrator"}),
    (r"^desk/settings/people/$", LEADS),
    (r"^desk/settings/people/new/", {"administrator"}),
    (r"^desk/settings/people/\d+/$", LEADS),
    (r"^desk/settings/people/", {"administrator"}),
    (r"^desk/settings/(imports|checklist|mail|operations|organisation|departments|sites|places)/", {"administrator"}),
    (r"^desk/settings/(privacy|mailboxes)/", {"administrator"}),
    (r"^you/copies/\d+/", {"customer"}),
    (r"^desk/settings/", LEADS),
    (r"^you/news/\d+/", {"customer"}),  # whom it tells something
    (r"^desk/outbox/addresses/", IT),
    (r"^answer/", EVERYBODY),  # by its token alone
    (r"^requests/\d+/mails/\d+/invitation", PARTIES),
    (r"^requests/\d+/mails/", {"customer"} | IT),  # below an answer may be quoted what others must not read
    (r"^desk/(incoming|quarantine)/", LEADS),
    (r"^desk/outbox/", LEADS),
    (r"^desk/order/skills/", LEADS),
    (r"^desk/shield/feeds/", set()),  # by its secret alone, which nobody here has
    (r"^desk/shield/roster/(slots|two)", LEADS),
    (r"^desk/", IT),
    (r"^how-long/$", {"head"} | IT),
    (r"^ask/\d+/", {"customer"}),
    (r"^requests/\d+/files/", {"customer"} | IT),  # a file of the interview: followers read no interview
    (r"^requests/(followed|department)/$", EVERYBODY),
    (r"^requests/\d+/", PARTIES),
    (r"^(requests|ask|you|people|colleagues)/?", EVERYBODY),
    (r"^$", EVERYBODY),
]
# Answers a POST of nothing may get from a page that the role may use: done, redisplayed with errors, or nothing there.
SOUND = {200, 204, 302, 303, 400, 404, 405, 409, 422}


@dataclass
class World:
    people: dict[str, Person]
    numbers: dict[str, Any] = field(default_factory=dict)


@pytest.fixture
def world(db) -> World:
    people = {
        "stranger": PersonFactory(department=DepartmentFactory()),
        "customer": PersonFactory(department=DepartmentFactory()),
        "follower": PersonFactory(),
        "head": PersonFactory(),
        "agent": PersonFactory(role=Role.AGENT),
        "lead": PersonFactory(role=Role.LEAD),
        "administrator": PersonFactory(role=Role.ADMINISTRATOR),
    }
    customer, agent = people["customer"], people["agent"]
    customer.department.head = people["head"]
    customer.department.save()
    shot = store_file(by=customer, upload=SimpleUploadedFile("a.txt", b"words"))
    sent = actions.start_interview(by=customer, goal="print")
    actions.attach_to_interview(by=customer, interview=sent, attachment=shot)
    ticket = actions.send_interview(by=customer, interview=sent)
    follower = actions.follow(by=customer, ticket=ticket, person=people["follower"], reason=FollowerReason.HELD_UP)
    restatement = actions.restate(by=agent, ticket=ticket, text="The need.")
    other = actions.send_interview(by=customer, interview=actions.start_interview(by=customer, goal="another"))
    actions.link(by=agent, ticket=ticket, other=other)
    link = Link.objects.get()
    step = add_step(by=agent, ticket=ticket, title="The first step")
    draft = actions.start_interview(by=customer, goal="a draft")
    actions.attach_to_interview(by=customer, interview=draft, attachment=shot)
    mail = a_mail(ticket, of=customer)
    calendar = Calendar.objects.create(name="Summer")
    day = ClosedDay.objects.create(calendar=calendar, date=(clock.now() + timedelta(days=9)).date(), name="Fair")
    canned = CannedReply.objects.create(title="Hello", body="Hello {customer}")
    team = TeamFactory()
    team.members.add(agent)
    place = PlaceFactory()
    passkey = Authenticator.objects.create(user=customer, type=Authenticator.Type.WEBAUTHN, data={"name": "Laptop"})
    text = SimpleUploadedFile("people.csv", b"email,name\nmaya@example.org,Maya\n,Nobody\n")
    run = begin_import(by=people["administrator"], target=Target.PEOPLE, upload=text)
    try_import(by=people["administrator"], run=run, said=run.options["map"])
    of_the_shield = _something_of_the_shield(agent, people["lead"])
    world = World(people)
    world.numbers = {
        "number": ticket.pk,
        "file": shot.pk,
        "key": LaneKey.RAPID.value,
        "purpose": "reply",
        "uidb36": "1",
        "token": "no-such-token",
        "person": people["follower"].pk,
        "person_pk": agent.pk,
        "day": day.pk,
        "task": UUID(int=7),
        "kind": "mine",
        "way": "handed",
        "pk": {
            **of_the_shield,
            "account/how/": passkey.pk,
            "ask/": draft.pk,
            "you/copies/": ask_for_copy_of_person(by=customer, person=customer).pk,
            "requests/<int:number>/restatements": restatement.pk,
            "requests/<int:number>/solutions": 1,
            "requests/<int:number>/followers": follower.pk,
            "desk/tickets/<int:number>/files": shot.pk,
            "desk/tickets/<int:number>/canned": canned.pk,
            "desk/tickets/<int:number>/followers": follower.pk,
            "desk/tickets/<int:number>/links": link.pk,
            "desk/tickets/<int:number>/steps": step.pk,
            "desk/outbox/": OutboxMessage.objects.first().pk,
            "you/news/": OutboxMessage.objects.filter(person=customer, kind="acknowledged").first().pk,
            "desk/incoming/": mail.pk,
            "desk/tickets/<int:number>/mails": mail.pk,
            "requests/<int:number>/mails": mail.pk,
            "desk/settings/privacy/kinds/": default_class().pk,
            "desk/settings/calendars/": calendar.pk,
            "desk/settings/mailboxes/": add_mailbox(
                by=people["administrator"], name="Desk", address="desk@example.org"
            ).pk,
            "desk/settings/classes/": default_class().pk,
            "desk/settings/replies/": canned.pk,
            "desk/settings/people/": people["stranger"].pk,
            "desk/settings/departments/": customer.department.pk,
            "desk/settings/sites/": place.site.pk,
            "desk/settings/places/": place.pk,
            "desk/settings/imports/": run.pk,
            "desk/settings/teams/": team.pk,
            "desk/order/skills/": keep_skill(
                by=people["lead"], skill=None, name="Locks", people=[agent], service_classes=[]
            ).pk,
            "department/": customer.department.pk,
        },
    }
    return world


def a_mail(ticket: Ticket, *, of: Person, words: str = "Hello") -> Incoming:
    """The mail by which a request came, as if it had."""
    raw = (
        f"From: {of.email}\r\nSubject: {words}\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/html\r\n\r\n<p>{words}</p>\r\n"
        "--b\r\nContent-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n--b--\r\n"
    )
    mail = store(raw=raw.encode(), door=Door.SMTP)
    mail.state, mail.became, mail.ticket, mail.person = IncomingState.FILED, Became.REQUEST, ticket, of
    mail.subject, mail.sender, mail.sender_name, mail.text, mail.has_html = words, of.email, of.full_name, words, True
    mail.save()
    return mail


def _something_of_the_shield(agent: Person, lead: Person) -> dict[str, int]:
    now = clock.now()
    block = shield.plan_focus(by=agent, begins_at=now, ends_at=now + timedelta(minutes=25), shield=lead)
    tomorrow = now + timedelta(days=1)
    slot = Slot.objects.create(weekday=tomorrow.weekday(), begins=time(8), ends=time(12), person=agent)
    shift = Shift.objects.create(
        date=tomorrow.date(), begins_at=tomorrow, ends_at=tomorrow + timedelta(hours=4), person=agent, slot=slot
    )
    return {
        "desk/shield/focus/": block.pk,
        "desk/shield/roster/slots": slot.pk,
        "desk/shield/roster/swaps": shield.ask_to_swap(by=agent, shift=shift, of=lead).pk,
        "desk/shield/roster/absences": shield.add_absence(
            by=agent, person=agent, first=tomorrow.date(), last=tomorrow.date()
        ).pk,
    }


def patterns(
    resolver: URLResolver | None = None, route: str = "", space: str = ""
) -> Iterator[tuple[str, str, URLPattern]]:
    for part in (resolver or get_resolver()).url_patterns:
        path = route + str(part.pattern)
        if isinstance(part, URLResolver):
            yield from patterns(part, path, part.namespace or space)
        else:
            yield path, f"{space}:{part.name}" if space else str(part.name), part


def address_of(route: str, name: str, pattern: URLPattern, world: World) -> str:
    values: dict[str, Any] = {}
    for wanted in pattern.pattern.converters or pattern.pattern.regex.groupindex:
        value = world.numbers[wanted]
        if isinstance(value, dict):
            value = next(number for prefix, number in value.items() if route.startswith(prefix))
        values[wanted] = value
    if "uidb36" in values:
        values["key"] = "no-such-key"
    return reverse(name, kwargs=values)


def at_home(address: str) -> set[str]:
    return next(roles for pattern, roles in AT_HOME if re.search(pattern, address.lstrip("/")))


@pytest.mark.parametrize("role", ["anonymous", *sorted(EVERYBODY)])
def test_every_address_as_every_role(role: str, world: World) -> None:
    wrong = []
    walked = 0
    for route, name, pattern in patterns():
        address = address_of(route, name, pattern, world)
        for method in ("get", "post"):
            client = Client()
            if role != "anonymous":
                client.force_login(world.people[role])
            if method == "post" and role in at_home(address):
                continue  # what a form does is tested with the form; here it would change the world for the others
            status = getattr(client, method)(address).status_code
            walked += 1
            if not _sound(role, address, method, status):
                wrong.append(f"{role} {method.upper()} {address} ({name}): {status}")
    assert not wrong, "\n".join(wrong)
    assert walked > 100


def _sound(role: str, address: str, method: str, status: int) -> bool:
    if address.startswith("/desk/shield/feeds/"):
        return status == (404 if method == "get" else 405)
    if role == "anonymous":
        open_to_all = address.startswith(("/account/", "/demo/", "/answer/"))
        return status in SOUND if open_to_all else status == 302
    if role in at_home(address):
        # There is no such solution, and nobody signed such a token.
        return status in SOUND - {404} or (status == 404 and ("solutions/1/" in address or "/answer/" in address))
    # That a form's address cannot be fetched says nothing about what is behind it, nor that everybody's own news take
    # no forms.
    return status == 404 or (status == 405 and (method == "get" or address.startswith("/you/news/")))
