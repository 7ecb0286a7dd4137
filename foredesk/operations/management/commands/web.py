"""`foredesk web`: the web server alone."""

import gc
import multiprocessing
import os
import shutil
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.wsgi import get_wsgi_application
from django.db import connections
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from foredesk.kit.stack import with_room
from foredesk.operations import preparing
from foredesk.operations.processes import end_with_parent
from foredesk.operations.rules import why_not_serve

GARBAGE_AFTER = 20_000, 10, 10  # objects more than before, as gc.set_threshold takes them; a page makes some thousands


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # `run` has checked already; alone, we check below
    help = "Serve the pages. The background worker is a process of its own: foredesk worker."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=settings.PORT, help="port to serve on (default: %(default)s)")
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
        parser.add_argument("--processes", type=int, default=1, help="about one a core (default: %(default)s)")
        parser.add_argument("--threads", type=int, default=4, help="requests at a time, each process (default: 4)")
        parser.add_argument("--prepared", action="store_true", help="skip the look whether the database is up to date")

    def handle(self, *, host: str, port: int, processes: int, threads: int, prepared: bool, **options: Any) -> None:
        if sentence := why_not_serve(host, port):
            raise CommandError(sentence)
        # What its processes count, they count together. Set before the library is loaded, which the checks do.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = _empty_folder(f"metrics/{port}")
        if not prepared:
            self.check()
            try:
                preparing.require_prepared()
            except preparing.NotReady as error:
                raise CommandError(str(error)) from error
        end_with_parent()
        # Django and all rooms are loaded by now. A process that is forked (Linux) inherits them and serves at once;
        # a connection to the database it must not inherit.
        connections.close_all()
        server = Granian(
            settings.WSGI_APPLICATION,  # what it is called; `load_application` loads it
            address="127.0.0.1" if host == "localhost" else host,
            port=port,
            interface=Interfaces.WSGI,
            workers=processes,
            blocking_threads=threads,
            websockets=False,
            log_level=LogLevels.warning,
            respawn_failed_workers=True,
            workers_kill_timeout=10,
        )
        server.serve(target_loader=load_application, wrap_loader=False)
        sys.exit(0)


def _empty_folder(name: str) -> str:
    """A folder in the data folder, made anew."""
    folder = settings.HOME / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return str(folder)


def load_application() -> Any:
    """What granian calls in each of its processes."""
    if multiprocessing.parent_process() is not None:
        end_with_parent(os.getppid())
    application = with_room(get_wsgi_application())
    # What is loaded by now stays to the end: looking through it for garbage took 150 ms out of some request's time.
    gc.freeze()
    gc.set_threshold(*GARBAGE_AFTER)
    return application
