from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from foredesk.mail import actions
from foredesk.mail.models import OutboxMessage
from foredesk.mail.queries import mails_about, outbox_page
from foredesk.people.enums import Role
from foredesk.people.models import Person
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
OUTBOX = "/desk/outbox/"


def mails(number: int, **changes: Any) -> list[OutboxMessage]:
    start = OutboxMessage.objects.count()
    values = {
        "to": "maya@college.example",
        "kind": "reply",
        "subject": "Hello",
        "text": "There",
        "html": "<p>There</p>",
    }
    return [actions.post(**({**values, "key": f"mail:{start + n}"} | changes)) for n in range(number)]


@pytest.fixture
def lead(person: Callable[..., Person], client: Client) -> Client:
    client.force_login(person(Role.LEAD))
    return client


def test_only_leads_and_administrators_open_the_outbox(person: Callable[..., Person], client: Client) -> None:
    (mail,) = mails(1)
    pages = [OUTBOX, f"{OUTBOX}{mail.pk}/", f"{OUTBOX}{mail.pk}/body"]
    for page in pages:
        assert client.get(page).status_code == 302
    for role, status in [(Role.CUSTOMER, 404), (Role.AGENT, 404), (Role.LEAD, 200), (Role.ADMINISTRATOR, 200)]:
        client.force_login(person(role))
        for page in pages:
            assert client.get(page).status_code == status, (role, page)
        assert client.get(f"{OUTBOX}{mail.pk}/attempt").status_code == (404 if status == 404 else 405)
        assert client.post(f"{OUTBOX}{mail.pk}/attempt").status_code == (404 if status == 404 else 302)
        assert client.get(f"{OUTBOX}99999999/").status_code == 404


@pytest.mark.parametrize("address", [OUTBOX, f"{OUTBOX}?state=sent"])
def test_the_list_costs_the_same_for_one_and_for_three(
    lead: Client, django_assert_max_num_queries: Any, address: str
) -> None:
    counts = []
    for number in (1, 2):
        mails(number, about="ticket:4711")
        with django_assert_max_num_queries(20) as queries:
            assert lead.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_it_pages_by_key(lead: Client) -> None:
    posted, reader = mails(5), PersonFactory(lead=True)
    page = outbox_page(reader, size=2)
    assert [mail.pk for mail in page.mails] == [posted[4].pk, posted[3].pk]
    page = outbox_page(reader, size=2, before=page.older_than)
    assert [mail.pk for mail in page.mails] == [posted[2].pk, posted[1].pk]
    page = outbox_page(reader, size=2, before=page.older_than)
    assert [mail.pk for mail in page.mails] == [posted[0].pk]
    assert page.older_than is None
    for before in ("x", "-1", "9" * 40, "²"):
        assert lead.get(OUTBOX, {"before": before}).status_code == 200


def test_states_are_filtered_and_an_empty_list_says_so(lead: Client) -> None:
    mails(1, subject="One that went")
    mails(1, subject="One that did not", to="nowhere")
    sent = lead.get(OUTBOX, {"state": "sent"}).content.decode()
    assert "One that went" in sent
    assert "One that did not" not in sent
    assert "One that did not" in lead.get(OUTBOX, {"state": "failed"}).content.decode()
    assert "No mail here" in lead.get(OUTBOX, {"state": "queued"}).content.decode()
    assert "One that went" in lead.get(OUTBOX, {"state": "nonsense"}).content.decode()


def test_the_demo_says_that_mails_are_kept(lead: Client) -> None:
    (mail,) = mails(1)
    for page in (OUTBOX, f"{OUTBOX}{mail.pk}/"):
        assert "not sent out" in lead.get(page).content.decode()


def test_the_body_is_locked_in(lead: Client) -> None:
    (mail,) = mails(1, html="<html><head></head><body><script>alert(1)</script></body></html>")
    answer = lead.get(f"{OUTBOX}{mail.pk}/body")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-popups")
    assert "allow-scripts" not in policy
    assert "default-src 'none'" in policy
    assert '<base target="_blank">' in answer.content.decode()


def test_a_secret_is_for_an_administrator_of_the_demo_only(
    person: Callable[..., Person], client: Client, settings: Any
) -> None:
    (mail,) = mails(1, is_secret=True, text="the link")
    for demo, role, shown in [
        (True, Role.LEAD, False),
        (True, Role.ADMINISTRATOR, True),
        (False, Role.ADMINISTRATOR, False),
    ]:
        settings.DEMO = demo
        client.force_login(person(role))
        assert ("the link" in client.get(f"{OUTBOX}{mail.pk}/").content.decode()) is shown
        assert client.get(f"{OUTBOX}{mail.pk}/body").status_code == (200 if shown else 404)


def test_a_failed_mail_offers_another_try(lead: Client) -> None:
    (mail,) = mails(1, to="nowhere")
    page = f"{OUTBOX}{mail.pk}/"
    assert "Try again" in lead.get(page).content.decode()
    OutboxMessage.objects.update(to="maya@college.example")
    answer = lead.post(reverse("mail:attempt", args=[mail.pk]), follow=True)
    assert "on its way again" in answer.content.decode()
    assert OutboxMessage.objects.get().state == "sent"
    answer = lead.post(reverse("mail:attempt", args=[mail.pk]), follow=True)
    assert "nothing to try again" in answer.content.decode()


def test_mails_about_one_ticket_come_oldest_first() -> None:
    first, second = mails(2, about="ticket:7")
    mails(1, about="ticket:77")
    assert [mail.pk for mail in mails_about("ticket:7")] == [first.pk, second.pk]
    assert (first.ticket_number, OutboxMessage(about="article:7").ticket_number) == (7, None)
