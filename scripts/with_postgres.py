"""Runs a command with a PostgreSQL server of its own: scripts/with_postgres.py COMMAND [ARGUMENT ...]

The server lives in a temporary folder, listens on a socket in there and nowhere else, forgets about disks (it is for
tests), and is gone afterwards, however this ends. DATABASE_URL leads to it. Needs the standard library only.
"""

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).parent))  # however this file is found
from programs import postgres_folder

FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off", "max_connections=60")


def main() -> int:
    if not sys.argv[1:]:
        sys.exit(__doc__)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    with server() as url:
        command = subprocess.Popen(sys.argv[1:], env={**os.environ, "DATABASE_URL": url})
        try:
            return command.wait()
        except BaseException:
            # Ctrl-C reached the command as well; a SIGTERM reached only us.
            command.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                command.wait(30)
            command.kill()
            raise


@contextlib.contextmanager
def server(settings: Sequence[str] = FAST, kept: Path | None = None) -> Iterator[str]:
    """A running server; gives its address as a URL. Ends the program with a sentence if there is no PostgreSQL.

    With a folder `kept` its data stay there, and a server of the same folder finds them again.
    """
    programs = postgres_folder()
    if programs is None:
        sys.exit("PostgreSQL is missing. `make test` installs it on Debian and Ubuntu; elsewhere it says how to.")
    # A socket's path may have 100 characters at most, and macOS's own temporary folder takes most of them.
    folder = Path(tempfile.mkdtemp(prefix="foredesk-pg-", dir="/tmp"))
    account = _account(folder)
    try:
        data = folder / "data"
        if kept is not None:
            kept.mkdir(parents=True, exist_ok=True)
            _account(kept)
            data = kept / "postgres"
        if not (data / "PG_VERSION").exists():
            make = [programs / "initdb", "--pgdata", data, "--username=foredesk", "--auth=trust", "--encoding=UTF8"]
            made = subprocess.run(
                [*make, "--no-locale", "--no-sync"], cwd=folder, capture_output=True, text=True, check=False, **account
            )
            if made.returncode:
                sys.exit(f"PostgreSQL could not be set up:\n{made.stderr}")
        given = [part for setting in settings for part in ("-c", setting)]
        start = [programs / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", *given]
        log = folder / "log"
        with log.open("w") as output:
            running = subprocess.Popen(
                start,
                cwd=folder,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=end_with_us(),  # noqa: PLW1509 (no threads here)
                **account,
            )
        try:
            _wait(programs, folder, running, log)
            yield f"postgres://foredesk@{quote(str(folder), safe='')}/postgres"
        finally:
            running.send_signal(signal.SIGINT)  # "fast": ends sessions, then itself
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.wait(20)
            running.kill()
            running.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _account(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then it runs as `postgres`, or as `nobody`."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            os.chown(folder, entry.pw_uid, entry.pw_gid)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    sys.exit("PostgreSQL does not run as root, and there is neither an account `postgres` nor `nobody`.")


def end_with_us() -> Callable[[], None] | None:
    """On Linux, have the kernel stop the server if we are killed without a chance to."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl
    set_parent_death_signal = 1
    return lambda: prctl(set_parent_death_signal, signal.SIGINT)


def _wait(programs: Path, folder: Path, running: "subprocess.Popen[bytes]", log: Path) -> None:
    ready = [programs / "pg_isready", "--quiet", "--host", folder]
    for _ in range(300):
        if running.poll() is not None:
            break
        if subprocess.run(ready, check=False).returncode == 0:
            return
        time.sleep(0.1)
    sys.exit(f"PostgreSQL did not start:\n{log.read_text()}")


def _leave(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
