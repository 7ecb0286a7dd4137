"""`foredesk run`: everything that Foredesk needs, in one command and on one machine."""

import http.client
import os
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from foredesk.operations import first_key, preparing
from foredesk.operations.processes import Children, Stopped, stoppable
from foredesk.operations.queries.setup import has_administrator
from foredesk.operations.rules import host_and_port, is_local, why_not_serve


class Command(BaseCommand):
    help = "Prepare what is missing, then serve: web and background worker together, until Ctrl-C or SIGTERM."
    requires_system_checks: list[str] = []  # done below, after what a newcomer is more likely to meet

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=settings.PORT, help="port to serve on (default: %(default)s)")
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")

    def handle(self, *, host: str, port: int, **options: Any) -> None:
        if sentence := why_not_serve(host, port):
            raise CommandError(sentence)
        self._serve_at(port)
        children = Children()
        try:
            with stoppable():
                preparing.require_folder()
                self.check()
                preparing.prepare(self._say)
                connections.close_all()
                foredesk = [sys.executable, "-m", "foredesk"]
                children.start("web", [*foredesk, "web", "--host", host, "--port", str(port), "--prepared"])
                children.start("worker", [*foredesk, "worker", "--prepared"])
                self._listen(children, foredesk)
                self._wait_until_serving(children, host, port)
                if not self._ended(children):
                    self._show_banner(host)
                while not (ended := self._ended(children)):
                    time.sleep(0.2)
                name, code = ended
                raise CommandError(f"The {name} process ended by itself (code {code}), so Foredesk has stopped.")
        except Stopped:
            self._say("\nStopped. Everything is kept; the same command starts it again.")
        except preparing.NotReady as error:
            raise CommandError(str(error)) from error
        finally:
            children.stop()

    def _listen(self, children: Children, foredesk: list[str]) -> None:
        """Take mail where the settings say. In a demo a port that is taken is no reason not to serve."""
        for setting, more in (("MAIL_LISTEN", []), ("MAIL_LISTEN_LMTP", ["--lmtp"])):
            if not (where := getattr(settings, setting)):
                continue
            host, port = host_and_port(where)
            if not (sentence := why_not_serve(host, port, elsewhere=f"{setting}={host}:%d")):
                children.start(" ".join(["listen", *more]), [*foredesk, "listen", *more, "--prepared"])
            elif settings.DEMO:
                self._say(f"No mail is taken in at {where}. {sentence}")
            else:
                raise CommandError(f"No mail can be taken in at {where} ({setting}). {sentence}")

    def _ended(self, children: Children) -> tuple[str, int] | None:
        """The first process that has ended by itself; not a listener of the demo, which goes on without.

        Two demos that start at the same moment both find the port free, and one of them loses it to the other.
        """
        while (ended := children.ended()) is not None and settings.DEMO and ended[0].startswith("listen"):
            self._say("Mail is not taken in any more; everything else goes on.")
            children.let_go(ended[0])
        return ended

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _serve_at(self, port: int) -> None:
        """Let links that are made here, and in the children, lead to the port that was asked for."""
        if port != settings.PORT:
            os.environ["PORT"] = str(port)
            if not os.environ.get("FOREDESK_URL"):
                settings.BASE_URL = f"http://localhost:{port}"
                settings.CSRF_TRUSTED_ORIGINS = [settings.BASE_URL]

    def _wait_until_serving(self, children: Children, host: str, port: int) -> None:
        """Return when the first page has been answered, whatever the answer. Raises CommandError after a minute."""
        target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (compared, not bound)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not self._ended(children):
            try:
                asked = http.client.HTTPConnection(target, port, timeout=10)
                asked.request("GET", "/", headers={"Host": f"localhost:{port}"})
                asked.getresponse().read()
                return
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
        if not self._ended(children):
            raise CommandError("The web process does not answer within a minute. What it says is above.")

    def _show_banner(self, host: str) -> None:
        lines = ["", f"  Foredesk is ready:  {self.style.SUCCESS(settings.BASE_URL)}", ""]
        if is_local(host):
            lines.append("  Reached from        this machine only (in a container or over ssh: forward the port)")
        lines += [f"  Data folder         {settings.HOME}", "  Stop                Ctrl-C", ""]
        self._say("\n".join(lines))
        if preparing.has_demo():
            call_command("demo", "personas")
        elif not has_administrator():
            self._say(f"  Set it up here      {self.style.SUCCESS(first_key.link())}\n")
            self._say("  The link is for you alone: whoever has it becomes the administrator.\n")
