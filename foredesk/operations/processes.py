"""Processes that start together and end together, whichever way they end."""

import contextlib
import functools
import os
import secrets
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from types import FrameType

_PARENT = "FOREDESK_PARENT_PID"
PATIENCE = 20.0  # seconds that a child gets to finish what it is doing


def end_with_parent(parent: int | None = None) -> None:
    """End this process soon after `parent` has gone, even if that was killed without a word.

    Without `parent` it is the process that started us with `Children`; otherwise nothing is watched. Asking once a
    second works on Linux and macOS alike, and costs nothing that can be measured.
    """
    if parent is None:
        if not os.environ.get(_PARENT):
            return
        parent = int(os.environ.pop(_PARENT))

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(PATIENCE)
        os._exit(1)

    threading.Thread(target=watch, name="end-with-parent", daemon=True).start()


def worker_id() -> str:
    """The name under which this process claims tasks: host, process number and something random."""
    return _named(os.getpid())


@functools.cache
def _named(pid: int) -> str:
    return f"{socket.gethostname()}:{pid}:{secrets.token_hex(8)}"


class Stopped(Exception):
    """Somebody asked us to stop (Ctrl-C or SIGTERM)."""


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """Turn SIGINT, SIGTERM and SIGHUP into `Stopped` inside the block."""

    def stop(signum: int, frame: FrameType | None) -> None:
        raise Stopped

    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, stop) for number in signals]
    try:
        yield
    finally:
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)


class Children:
    """Child processes, each in a process group of its own, so that only we receive the terminal's Ctrl-C."""

    def __init__(self) -> None:
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start one; it learns our process number, for `end_with_parent`."""
        environment = {**os.environ, _PARENT: str(os.getpid())}
        self._running[name] = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, start_new_session=True
        )

    def ended(self) -> tuple[str, int] | None:
        """The first that has ended, with its exit code, or None while all run."""
        for name, child in self._running.items():
            if (code := child.poll()) is not None:
                return name, code
        return None

    def let_go(self, name: str) -> None:
        """Go on without one that has ended."""
        del self._running[name]

    def stop(self) -> None:
        """Ask all to end, wait, and after `PATIENCE` seconds end them. Returns when none is left."""
        for child in self._running.values():
            child.terminate()
        deadline = time.monotonic() + PATIENCE
        for child in self._running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(max(0.0, deadline - time.monotonic()))
            # Whatever the child has left behind in its group goes as well.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        self._running.clear()
