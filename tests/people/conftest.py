from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache

from foredesk.people.models import Person
from tests.factories import PersonFactory


@pytest.fixture
def fresh_counters(settings: Any) -> Iterator[None]:
    """Mails stay in the test, and nobody has tried too often yet."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def outside_the_demo(fresh_counters: None, settings: Any) -> None:
    settings.STRICT_SIGN_IN = True


@pytest.fixture
def ada() -> Person:
    return PersonFactory(email="ada@example.org", full_name="Ada Lovelace")
