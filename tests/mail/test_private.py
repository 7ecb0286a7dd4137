"""What has become private, or is not theirs for another reason, is told to nobody any more: not late, not together."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from foredesk.catalogue.actions import make_private
from foredesk.mail import actions, queries
from foredesk.mail.effects import deliver
from foredesk.mail.enums import NotSent, OutboxState, Topic, Way
from foredesk.mail.models import OutboxMessage
from foredesk.people.models import Person
from tests.factories import PersonFactory, ServiceClassFactory, TeamFactory

from .test_together import MONDAY, at, news, run_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def maya(db: None) -> Person:
    return PersonFactory(full_name="Maya Ortiz")


def test_it_holds_what_is_theirs_still(sink: Any, maya: Person) -> None:
    actions.choose_ways(by=maya, ways={Topic.PROGRESS: Way.DIGEST})
    with at(0):
        for key in ("one", "two"):
            news(maya, key, topic=Topic.PROGRESS)
        news(maya, "private", topic=Topic.PROGRESS, about="ticket:404")  # there is no such ticket (any more)
    with at(24 * 60):
        run_all()
        run_all()
    (digest,) = sink.mails
    assert digest["Subject"] == "Your news of today: 2 things"
    assert "Words private" not in digest.get_body(("plain",)).get_content()
    hidden = OutboxMessage.objects.get(key="private")
    assert (hidden.state, hidden.not_sent_because, hidden.text) == (OutboxState.DROPPED, NotSent.NOT_THEIRS, "")


def test_what_is_tried_again_is_theirs_still(sink: Any, maya: Person) -> None:
    sink.answers = ["451 Not now", "451 Not now"]
    with at(0):
        single = news(maya, "private", about="ticket:404")  # it became private after this
        news(maya, "open", about="")
        run_all()
    with at(60):
        for pk in OutboxMessage.objects.values_list("pk", flat=True):
            deliver.call(pk)
    assert ["open" in mail["Subject"] for mail in sink.mails] == [True]
    single.refresh_from_db()
    assert (single.state, single.not_sent_because, single.text) == (OutboxState.DROPPED, NotSent.NOT_THEIRS, "")


def test_of_what_leaves_together_too(sink: Any, maya: Person) -> None:
    actions.choose_ways(by=maya, ways={Topic.PROGRESS: Way.DIGEST})
    with at(0):
        for about in ("ticket:404", "topic:7"):
            news(maya, f"about {about}", topic=Topic.PROGRESS, about=about)
    bundle = OutboxMessage.objects.create(
        to=maya.email, person=maya, sender="desk@college.example", subject="Two", kind="digest", key="digest:1",
        queued_at=MONDAY, not_before=MONDAY,
    )  # fmt: skip
    OutboxMessage.objects.exclude(pk=bundle.pk).update(sent_in=bundle)
    with at(60):
        deliver.call(bundle.pk)
    (sent,) = sink.mails
    words = sent.get_body(("plain",)).get_content()
    assert "Words about topic:7" in words
    assert "ticket:404" not in words


def test_news_on_the_page(maya: Person) -> None:
    with at(0):
        hidden, seen = news(maya, "private", about="ticket:404"), news(maya, "open", about="")
    assert [one.pk for one in queries.news_page(maya).mails] == [seen.pk]
    assert queries.piece_of_news(maya, hidden.pk) is None
    assert queries.piece_of_news(maya, seen.pk) == seen


def test_the_outbox_of_those_who_must_not_know_of_it(maya: Person, client: Client) -> None:
    """Neither what a mail holds nor that one waits for somebody to look at it."""
    kind, team = ServiceClassFactory(), TeamFactory()
    insider, outsider = PersonFactory(lead=True), PersonFactory(lead=True)
    team.members.add(insider)
    make_private(by=None, service_class=kind, teams=[team])
    scope = f"class:{kind.pk}"
    held = [news(maya, "open", about="topic:1"), news(maya, "private", about="topic:2", scope=scope)]
    bundle = OutboxMessage.objects.create(to=maya.email, sender="x@y.example", subject="2 news", kind="digest", key="d")
    OutboxMessage.objects.filter(pk__in=[one.pk for one in held]).update(sent_in=bundle)
    failed = news(maya, "failed", about="topic:2", scope=scope)
    OutboxMessage.objects.filter(pk=failed.pk).update(state=OutboxState.FAILED)
    for reader, sees in ((insider, True), (outsider, False)):
        client.force_login(reader)
        page = client.get(reverse("mail:message", args=[bundle.pk])).content.decode()
        body = client.get(reverse("mail:body", args=[bundle.pk])).content.decode()
        assert "flickers, open" in page
        assert ("flickers, private" in page) is ("Words private" in body) is sees
        assert queries.failed_count(reader) == int(sees)
