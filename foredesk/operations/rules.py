"""What may and may not be, on this machine."""

import errno
import os
import socket
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from .enums import RunKind

# Copies that people asked for: how long their file stays, and after how long one that has not ended never will.
COPIES_KEPT = timedelta(days=7)
COPY_OVERDUE = timedelta(hours=12)


def is_local(host: str) -> bool:
    """Whether a host name stands for this machine alone."""
    return host in settings.LOCAL_HOSTS or host.endswith(".localhost")


def why_not_serve(host: str, port: int, *, elsewhere: str = "make run PORT=%d") -> str:
    """A sentence that says why nothing can be served at this address, or "" when it can.

    `elsewhere`: how another port is chosen.
    """
    if settings.DEMO and not is_local(host):
        return "Demo mode lets anybody in as anybody, so it serves this machine only: leave out --host."
    if not 1 <= port <= 65535:
        return f"{port} is no port. Choose a number from 1024 to 65535, for example: {elsewhere % 8123}"
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As granian does: a port that is only waiting out its last connections is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return f"Port {port} is in use. Stop what runs there, or take another: {elsewhere % _other(port)}"
            if error.errno == errno.EACCES:
                return f"Port {port} is not open to this account. Take one above 1023: {elsewhere % 8000}"
            return f"Nothing can listen on {host}:{port} ({error.strerror}). Check the address in --host."
    return ""


def _other(port: int) -> int:
    return port + 1 if port < 65535 else 8123


# --- Queued tasks --------------------------------------------------------------------------------------
MAX_ATTEMPTS = 10
BEAT_SECONDS = 10
SILENT_AFTER = timedelta(minutes=1)  # a worker without a sign of life for so long is thought dead
FORGOTTEN_AFTER = timedelta(hours=1)  # then its row goes
GIVEN_UP_AFTER = timedelta(hours=6)  # a task that runs longer is thought lost, though its worker lives
KEPT_FINISHED = timedelta(days=7)


def pause_before_retry(attempts: int) -> timedelta:
    """How long to wait after the `attempts`-th failure: 15 s, doubling up to an hour (about two hours in all)."""
    return timedelta(seconds=min(3600, 15 * 2 ** (attempts - 1)))


def worker_is_gone(worker_id: str, *, own_id: str) -> bool:
    """Whether the worker `host:pid:random` surely runs no more, as the worker `own_id` on this machine can tell.

    False means "cannot tell": then its heartbeat decides. Machines that share a name but not their processes
    (containers) may take a living worker for gone; its task then runs twice, which tasks must bear anyway.
    """
    host, pid, _ = worker_id.rsplit(":", 2) if worker_id.count(":") >= 2 else ("", "", "")
    own_host, own_pid, _ = own_id.rsplit(":", 2)
    if host != own_host or not pid.isdigit() or worker_id == own_id:
        return False
    if pid == own_pid:  # ours now, so it was somebody's before us (a container always starts with the same number)
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return False


# --- Room to work --------------------------------------------------------------------------------------
LEAST_FREE = 50 * 1024 * 1024  # bytes; with less, not even a few attachments can be taken


# --- Imports -------------------------------------------------------------------------------------------
IMPORTS = (RunKind.IMPORT_TICKETS, RunKind.IMPORT_PEOPLE)


def source_of(file_name: str) -> str:
    """What a source is called where nobody said it: as the file, without its endings."""
    return file_name.partition(".")[0].strip()[:40] or "import"


def host_and_port(where: str) -> tuple[str, int]:
    """The parts of "host:port" or "[::1]:port"; ("", 0) for "". Raises ImproperlyConfigured, with a sentence."""
    if not where:
        return "", 0
    try:
        parts = urlsplit(f"//{where}")
        if parts.hostname and parts.port:
            return parts.hostname, parts.port
    except ValueError:
        pass
    raise ImproperlyConfigured(f"{where} is no address to listen on; an example is 127.0.0.1:2525.")
