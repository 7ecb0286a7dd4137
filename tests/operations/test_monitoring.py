"""Figures and lines for machines: right, complete, and with nobody's secrets in them."""

import json
import logging
import os
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django_tasks_db.models import DBTaskResult
from prometheus_client.parser import text_string_to_metric_families

from foredesk.intake.models import Incoming, Mailbox
from foredesk.kit import clock, queue
from foredesk.kit.tracing import Discreet, masked, request_id, traced
from foredesk.mail.models import OutboxMessage
from foredesk.operations.models import Worker
from foredesk.operations.worker import DeskWorker
from foredesk.tickets import actions
from tests.factories import PersonFactory

TOKEN = {"Authorization": "Bearer of-the-scraper"}
seen: list[str] = []


@queue.task()
def remember_request() -> None:
    seen.append(request_id())


@pytest.fixture(autouse=True)
def _token(settings: Any) -> None:
    settings.METRICS_TOKEN = "of-the-scraper"


def _figures(client: Client) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    answer = client.get("/metrics", headers=TOKEN)
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.content.decode())
    return {(one.name, frozenset(one.labels.items())): one.value for family in families for one in family.samples}


def test_no_token_no_such_address(settings: Any, db: None) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "of-the-scraper"}):
        assert Client().get("/metrics", headers=headers).status_code == 404
    settings.METRICS_TOKEN = ""
    for given in ("Bearer ", "Bearer"):
        assert Client().get("/metrics", headers={"Authorization": given}).status_code == 404


def test_requests_are_counted_by_route_and_never_by_address(db: None) -> None:
    before = _figures(Client())
    for number in (4711, 4712):
        Client().get(f"/requests/{number}/")
    Client().get("/no/such/c0ffee1234567890/")
    Client().generic("BREW", "/")
    figures = _figures(Client())
    one = (
        "foredesk_requests_total",
        frozenset({("method", "GET"), ("route", "/requests/<int:number>/"), ("status", "302")}),
    )
    assert figures[one] - before.get(one, 0) == 2
    told = json.dumps([(name, sorted(labels)) for name, labels in figures])
    for word in ("4711", "c0ffee1234567890", "BREW"):
        assert word not in told


def test_what_the_database_knows(db: None) -> None:
    Worker.objects.create(name="a:1:b")
    interview = actions.start_interview(by=PersonFactory(), goal="print")
    actions.send_interview(by=interview.person, interview=interview)
    OutboxMessage.objects.create(to="a@b.org", sender="d@b.org", subject="s", text="t", key="k", state="failed")
    figures = _figures(Client())
    assert figures["foredesk_workers", frozenset()] == 1
    assert figures["foredesk_outbox_mails", frozenset({("state", "failed")})] == 1
    assert figures["foredesk_open_tickets", frozenset({("lane", "rapid"), ("state", "asked")})] == 1
    assert figures["foredesk_disk_free_bytes", frozenset()] > 0
    assert ("foredesk_backup_age_seconds", frozenset()) not in figures


def test_what_came_in_and_was_not_read_and_mailboxes_that_fail(db: None) -> None:
    now = clock.now()
    failing = {"host": "imap.example.org", "failing_since": now}
    box = Mailbox.objects.create(name="Desk", address="desk@example.org", **failing)
    Mailbox.objects.create(name="Paused", address="paused@example.org", is_active=False, **failing)
    Mailbox.objects.create(name="Handed", address="handed@example.org", failing_since=now)
    Mailbox.objects.create(name="Fine", address="fine@example.org", host="imap.example.org")
    states = ["stored", "stored", "withheld", "quarantined", "quarantined", "quarantined", "set_aside", "filed"]
    for age, state in enumerate(states):
        came = now - timedelta(seconds=100 - 10 * age)
        Incoming.objects.create(
            mailbox=box, door="imap", size=1, fingerprint=str(age), state=state, came_at=came, not_before=came
        )
    figures = _figures(Client())
    states_told = {
        dict(labels)["state"]: n for (name, labels), n in figures.items() if name == "foredesk_incoming_mails"
    }
    assert states_told == {"stored": 2, "withheld": 1, "quarantined": 3, "set_aside": 1}
    assert 100 <= figures["foredesk_incoming_oldest_seconds", frozenset()] < 130
    assert figures["foredesk_mailboxes_failing", frozenset()] == 1
    Incoming.objects.filter(state="stored").delete()
    assert _figures(Client())["foredesk_incoming_oldest_seconds", frozenset()] == 0


def test_an_id_goes_with_a_request_and_its_tasks(settings: Any, transactional_db: None, monkeypatch: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "foredesk.kit.traced_queue.TracedBackend"}}
    monkeypatch.setattr(queue, "_jobs", {})
    seen.clear()
    answer = Client().get("/", headers={"X-Request-ID": "proxy-4711-abcdef"})
    assert answer["X-Request-ID"] == "proxy-4711-abcdef"
    for strange in ("short", "x" * 65, "a b c d e f g", "äöüäöüäöü"):
        assert Client().get("/", headers={"X-Request-ID": strange})["X-Request-ID"] != strange
    with traced() as identifier:
        remember_request.enqueue()
    assert DBTaskResult.objects.get().args_kwargs["request_id"] == identifier
    DeskWorker(until_idle=True).run()
    assert seen == [identifier]
    assert request_id() == ""


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("Mail to maya.ortiz+x@example.ac.uk failed", "Mail to …@… failed"),
        ("/account/password/reset/key/a1-c0ffee1234567890/", "/account/password/reset/key/…/"),
        ("/feeds/8f14e45fceea167a5a36dedd4bea2543?x=1", "/feeds/…?x=1"),
        (f"/account/invitation/{'aBcD' * 11}/", "/account/invitation/…/"),  # one in 1400 has no digit
        ("/setup/?key=aB-c_D HTTP/1.1", "/setup/?key=… HTTP/1.1"),
        ("/requests/4812/ took 3 ms", "/requests/4812/ took 3 ms"),
        ('File "/srv/foredesk/operations/worker.py", line 3', 'File "/srv/foredesk/operations/worker.py", line 3'),
    ],
)
def test_addresses_and_tokens_are_masked(said: str, written: str) -> None:
    assert masked(said) == written


def test_tracebacks_are_masked_too() -> None:
    try:
        raise ValueError("maya@example.org")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "%s", ("ada@example.org",), sys.exc_info())
    Discreet().filter(record)
    shown = logging.Formatter().format(record)
    assert "example.org" not in shown
    assert "ValueError: …@…" in shown


def test_a_line_of_json_for_each_request(tmp_path: Any) -> None:
    script = (
        "import django; django.setup()\n"
        "import logging\n"
        "from foredesk.kit.tracing import traced\n"
        "with traced('proxy-4711-abcdef'):\n"
        "    logging.getLogger('foredesk.request').info('GET / 200', extra={'route': '/', 'ms': 1.5})\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "FOREDESK_HOME": str(tmp_path), "LOG_FORMAT": "json"}
        | {"DJANGO_SETTINGS_MODULE": "foredesk.config.settings", "FOREDESK_DEMO": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    line = json.loads(ended.stderr.strip().splitlines()[-1])
    assert (line["logger"], line["level"], line["message"], line["route"], line["ms"], line["request_id"]) == (
        "foredesk.request",
        "INFO",
        "GET / 200",
        "/",
        1.5,
        "proxy-4711-abcdef",
    )
    assert line["time"]


def test_an_unknown_format_gets_a_sentence(tmp_path: Any) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "foredesk", "help"],
        env={**os.environ, "FOREDESK_HOME": str(tmp_path), "LOG_FORMAT": "xml"}
        | {"DJANGO_SETTINGS_MODULE": "foredesk.config.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "either line or json" in ended.stdout + ended.stderr
