"""Every address as somebody who must not know of a private request: nothing there, nothing told, nothing counted.

The same pages are read before and after private requests exist, and have to be the same to the letter.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from difflib import unified_diff
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from foredesk.attachments.actions import store_file
from foredesk.catalogue.actions import make_private
from foredesk.catalogue.models import ServiceClass
from foredesk.forecasts.actions import add_step, promise_anew
from foredesk.kit import clock
from foredesk.kit.numbering import begin_numbers_at
from foredesk.mail.models import OutboxMessage
from foredesk.people.models import Person
from foredesk.tickets import actions
from foredesk.tickets.enums import FollowerReason, Holder
from foredesk.tickets.models import Ticket
from tests.factories import CannedReplyFactory, PersonFactory, ServiceClassFactory, TeamFactory

from .test_permission_walk import IT, World, a_mail, address_of, patterns, world

__all__ = ["world"]

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)  # 10:00 in Amsterdam, a working day
WORD = "Xylograph"  # stands in everything that is private, and nowhere else
FIRST_NUMBER = 73421
SECRET = re.compile(rf"{WORD}|\b7342[1-9]\b", re.IGNORECASE)
# What differs from one answer to the next by itself.
CHANCE = re.compile(
    r'csrfmiddlewaretoken" value="\w+"|X-CSRFToken": ?"\w+"|csrf-token" content="\w+"|nonce="[^"]+"|[0-9a-f]{32}'
)
# Where an administrator takes out or looks after everything, by design and on record: contents are not shown there.
WHOLE_INSTALLATION = ("operations:",)
DRAWN_ANEW = "account_app"  # a secret and its picture


@pytest.fixture(autouse=True)
def _numbers_begin_low(db: None) -> None:
    """PostgreSQL's sequences stay where the test before left them, and nothing else may have the secrets' numbers."""
    begin_numbers_at(Ticket, 1)


@dataclass
class Secrets:
    insider: Person
    kind: ServiceClass


@pytest.fixture
def secrets(world: World) -> Iterator[Secrets]:
    with clock.at(MONDAY):
        insider = PersonFactory(full_name="Ivy Insider", agent=True)
        team = TeamFactory(name="Staff matters")
        team.members.add(insider)
        kind = ServiceClassFactory(name="Something confidential")
        make_private(by=None, service_class=kind, teams=[team])
        OutboxMessage.objects.update(state="failed")
        yield Secrets(insider, kind)


def confide(world: World, secrets: Secrets, knows_too_much: Person) -> World:
    """Private requests in every state, with rows that name somebody who must not know; the world of their numbers."""
    begin_numbers_at(Ticket, FIRST_NUMBER)
    customer, insider = world.people["customer"], secrets.insider
    customer.department.shares_requests = True
    customer.department.save()
    canned = CannedReplyFactory(title=f"{WORD} canned", body=WORD, service_class=secrets.kind)
    tickets = []
    for _state in ("working", "waiting", "offered", "closed"):
        shot = store_file(by=customer, upload=SimpleUploadedFile(f"{WORD}.txt", WORD.encode()))
        draft = actions.start_interview(by=customer, goal=f"{WORD} in the cellar", service_class=secrets.kind)
        actions.save_answers(by=customer, interview=draft, happened=WORD, theory=WORD, needed_by=WORD)
        actions.attach_to_interview(by=customer, interview=draft, attachment=shot)
        tickets.append(actions.send_interview(by=customer, interview=draft))
    working, waiting, offered, closed = tickets
    followers = []
    for one in tickets:
        restatement = actions.restate(by=insider, ticket=one, text=f"{WORD} is to go.")
        actions.reply(by=insider, ticket=one, body=f"{WORD} it is.", attachments=[shot])
        note = actions.add_note(by=insider, ticket=one, body=f"{WORD}, they say.")
        # As in the days before the kind was private.
        note.mentions.add(knows_too_much)
        followers.append(one.followers.create(person=knows_too_much, reason=FollowerReason.OWNER))
        actions.keep_draft(by=knows_too_much, ticket=one, purpose="reply", body=WORD)
    actions.wait_for(
        by=insider, ticket=waiting, holder=Holder.DATE, reason=WORD, until=clock.now() + timedelta(hours=2)
    )
    solution = actions.offer_solution(by=insider, ticket=offered, text=f"{WORD} is gone.")
    actions.withdraw(by=customer, ticket=closed, words=WORD)
    Ticket.objects.filter(service_class=secrets.kind).update(
        assignee=knows_too_much, next_update_due=clock.now() - timedelta(hours=1)
    )
    step = add_step(by=insider, ticket=working, title=f"{WORD} step", owner=insider)
    until = clock.now() + timedelta(days=2)
    promise_anew(by=insider, ticket=working, until=until, reason=f"{WORD} takes longer.")
    OutboxMessage.objects.update(state="failed")
    mail = OutboxMessage.objects.filter(about=f"ticket:{working.pk}").latest("pk")
    came = a_mail(working, of=customer, words=WORD)
    parts = {
        **world.numbers["pk"],
        "requests/<int:number>/restatements": restatement.pk,
        "requests/<int:number>/solutions": solution.pk,
        "requests/<int:number>/followers": followers[0].pk,
        "desk/tickets/<int:number>/files": shot.pk,
        "desk/tickets/<int:number>/canned": canned.pk,
        "desk/tickets/<int:number>/followers": followers[0].pk,
        "desk/tickets/<int:number>/steps": step.pk,
        "desk/outbox/": mail.pk,
        "desk/incoming/": came.pk,
        "desk/tickets/<int:number>/mails": came.pk,
        "requests/<int:number>/mails": came.pk,
        "desk/settings/replies/": canned.pk,
    }
    return replace(world, numbers={**world.numbers, "number": working.pk, "file": shot.pk, "pk": parts})


def addresses(world: World) -> Iterator[tuple[str, dict[str, str]]]:
    """Everything that can be fetched, and what a reader may ask of lists."""
    for route, name, pattern in patterns():
        if not name.startswith(WHOLE_INSTALLATION) and name != DRAWN_ANEW:
            yield address_of(route, name, pattern, world), {}
    lists = ("desk:today", "desk:deep", "desk:mine", "desk:waiting", "desk:silent")
    for name in lists:
        yield f"{reverse(name)}?shown={FIRST_NUMBER},{FIRST_NUMBER + 1},{FIRST_NUMBER + 3}", {"HX-Request": "true"}
    for name in ("desk:all", "portal:requests", "portal:followed", "portal:department"):
        for words in (str(FIRST_NUMBER), "cellar", "in any case nothing"):
            yield f"{reverse(name)}?q={words}", {}
    for state in ("open", "closed", "waiting", "offered", "working"):
        yield f"{reverse('desk:all')}?state={state}", {}
    yield f"{reverse('mail:outbox')}?state=failed", {}
    yield f"{reverse('intake:log')}?state=filed", {}
    yield f"{reverse('portal:ask')}?after={FIRST_NUMBER}", {}
    yield f"{reverse('people:search')}?q={world.people['customer'].full_name}", {}


def read(person: Person, world: World) -> dict[str, str]:
    """All pages as somebody reads them, without what differs by chance."""
    client = Client()
    client.force_login(Person.objects.get(pk=person.pk))
    found = {}
    for address, headers in addresses(world):
        answer = client.get(address, headers=headers)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if answer.headers["Content-Type"] == "application/zip":
            with ZipFile(BytesIO(body)) as packed:
                body = b"\n".join(packed.read(name) for name in packed.namelist())
        words = CHANCE.sub("", body.decode(errors="replace"))
        found[address] = f"{answer.status_code} {answer.headers.get('Location', '')}\n{words}"
    return found


@pytest.mark.parametrize("role", ["agent", "lead", "administrator", "head", "stranger"])
def test_pages_are_the_same_with_and_without_private_requests(role: str, world: World, secrets: Secrets) -> None:
    reader = world.people[role]
    if role == "stranger":
        world.people["customer"].department.people.add(reader)  # a colleague, where the head lets them share
    world.people["customer"].department.shares_requests = True
    world.people["customer"].department.save()
    read(reader, world)  # the first visit leaves its mark
    before = read(reader, world)
    confide(world, secrets, reader)
    after = read(reader, world)
    # A number that was asked for stands in the search field; beside that, not even its page says it.
    told = [address for address, page in after.items() if SECRET.search(page) and ("?" not in address or WORD in page)]
    assert not told
    differing = [
        "\n".join(unified_diff(before[address].splitlines(), page.splitlines(), "before", address, n=0, lineterm=""))
        for address, page in after.items()
        if page != before[address]
    ]
    assert not differing, "\n".join(differing)


@pytest.mark.parametrize("role", ["agent", "lead", "administrator", "head", "stranger"])
def test_nothing_of_a_private_request_has_an_address(role: str, world: World, secrets: Secrets) -> None:
    reader = world.people[role]
    private = confide(world, secrets, reader)
    parts = {"desk/outbox/", "desk/incoming/", "desk/settings/replies/"}
    client = Client()
    client.force_login(Person.objects.get(pk=reader.pk))
    walked, wrong = 0, []
    for route, name, pattern in patterns():
        of_it = "number" in (pattern.pattern.converters or {}) or any(
            route.startswith(part) and "<int:pk>" in route for part in parts
        )
        if not of_it:
            continue
        address = address_of(route, name, pattern, private)
        for method in ("get", "post"):
            status = getattr(client, method)(address).status_code
            walked += 1
            # That an address is only fetched, or only posted to, says nothing about what is behind it.
            if status not in {404, 405}:
                wrong.append(f"{role} {method.upper()} {address} ({name}): {status}")
    assert not wrong, "\n".join(wrong)
    assert walked > 60


def test_the_team_meets_it_wherever_it_works(world: World, secrets: Secrets) -> None:
    """Else the pages above would prove nothing."""
    private = confide(world, secrets, secrets.insider)
    pages = read(secrets.insider, private)
    told = {address for address, page in pages.items() if SECRET.search(page.replace(address, ""))}
    lists = ("desk:today", "desk:mine", "desk:waiting", "desk:silent", "desk:all")
    assert {reverse(name) for name in lists} <= told
    assert reverse("desk:ticket", args=[FIRST_NUMBER]) in told
    assert len(told) > 20
    assert {"agent", "lead", "administrator"} <= IT
