"""Requests of another desk: whole, silently, once; what cannot come says why."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from foredesk.activity.models import Event
from foredesk.catalogue.models import ServiceClass
from foredesk.catalogue.queries import default_class
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.mail.models import OutboxMessage
from foredesk.operations.importing.mapping import BadMap
from foredesk.operations.importing.running import BATCH
from foredesk.people.actions import invite
from foredesk.people.models import Person
from foredesk.people.queries import find_people
from foredesk.tickets import queries
from foredesk.tickets.actions import LONGEST_WORDS, import_tickets, write_as_customer
from foredesk.tickets.enums import CloseReason, State
from foredesk.tickets.models import Interview, Message, Solution, Span, Ticket
from tests.factories import PersonFactory, ServiceClassFactory, TeamFactory

from .world import COLUMNS, MAP, bring, everything, rows

pytestmark = pytest.mark.django_db
CLOSED = "INC1,2024-03-01 09:00,2024-03-02 17:30,Resolved,Maya Ortiz,maya@example.org,Printer,It prints stripes"
OPEN = "INC2,2024-03-05 09:00,,In progress,Maya Ortiz,maya@example.org,Screen,It stays dark"


def test_a_closed_request_comes_with_its_words_times_and_one_event_and_no_mail():
    report, refused = bring(rows(CLOSED))
    assert (report.rows, report.new, report.refused) == (1, 1, 0)
    assert refused.splitlines() == ["reason,number,opened,closed,state,caller,mail,title,text"]
    ticket = Ticket.objects.get()
    assert (ticket.source, ticket.source_id, ticket.channel) == ("Old desk", "INC1", "import")
    assert (ticket.state, ticket.close_reason) == (State.CLOSED, CloseReason.IMPORTED)
    assert ticket.created_at == datetime(2024, 3, 1, 9, tzinfo=UTC)
    assert ticket.closed_at == datetime(2024, 3, 2, 17, 30, tzinfo=UTC)
    assert ticket.subject == "Printer"
    assert ticket.interview.goal == "It prints stripes"
    assert [(s.state, s.began_at, s.ended_at) for s in ticket.spans.all()] == [
        ("working", ticket.created_at, ticket.closed_at),
        ("closed", ticket.closed_at, None),
    ]
    assert list(Event.objects.filter(about_type="tickets.ticket").values_list("tag", flat=True)) == ["ticket:imported"]
    assert not OutboxMessage.objects.exists()


def test_an_open_one_is_promised_its_next_word_from_now_on():
    now = datetime(2026, 11, 16, 9, tzinfo=UTC)
    with clock.at(now):
        bring(rows(OPEN))
    ticket = Ticket.objects.get()
    assert (ticket.state, ticket.closed_at, ticket.close_reason) == (State.WORKING, None, "")
    assert ticket.created_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert now < ticket.next_update_due < ticket.solution_target
    assert ticket.spans.get().ended_at is None
    assert not OutboxMessage.objects.exists()


def test_a_second_run_writes_nothing_at_all():
    bring(rows(CLOSED, OPEN, "INC3,2024-03-01,,Closed,Only A Name,,Words,"))
    before = everything()
    report, _refused = bring(rows(CLOSED, OPEN, "INC3,2024-03-01,,Closed,Only A Name,,Words,"))
    assert (report.new, report.here, report.refused) == (0, 3, 0)
    assert everything() == before


def test_a_dry_run_writes_nothing_and_finds_the_same():
    before = everything()
    dry, refused = bring(rows(CLOSED, "INC2,,,,,,,"), dry=True)
    assert everything() == before
    wet, refused_too = bring(rows(CLOSED, "INC2,,,,,,,"))
    assert (dry.new, dry.refused, dry.refusals, refused) == (wet.new, wet.refused, wet.refusals, refused_too)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (",2024-03-01,,,Maya,,T,W", "It has no number."),
        ("1,,,,Maya,,T,W", "does not say when it was asked"),
        ("1,yesterday,,,Maya,,T,W", "“yesterday” is no date"),
        ("1,2999-01-01,,,Maya,,T,W", "“2999-01-01” lies in the future"),
        ("1,1066-10-14,,,Maya,,T,W", "“1066-10-14” is before 1970"),
        ("1,2024-03-02,2024-03-01 08:00,,Maya,,T,W", "closed (2024-03-01 08:00) before it was asked"),
        ("1,2024-03-01,,Floating,Maya,,T,W", "“Floating” is no state that we know"),
        ("1,2024-03-01,,,,,T,W", "does not say whose it is"),
        ("1,2024-03-01,,,,maya at home,T,W", "“maya at home” is no mail address"),
        (f"1,2024-03-01,,,{'M' * 130},,T,W", "The name has 130 characters; 120 fit"),
        (f"{'9' * 130},2024-03-01,,,Maya,,T,W", "130 characters"),
        (f"1,2024-03-01,,,Maya,,T,{'w' * (LONGEST_WORDS + 1)}", "more than 200000 characters"),
        ("1,2024-03-01,,,Maya,T", "6 columns, but the header has 8"),
    ],
)
def test_what_cannot_come_says_why_and_can_be_mended(row, sentence):
    report, refused = bring(rows(CLOSED, row))
    assert (report.new, report.refused) == (1, 1)
    number, reason = report.refusals[0]
    assert number == 3
    assert sentence in reason
    assert sentence in refused
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize(
    ("row", "subject", "goal"),
    [
        ("1,2024-03-01,,,Maya,,,It prints stripes. And dots.", "It prints stripes", "It prints stripes. And dots."),
        ("1,2024-03-01,,,Maya,,Printer,", "Printer", "Printer"),
        ("1,2024-03-01,,,Maya,,,", "A request without words", ""),
        ("1,2024-03-01,,,Maya,n/a,Null ink,null", "Null ink", "Null ink"),
        (
            f"1,2024-03-01,,,Maya,,{'long ' * 40},W",
            ("long " * 24)[:119].rstrip() + "…",
            f"{('long ' * 40).strip()}\n\nW",
        ),
    ],
)
def test_words_find_their_place(row, subject, goal):
    report, _refused = bring(rows(row))
    assert report.refused == 0
    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.interview.goal) == (subject, goal)


@pytest.mark.parametrize(
    ("opened", "closed", "seconds"),
    [
        ("2024-03-01 09:00", "2024-03-01", 0),  # a day without a time is not before its own morning
        ("2024-03-01 09:00", "2024-03-01 08:59:30", 0),  # rounded
        ("2024-03-01T09:00:00+01:00", "2024-03-01T08:30:00Z", 1800),
        ("1/3/2024 9:00 AM", "1.3.2024 21:00", 43_200),
        ("1709283600", "1709283660", 60),
    ],
)
def test_times_are_read_as_people_and_systems_write_them(opened, closed, seconds):
    report, _refused = bring(rows(f"1,{opened},{closed},,Maya,,T,W"))
    assert report.refusals == []
    ticket = Ticket.objects.get()
    assert (ticket.closed_at - ticket.created_at).total_seconds() == seconds


def test_times_without_a_zone_are_in_the_zone_of_the_map_else_of_the_settings(settings):
    settings.TIME_ZONE = "Europe/Amsterdam"
    bring(rows("1,2024-07-01 12:00,,,Maya,,T,W"), said=MAP | {"timezone": ""})
    bring(rows("2,2024-07-01 12:00,,,Maya,,T,W"), said=MAP | {"timezone": "America/New_York"})
    assert [ticket.created_at.hour for ticket in Ticket.objects.order_by("source_id")] == [10, 16]


def test_a_state_that_says_open_counts_before_an_old_closing_time():
    bring(rows("1,2024-03-01,2024-03-02,Reopened,Maya,,T,W"))
    assert Ticket.objects.get().state == State.ASKED


def test_a_request_that_waited_waits_on_without_an_end():
    bring(rows("1,2024-03-01,,On hold,Maya,,T,W"))
    ticket = Ticket.objects.get()
    assert ticket.state == State.WAITING
    assert ticket.spans.get().until is None
    assert queries.waiting(PersonFactory(agent=True))[0].waits


def test_customers_are_found_by_address_number_or_exact_name():
    known = PersonFactory(full_name="María Ortiz", email="maria@example.org", number="s77")
    said = MAP | {"columns": COLUMNS | {"customer_number": "number"}}
    bring(rows("s77,2024-03-01,,,,,T,W"), said=said)
    bring(rows("2,2024-03-01,,,Other,MARIA@Example.org,T,W", '3,2024-03-01,,,"Ortiz, Maria",,T,W'))
    assert {ticket.customer for ticket in Ticket.objects.all()} == {known}


def test_a_name_that_two_people_have_is_refused_not_guessed():
    PersonFactory(full_name="Kim Lee")
    PersonFactory(full_name="Kim Lee")
    report, _refused = bring(rows("1,2024-03-01,,,Kim Lee,,T,W"))
    assert "2 people here are called “Kim Lee”" in report.refusals[0][1]


def test_whoever_has_only_a_name_gets_no_mail_and_may_not_sign_in():
    bring(rows("1,2024-03-01,,,Only Name,,T,W", "2,2024-03-01,,,only  NAME,,T,W"))
    person = Person.objects.get(full_name="Only Name")
    assert person.email.endswith(".invalid")
    assert not person.has_address
    assert not person.is_active
    assert person.requests.count() == 2
    administrator = PersonFactory(administrator=True)
    person.is_active = True
    person.save()
    assert find_people("only na") == [person]
    with pytest.raises(Refused, match="No mail reaches Only Name"):
        invite(by=administrator, person=person)
    assert not OutboxMessage.objects.exists()
    page = Client()
    page.force_login(administrator)
    for address in (reverse("people:people"), reverse("desk:ticket", args=[Ticket.objects.first().pk])):
        shown = page.get(address).content.decode()
        assert "no address" in shown
        assert ".invalid" not in shown


def test_an_unknown_address_may_sign_in_only_where_the_map_says_so():
    bring(rows(CLOSED))
    assert not Person.objects.get(email="maya@example.org").is_active
    bring(rows("9,2024-03-01,,,Ada,ada@example.org,T,W"), said=MAP | {"create": {"sign_in": True}})
    assert Person.objects.get(email="ada@example.org").is_active


def test_kinds_lanes_agents_and_severity_by_name():
    printing = ServiceClassFactory(name="Paper and ink", deep=True)
    agent = PersonFactory(agent=True, full_name="Tomás Reyes")
    PersonFactory(full_name="No Agent")
    team = TeamFactory(name="Front desk")
    rapid = default_class().lane
    rapid.teams.add(team)
    columns = {
        "id": "n", "created": "t", "customer_name": "c", "kind": "k", "group": "g", "assignee": "a", "severity": "p",
        "solution": "s", "conversation": "r", "notes": "w",
    }  # fmt: skip
    said = {
        "source": "Old", "columns": columns, "keep": ["x", "p"], "values": {"kind": {"PRN": "paper AND ink"}},
    }  # fmt: skip
    text = (
        "n,t,c,k,g,a,p,s,r,w,x\n"
        "1,2024-03-01,Maya,prn,front DESK,Tomas Reyes,P1,Cleaned,Hello there,Careful,left\n"
        "2,2024-03-01,Maya,Unheard of,Nobody,No Agent,whatever,,,,\n"
    )
    report, _refused = bring(text, said=said)
    assert report.refusals == []
    first, second = Ticket.objects.order_by("source_id")
    assert (first.service_class, first.lane, first.assignee, first.severity) == (printing, rapid, agent, "stopped")
    assert (second.service_class, second.lane, second.assignee) == (default_class(), default_class().lane, None)
    assert second.severity == "slowed"
    assert [(m.audience, m.body) for m in first.messages.all()] == [
        ("everyone", "Hello there"), ("it", "Careful"), ("it", "x: left\np: P1"),
    ]  # fmt: skip
    assert {m.author.full_name for m in first.messages.all()} == {"IT (Old)"}
    assert first.solutions.get().by == agent


def test_kinds_are_made_only_where_the_map_says_so():
    columns = {"id": "n", "created": "t", "customer_name": "c", "kind": "k"}
    text = "n,t,c,k\n1,2024-03-01,Maya,Telephones\n2,2024-03-01,Maya,telephones\n"
    bring(text, said={"source": "A", "columns": columns})
    assert not ServiceClass.objects.filter(name="Telephones").exists()
    bring(text, said={"source": "B", "columns": columns, "create": {"kinds": True}})
    assert Ticket.objects.filter(service_class__name="Telephones").count() == 2


def test_one_number_twice_in_a_file_is_refused_unless_the_rows_are_the_same():
    report, _refused = bring(rows(CLOSED, CLOSED, CLOSED.replace("stripes", "dots")))
    assert (report.new, report.here, report.refused) == (1, 1, 1)
    assert report.refusals == [(4, "Line 2 is about the same one.")]


def test_the_same_number_of_another_source_is_another_request():
    bring(rows(CLOSED))
    bring(rows(CLOSED), said=MAP | {"source": "Older desk"})
    assert Ticket.objects.count() == 2


def test_one_row_that_the_database_refuses_takes_no_other_with_it(monkeypatch):
    text = rows(*(CLOSED.replace("INC1", f"INC{n}") for n in range(20)))

    def strict(*, by, source, tickets):
        made = import_tickets(by=by, source=source, tickets=tickets)
        if any(past.source_id == "INC7" for past in tickets):
            raise ValueError("as a database would")
        return made

    monkeypatch.setattr("foredesk.operations.importing.tickets.import_tickets", strict)
    report, _refused = bring(text)
    assert (report.new, report.refused) == (19, 1)
    assert report.refusals == [(9, "The database did not take this row.")]
    assert Ticket.objects.count() == Interview.objects.count() == 19
    assert Span.objects.count() == 38


def test_the_number_there_is_shown_and_found():
    bring(rows(CLOSED, OPEN))
    ticket = Ticket.objects.get(source_id="INC1")
    agent = Client()
    agent.force_login(PersonFactory(agent=True))
    page = agent.get(reverse("desk:ticket", args=[ticket.pk])).content.decode()
    assert "INC1" in page
    assert "Old desk" in page
    found = agent.get(reverse("desk:all"), {"q": "INC1"}).content.decode()
    assert "Printer" in found
    assert "Screen" not in found
    customer = Client()
    maya = Person.objects.get(email="maya@example.org")
    maya.is_active = True
    maya.save()
    customer.force_login(maya)
    assert "INC1" in customer.get(reverse("portal:request", args=[ticket.pk])).content.decode()
    assert "Printer" in customer.get(reverse("portal:requests"), {"q": "INC1"}).content.decode()


def test_a_word_from_the_customer_opens_an_imported_request_again():
    bring(rows(CLOSED))
    ticket = Ticket.objects.get()
    write_as_customer(by=ticket.customer, ticket=ticket, body="It is back.")
    ticket.refresh_from_db()
    assert ticket.is_open


def test_as_many_queries_for_a_batch_as_for_three_rows():
    def counted(first: int, count: int) -> int:
        text = rows(*(f"{first + n},2024-03-01,,,Name{first + n} Of,,T,W" for n in range(count)))
        with CaptureQueriesContext(
            connection,
        ) as queries_made:
            assert bring(text)[0].new == count
        return len(queries_made)

    counted(0, 1)
    few = counted(10, 3)
    assert counted(100, 60) <= few + 6  # SQLite takes so many values a statement


def test_a_limit_stops_after_so_many_rows_and_progress_is_told_batch_by_batch():
    text = rows(*(f"{n},2024-03-01,,,Maya,,T,W" for n in range(BATCH * 2 + 5)))
    told = []
    report, _refused = bring(text, limit=BATCH + 1, progress=lambda so_far: told.append(so_far.rows))
    assert report.rows == report.new == BATCH + 1
    assert told == [BATCH, BATCH + 1]


def test_an_import_that_goes_on_counts_what_it_brought_before_as_new():
    bring(rows(CLOSED))
    newest = Ticket.objects.latest("pk").pk
    bring(rows(CLOSED, OPEN))  # was stopped after this
    report, _refused = bring(rows(CLOSED, OPEN, OPEN.replace("INC2", "INC3")), newest=newest)
    assert (report.new, report.here) == (2, 1)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"columns": COLUMNS}, "Say what the other desk is called"),
        ({"source": "A", "columns": {"id": "number"}}, "“Asked”"),
        ({"source": "A", "columns": {"id": "number", "created": "opened"}}, "who the customer is"),
        ({"source": "A", "columns": COLUMNS | {"id": "no such"}}, "no column “no such”. It has: number, opened"),
        ({"source": "A", "columns": COLUMNS | {"shape": "x"}}, r"\[columns\] says “shape”"),
        ({"source": "A", "colour": "red", "columns": COLUMNS}, "“colour”, which means nothing"),
        ({"source": "A" * 41, "columns": COLUMNS}, "40 characters"),
        ({"source": "A", "timezone": "Mars/Olympus", "columns": COLUMNS}, "no time zone “Mars/Olympus”"),
        ({"source": "A", "timezone": "../../etc/passwd", "columns": COLUMNS}, "no time zone"),
        ({"source": "A", "date_order": "year first", "columns": COLUMNS}, "day first"),
        ({"source": "A", "columns": COLUMNS, "values": {"state": {"x": "gone"}}}, "may say: asked, working"),
        ({"source": "A", "columns": COLUMNS, "values": {"group": {"x": "No team"}}}, "No team or lane here"),
        ({"source": "A", "columns": COLUMNS, "create": {"teams": True}}, r"\[create\] says “teams”"),
        ({"source": 7, "columns": COLUMNS}, "words in quotation marks"),
        ({"source": "A", "columns": COLUMNS | {"id": 7}}, "has to be a column"),
    ],
)
def test_a_map_that_cannot_be_followed_says_why(said, sentence):
    with pytest.raises(BadMap, match=sentence):
        bring(rows(CLOSED), said=said)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.text(max_size=30), min_size=8, max_size=8), max_size=6), st.binary(max_size=40))
@example([["\x1f\x08"] * 8] * 6, b"\x00\xff\x1f\x8b")
def test_no_bytes_leave_half_a_request(table, garbage):
    text = rows(*(",".join(f'"{cell}"' for cell in cells) for cells in table), CLOSED)
    report, _refused = bring(text.encode("utf-8", "surrogatepass") + garbage, said=MAP | {"encoding": "utf-8"})
    assert report.rows == report.new + report.here + report.refused
    whole = Ticket.objects.filter(interview__isnull=False)
    assert whole.count() == Ticket.objects.count()
    for ticket in whole:
        assert ticket.spans.filter(ended_at=None).count() == 1
        assert Event.objects.filter(about_type="tickets.ticket", about_id=ticket.pk, tag="ticket:imported").count() == 1
    assert not Message.objects.filter(ticket=None).exists()
    assert not Solution.objects.filter(ticket=None).exists()
