"""The pages: a file is looked at, mapped, tried out, brought in by a worker; the report stays."""

import gzip

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from foredesk.catalogue.actions import make_private
from foredesk.kit import clock
from foredesk.operations import actions
from foredesk.operations.enums import RunState
from foredesk.operations.importing.background import bring_in
from foredesk.operations.models import Run
from foredesk.people.models import Person
from foredesk.tickets.models import Ticket
from tests.factories import PersonFactory, ServiceClassFactory, TeamFactory

pytestmark = pytest.mark.django_db
LIST = reverse("operations:imports")
TICKETS = (
    b"Number,Opened,State,Caller,Title\n"
    b"1,2024-03-01,Closed,Maya Ortiz,Printer\n"
    b"2,2024-03-02,Parked,Maya Ortiz,Screen\n"
    b"3,yesterday,Closed,Maya Ortiz,Mouse\n"
)


@pytest.fixture
def boss(db) -> Client:
    client = Client()
    client.force_login(PersonFactory(administrator=True))
    return client


def bring(boss: Client, data: bytes = TICKETS, target: str = "tickets", name: str = "../../old desk.csv") -> Run:
    answer = boss.post(LIST, {"target": target, "file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 302, answer.content.decode()
    return Run.objects.latest("pk")


def typed(boss: Client, run: Run) -> dict[str, str]:
    form = boss.get(reverse("operations:import", args=[run.pk])).context["form"]
    return {bound.html_name: bound.value() for bound in form if bound.value() not in {None, "", False}}


def test_from_the_file_to_the_requests(boss):
    run = bring(boss)
    assert run.state == RunState.DRAFT
    assert run.path.startswith("imports/")
    assert "old desk" not in run.path
    page = boss.get(reverse("operations:import", args=[run.pk])).content.decode()
    assert "Maya Ortiz" in page  # a sample
    told = typed(boss, run)
    assert (told["column-id"], told["column-created"], told["column-customer_name"]) == ("Number", "Opened", "Caller")
    assert told["word-state-0"] == "closed"
    assert "word-state-1" not in told  # “Parked” is for somebody to explain
    boss.post(reverse("operations:import_map", args=[run.pk]), told)
    run.refresh_from_db()
    assert (run.state, run.report["new"], run.report["refused"]) == (RunState.DRAFT, 1, 2)
    assert not Ticket.objects.exists()
    page = boss.get(reverse("operations:import", args=[run.pk])).content.decode()
    assert "“Parked” is no state that we know" in page
    assert "“yesterday” is no date" in page

    boss.post(reverse("operations:import_map", args=[run.pk]), told | {"word-state-1": "waiting"})
    boss.post(reverse("operations:import_start", args=[run.pk]))
    run.refresh_from_db()
    assert (run.state, run.report["new"], run.report["refused"]) == (RunState.DONE, 2, 1)
    assert set(Ticket.objects.values_list("source_id", "state")) == {("1", "closed"), ("2", "waiting")}
    refused = boss.get(reverse("operations:import_refused", args=[run.pk]))
    assert refused["Content-Disposition"].startswith("attachment")
    rows = b"".join(refused).decode("utf-8-sig").splitlines()
    assert rows[0] == "reason,Number,Opened,State,Caller,Title"

    mended = bring(boss, "\n".join(rows).replace("yesterday", "2024-03-03").encode(), name="refused (1).csv")
    assert typed(boss, mended) == told  # nothing has to be said again, whatever the file is called now
    boss.post(reverse("operations:import_map", args=[mended.pk]), told)
    boss.post(reverse("operations:import_start", args=[mended.pk]))
    assert Ticket.objects.count() == 3
    assert boss.get(LIST).status_code == 200


def test_people_by_the_page(boss):
    run = bring(boss, gzip.compress(b"e-mail;name;dept\nmaya@example.org;Maya Ortiz;Design\n"), "people")
    told = typed(boss, run) | {"create-departments": "on"}
    boss.post(reverse("operations:import_map", args=[run.pk]), told)
    assert not Person.objects.filter(email="maya@example.org").exists()
    boss.post(reverse("operations:import_start", args=[run.pk]))
    assert Person.objects.get(email="maya@example.org").department.name == "Design"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"PK\x03\x04zip", "zip file"),
        (b"a,a\n1,2\n", "names “a” twice"),
        (bytes(range(256)) * 30, "no text"),
    ],
)
def test_a_file_that_is_none_is_refused_at_its_field(boss, data, sentence):
    answer = boss.post(LIST, {"target": "tickets", "file": SimpleUploadedFile("x.csv", data)})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Run.objects.exists()


def test_a_file_that_is_too_large_for_the_page(boss, settings):
    settings.IMPORT_MAX_MB = 0
    answer = boss.post(LIST, {"target": "tickets", "file": SimpleUploadedFile("x.csv", TICKETS)})
    assert "more than 0 MB" in answer.content.decode()


def test_a_map_that_lacks_something_says_so_and_keeps_what_was_chosen(boss):
    run = bring(boss)
    answer = boss.post(
        reverse("operations:import_map", args=[run.pk]),
        {"source": "Old", "column-id": "Number", "date_order": "day first"},
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "choose which column this is" in page
    assert 'value="Old"' in page


def test_another_column_shows_its_samples_at_once(boss):
    run = bring(boss)
    address = reverse("operations:import_map", args=[run.pk])
    page = boss.post(f"{address}?look", {"column-subject": "Caller"}, headers={"HX-Request": "true"}).content.decode()
    assert "Maya Ortiz" in page
    assert "is required" not in page


def test_progress_is_shown_while_it_runs_and_stopping_ends_it(boss):
    run = bring(boss)
    Run.objects.filter(pk=run.pk).update(
        state=RunState.RUNNING, done=40, total=100, started_at=clock.now(), report={"rows": 2}
    )
    address = reverse("operations:import", args=[run.pk])
    page = boss.get(address, headers={"HX-Request": "true"}).content.decode()
    assert 'value="40"' in page
    assert 'max="100"' in page
    boss.post(reverse("operations:import_stop", args=[run.pk]))
    assert boss.get(address, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert "You stopped it" in boss.get(address).content.decode()


def test_a_worker_that_was_killed_is_followed_by_one_that_counts_right(boss):
    run = bring(boss)
    boss.post(reverse("operations:import_map", args=[run.pk]), typed(boss, run) | {"word-state-1": "waiting"})
    boss.post(reverse("operations:import_start", args=[run.pk]))
    Run.objects.filter(pk=run.pk).update(state=RunState.RUNNING, report={})  # as a kill at the last line leaves it
    bring_in(run.pk)
    run.refresh_from_db()
    assert (run.state, run.report["new"], run.report["here"], run.report["refused"]) == (RunState.DONE, 2, 0, 1)
    assert Ticket.objects.count() == 2
    bring_in(run.pk)  # once more: nothing is queued any longer


def test_files_and_samples_go_after_some_days_and_reports_stay(boss, settings):
    run = bring(boss)
    boss.post(reverse("operations:import_map", args=[run.pk]), typed(boss, run))
    run.refresh_from_db()
    paths = [run.path, run.refused_path]
    assert all(map(default_storage.exists, paths))
    assert actions.forget_files() == 0
    settings.IMPORT_DAYS = -1
    assert actions.forget_files() == 2
    run.refresh_from_db()
    assert not any(map(default_storage.exists, paths))
    assert "columns" not in run.options
    assert boss.get(reverse("operations:import", args=[run.pk])).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_often_for_one_as_for_three(boss, count, django_assert_max_num_queries):
    for _n in range(count):
        bring(boss)
    with django_assert_max_num_queries(15):
        boss.get(LIST)


def test_files_that_may_hold_private_requests_are_for_who_brought_them(boss):
    other, other_person = Client(), PersonFactory(administrator=True)
    other.force_login(other_person)
    requests, people = bring(boss), bring(boss, target="people")
    pages = [reverse(f"operations:{name}", args=[requests.pk]) for name in ("import", "import_refused")]
    assert other.get(pages[0]).status_code == 200
    team = TeamFactory()
    make_private(by=None, service_class=ServiceClassFactory(), teams=[team])
    assert [other.get(page).status_code for page in pages] == [404, 404]
    assert other.post(reverse("operations:import_start", args=[requests.pk])).status_code == 404
    assert f'"{pages[0]}"' not in other.get(LIST).content.decode()
    assert boss.get(pages[0]).status_code == 200
    assert other.get(reverse("operations:import", args=[people.pk])).status_code == 200
    team.members.add(other_person)
    assert other.get(pages[0]).status_code == 200
