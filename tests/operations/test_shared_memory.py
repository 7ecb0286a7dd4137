"""Limits that several web processes count together, in the database."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache

from foredesk.kit import clock
from foredesk.kit.limits import is_within
from foredesk.operations import jobs
from foredesk.operations.models import CacheEntry


@pytest.fixture(autouse=True)
def _in_the_database(settings: Any, db: None) -> None:
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "operations_cacheentry"}
    }


def test_a_limit_is_counted_in_the_table() -> None:
    given = {"action": "send", "key": "10.0.0.1", "amount": 2, "seconds": 600}
    with clock.at(clock.now()):  # not around the border of two windows
        assert [is_within(**given) for _one in range(3)] == [True, True, False]
    assert CacheEntry.objects.count() == 1


def test_what_is_over_is_forgotten() -> None:
    cache.set("kept", 1, 600)
    cache.set("over", 1, 600)
    CacheEntry.objects.filter(cache_key__contains="over").update(expires=clock.now() - timedelta(seconds=1))
    jobs.prune_remembered()
    assert (cache.get("kept"), CacheEntry.objects.count()) == (1, 1)
