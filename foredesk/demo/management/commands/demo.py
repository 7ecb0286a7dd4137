from argparse import ArgumentParser
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from foredesk.demo.emptying import empty_everything
from foredesk.demo.fill import TOLD, Refused, fill
from foredesk.demo.personas import PASSWORD, PERSONAS


class Command(BaseCommand):
    help = (
        "The demo organisation, Ashgrove College: fill an empty database with it, begin again, or list who you can be."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        for verb, help_text in (
            ("fill", "invent the college and eight weeks of its history"),
            ("reset", "throw away everything in this database and fill it again"),
        ):
            filling = verbs.add_parser(verb, help=help_text)
            filling.add_argument("--requests", type=int, default=TOLD, help="how many past requests")
        verbs.add_parser("personas", help="list the people you can be")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo needs FOREDESK_DEMO=1: it lets anybody in as anybody.")
        if options["verb"] == "personas":
            return self._personas()
        if options["verb"] == "reset":
            empty_everything()
        return self._fill(options["requests"])

    def _fill(self, requests: int) -> None:
        self.stdout.write("Inventing Ashgrove College, about half a minute …")
        self.stdout.flush()
        began = monotonic()
        try:
            made = fill(told=requests)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{made['people']} people, {made['requests']} requests, {monotonic() - began:.0f} s.")

    def _personas(self) -> None:
        self.stdout.write(f"  Choose who you are   {settings.BASE_URL}{reverse('demo:personas')}")
        for persona in PERSONAS:
            self.stdout.write(f"  {persona.role!s:<20} {persona.name:<18} {persona.email}")
        self.stdout.write(f"  Password of them all {PASSWORD}")
