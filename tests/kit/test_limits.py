from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from foredesk.kit import clock
from foredesk.kit.limits import is_within, limited

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _fresh_counters() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def test_so_many_and_no_more_until_the_window_is_over() -> None:
    with clock.at(NOON):
        assert [is_within(action="a", key="k", amount=2, seconds=60) for _ in range(3)] == [True, True, False]
        assert is_within(action="a", key="another", amount=2, seconds=60)
    with clock.at(NOON.replace(minute=1)):
        assert is_within(action="a", key="k", amount=2, seconds=60)


@pytest.mark.django_db
def test_a_view_counts_what_is_sent_and_not_what_is_read() -> None:
    @limited("a", amount=1, seconds=60)
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("ok")

    requests = RequestFactory()
    with clock.at(NOON):
        assert [view(requests.get("/")).status_code for _ in range(3)] == [200, 200, 200]
        assert view(requests.post("/")).status_code == 200
        refused = view(requests.post("/"))
    assert refused.status_code == 429
    assert refused["Retry-After"] == "60"
