"""Registering periodic jobs."""

import pytest

from foredesk.kit import queue


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "_jobs", {})


def test_a_periodic_job_is_known_by_name_and_stays_a_plain_function() -> None:
    @queue.periodic(seconds=30)
    def remind() -> str:
        return "reminded"

    [job] = queue.periodic_jobs()
    assert (job.seconds, job.run) == (30, remind)
    assert job.name.endswith("remind")
    assert remind() == "reminded"


def test_registering_twice_keeps_one() -> None:
    def remind() -> None: ...

    queue.periodic(seconds=30)(remind)
    queue.periodic(seconds=60)(remind)
    assert [job.seconds for job in queue.periodic_jobs()] == [60]


@pytest.mark.parametrize("seconds", [0, -1])
def test_a_pause_has_to_be_positive(seconds: float) -> None:
    with pytest.raises(ValueError, match="more than 0"):
        queue.periodic(seconds=seconds)


def test_rooms_are_searched_for_effects_and_jobs() -> None:
    import sys

    queue.discover()
    assert "foredesk.operations.jobs" in sys.modules
