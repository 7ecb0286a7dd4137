"""The web server that is measured, and what a process tree has used of the processor and of memory."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

PROCESSES = 2  # about one a core, as `foredesk web --help` advises


@contextmanager
def web(port: int, environment: dict[str, str], log: Path) -> Iterator[int]:
    """Serve on 127.0.0.1; gives the number of the process. Raises RuntimeError with the log when it does not start."""
    with log.open("w") as output:
        running = subprocess.Popen(
            [sys.executable, "-m", "foredesk", "web", "--port", str(port), "--processes", str(PROCESSES)],
            env=environment,
            stdout=output,
            stderr=output,
        )
    try:
        for _ in range(300):
            if running.poll() is not None:
                raise RuntimeError(f"The web server did not start:\n{log.read_text()}")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield running.pid
    finally:
        running.terminate()
        running.wait(30)


def tree(root: int) -> list[int]:
    """The process `root` and all that it has started."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                # pid (command) state parent …; the command may hold spaces and brackets
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found, waiting = [], [root]
    while waiting:
        found.append(waiting.pop())
        waiting += parents.get(found[-1], [])
    return found


class Meter:
    """Milliseconds of processor time that a process tree uses, user and system, over all its threads.

    From /proc/…/schedstat, in nanoseconds: `utime` and `stime` count in steps of ten milliseconds. What a process or
    thread had used when it was last seen stays counted when it ends.
    """

    def __init__(self, root: int) -> None:
        self._root = root
        self._seen: dict[Path, int] = {}

    def __call__(self) -> float:
        for pid in tree(self._root):
            for task in _tasks(pid):
                try:
                    self._seen[task] = int((task / "schedstat").read_text().split()[0])
                except OSError:
                    continue
        return sum(self._seen.values()) / 1e6


def _tasks(pid: int) -> list[Path]:
    try:
        return list(Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return []


def peak_memory_mib(root: int) -> float:
    """The most memory that the processes of a tree have held, each at its own time, added up."""
    kilobytes = 0
    for pid in tree(root):
        try:
            status = Path(f"/proc/{pid}/status").read_text()
        except OSError:
            continue
        kilobytes += sum(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    return kilobytes / 1024


def machine() -> str:
    """Model and number of the processors."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")
    return f"{os.cpu_count()} × {model}"


def postmaster(connection: "psycopg.Connection[Any]") -> int:
    """The number of the process that all of PostgreSQL's others are children of."""
    folder = connection.execute("SHOW data_directory").fetchone()[0]  # type: ignore[index]
    return int((Path(folder) / "postmaster.pid").read_text().split()[0])
