"""A consistent read sees one moment and holds nobody up."""

import threading
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connections, transaction

from foredesk.kit.snapshot import consistent_read
from foredesk.people.models import Team


def _elsewhere(act: Callable[[], object]) -> None:
    """Run `act` in a thread, that is, on another connection."""

    def run() -> None:
        try:
            act()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()


def test_what_others_write_meanwhile_is_not_seen(transactional_db: None) -> None:
    Team.objects.create(name="Before")
    with consistent_read():
        _elsewhere(lambda: Team.objects.create(name="Meanwhile"))
        assert [team.name for team in Team.objects.all()] == ["Before"]
    assert Team.objects.count() == 2


def test_nothing_is_written_inside_and_afterwards_all_is_as_usual(transactional_db: None) -> None:
    with pytest.raises(DatabaseError), consistent_read():
        Team.objects.create(name="Inside")
    with transaction.atomic():
        Team.objects.create(name="After")
    assert [team.name for team in Team.objects.all()] == ["After"]


def test_inside_a_transaction_it_refuses(transactional_db: None) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError), consistent_read():
        pass
