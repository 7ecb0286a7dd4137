"""What every test stands on. Room-specific people and tickets come from tests/factories."""

import os
import socket
from collections.abc import Iterator

import pytest
from hypothesis import settings

# Machines are noisy, so no example has a deadline. Here each run tries other examples; in CI, where a run has to mean
# the same twice, always the same ones.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_real_connect = socket.socket.connect


def _connect_on_this_machine_only(self: socket.socket, address: object) -> None:
    if self.family in (socket.AF_INET, socket.AF_INET6):
        host = address[0] if isinstance(address, tuple) else address
        if host not in _LOOPBACK:
            raise RuntimeError(f"A test tried to reach {host!r}; tests talk to this machine only.")
    _real_connect(self, address)  # type: ignore[arg-type]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What starts processes takes long: it goes first, so that at the end no worker waits for another one.

    Not what asks the test's own database: pytest-django has put that in an order that matters.
    """
    items.sort(key=lambda item: not _starts_processes(item))


def _starts_processes(item: pytest.Item) -> bool:
    module, asked = getattr(item, "module", None), set(getattr(item, "fixturenames", ()))
    asks_database = item.get_closest_marker("django_db") is not None or asked & {"db", "transactional_db"}
    return not asks_database and (hasattr(module, "Installation") or hasattr(module, "subprocess"))


@pytest.fixture(autouse=True, scope="session")
def _no_outside_network() -> Iterator[None]:
    """Unit tests that would leave this machine fail at once, with the address they tried."""
    socket.socket.connect = _connect_on_this_machine_only  # type: ignore[method-assign, assignment]
    yield
    socket.socket.connect = _real_connect  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _organisation_as_it_is() -> None:
    """The organisation is remembered in the process; a test must not find that of the one before."""
    from foredesk.people.queries import forget_organisation

    forget_organisation()


@pytest.fixture(autouse=True)
def _what_is_remembered() -> None:
    """So are calendars, and what else hardly ever changes."""
    from foredesk.kit.remembered import forget_everything

    forget_everything()


@pytest.fixture(autouse=True)
def _a_task_that_fails_fails_the_test() -> Iterator[None]:
    """Tasks run at once in tests, and the library keeps what they raise to itself."""
    from django_tasks.signals import task_finished

    def tell(task_result, **kwargs: object) -> None:
        if task_result.status == "FAILED":
            raise AssertionError(f"{task_result.task.name} failed:\n{task_result.errors[-1].traceback}")

    task_finished.connect(tell)
    yield
    task_finished.disconnect(tell)
