"""`foredesk setup`: the first run in a terminal, for people who like to type and for machines that cannot click."""

import getpass
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.forms import Form

from foredesk.catalogue.enums import LaneKey
from foredesk.kit.refusals import Refused
from foredesk.mail.actions import run_self_test
from foredesk.operations import first_key, preparing
from foredesk.operations.actions import setup as actions
from foredesk.operations.enums import SetUpStep
from foredesk.operations.forms.setup import AdministratorForm, HoursForm, KindsForm, OrganisationForm, TeamsForm
from foredesk.operations.queries import setup as queries
from foredesk.operations.queries.checklist import findings
from foredesk.people import queries as people
from foredesk.people.models import Person

Answers = dict[str, Any]


class Command(BaseCommand):
    help = "Set up a new installation: administrator, organisation, hours, kinds of requests, mail, teams."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--link", action="store_true", help="print the link that begins the set-up in a browser")
        parser.add_argument("--answers", metavar="FILE.toml", help="take the answers from this file and ask nothing")
        parser.add_argument(
            "--password-file", metavar="FILE", help="the administrator's password, on its first line; - reads stdin"
        )

    def handle(self, *, link: bool, answers: str | None, password_file: str | None, **options: Any) -> None:
        try:
            preparing.prepare(self.stdout.write)
        except preparing.NotReady as error:
            raise CommandError(str(error)) from error
        if link:
            if queries.has_administrator():
                raise CommandError("There is an administrator already: sign in to go on.")
            self.stdout.write(first_key.link())
            return
        if queries.next_step() in (None, SetUpStep.REQUEST):
            raise CommandError("Foredesk is set up already. What is still missing: foredesk check")
        self.given = _read(answers) if answers else {}
        self.asks = not answers
        self.key_from = password_file
        try:
            self._go()
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        except EOFError as ended:
            raise CommandError("Nobody is there to answer. Give the answers in a file: --answers") from ended

    def _go(self) -> None:
        steps: dict[SetUpStep, Callable[[Person], None]] = {
            SetUpStep.ORGANISATION: self._organisation,
            SetUpStep.HOURS: self._hours,
            SetUpStep.KINDS: self._kinds,
            SetUpStep.MAIL: self._mail,
            SetUpStep.TEAMS: self._teams,
        }
        by = people.administrators().order_by("pk").first() or self._administrator()
        if people.organisation() is None:  # an administrator from createsuperuser
            actions.name_organisation(by=by, name=settings.ORGANISATION, kind="company", timezone=settings.TIME_ZONE)
            done: set[str] = set()
        else:
            done = queries.steps_done()
        for step, do in steps.items():
            if step not in done:
                self._title(str(step.label))
                do(by)
        actions.open_doors(by=by)
        self._title("Open")
        self.stdout.write(f"Sign in as {by.email} at {settings.BASE_URL} and ask for something yourself.")
        for one in findings():
            if not one.is_fine:
                self.stdout.write(f"- {one.says} {one.mend}")

    # --- the steps ---------------------------------------------------------------------------------------------
    def _administrator(self) -> Person:
        self._title("You")
        fields = {"full_name": ("name", ""), "email": ("email", "")}
        form = self._filled(AdministratorForm, "administrator", fields, extra=self._password)
        return actions.be_first_administrator(organisation=settings.ORGANISATION, **form.cleaned_data)

    def _organisation(self, by: Person) -> None:
        fields = {
            "name": ("name", settings.ORGANISATION),
            "kind": ("kind", "company"),
            "timezone": ("timezone", settings.TIME_ZONE),
        }
        form = self._filled(OrganisationForm, "organisation", fields)
        actions.name_organisation(by=by, **form.cleaned_data)

    def _hours(self, by: Person) -> None:
        fields = {
            "site": ("site", "Main site"),
            "address": ("address", ""),
            "days": ("days", [0, 1, 2, 3, 4]),
            "hours": ("hours", "8:00–17:00"),
            "country": ("country", ""),
        }
        form = self._filled(HoursForm, "hours", fields)
        given = form.cleaned_data
        place = {name: given[name] for name in ("site", "address", "country")}
        actions.set_up_hours(by=by, subdivision="", week=form.week, **place)  # type: ignore[attr-defined]

    def _kinds(self, by: Person) -> None:
        organisation = people.organisation()
        kind = organisation.kind if organisation is not None else "company"
        names = [str(name) for name, _label in KindsForm(kind=kind).fields["kinds"].choices]  # type: ignore[attr-defined]
        for number, name in enumerate(names, start=1):
            self.stdout.write(f"  {number}. {name}")
        unwanted = self.given.get("kinds", {}).get("without", [])
        if self.asks:
            words = self._ask("Leave out (numbers, or nothing)", "")
            unwanted = [names[int(one) - 1] for one in words.replace(",", " ").split() if one in _numbers(names)]
        if unknown := set(unwanted) - set(names):
            raise CommandError(f"[kinds] without: {', '.join(sorted(unknown))} is not in the set.")
        actions.set_up_kinds(by=by, kind=kind, without=unwanted)

    def _mail(self, by: Person) -> None:
        self.stdout.write(f"{settings.EMAIL_HOST}, port {settings.EMAIL_PORT}, as {settings.DEFAULT_FROM_EMAIL}")
        wanted = bool(self.given.get("mail", {}).get("test", False))
        if settings.MAIL_TRANSPORT == "smtp" and (
            wanted or (self.asks and self._ask(f"Send a test mail to {by.email}? (yes/no)", "yes").startswith("y"))
        ):
            for step in run_self_test(by=by):
                self.stdout.write(f"  {step.state:6}  {step.name}  {step.said}")
                if step.advice:
                    self.stdout.write(f"          {step.advice}")
        actions.finish_step(by=by, step=SetUpStep.MAIL)

    def _teams(self, by: Person) -> None:
        fields: dict[str, tuple[str, Any]] = {}
        for lane, name in ((LaneKey.RAPID, "Front office"), (LaneKey.DEEP, "Systems and projects")):
            fields |= {
                f"{lane}_name": (f"{lane}.name", name),
                f"{lane}_addresses": (f"{lane}.agents", []),
                f"{lane}_joins": (f"{lane}.administrator", True),
            }
        form = self._filled(TeamsForm, "teams", fields)
        for lane in LaneKey:
            given = {part: form.cleaned_data[f"{lane}_{part}"] for part in ("name", "addresses", "joins")}
            for person in actions.set_up_team(by=by, lane=lane, **given):
                self.stdout.write(f"  invited: {person.email}")
        actions.finish_step(by=by, step=SetUpStep.TEAMS)

    # --- asking --------------------------------------------------------------------------------------------------
    def _filled(
        self,
        kind: type[Form],
        table: str,
        fields: dict[str, tuple[str, Any]],
        extra: Callable[[], dict[str, str]] = dict,
    ) -> Form:
        """A form that is right: from the file, or asked until it is. Raises CommandError for a file that is wrong."""
        wrong: set[str] = set(fields)
        said: dict[str, Any] = {}
        while True:
            for field, (name, default) in fields.items():
                if field in wrong:
                    label = str(kind.base_fields[field].label).rstrip("?")
                    said[field] = self._asked(label, default) if self.asks else self._given(table, name, default)
            form = kind({**said, **extra()})
            if form.is_valid():
                return form
            for field, errors in form.errors.items():
                self.stderr.write(f"{field}: {' '.join(map(str, errors))}")
            if not self.asks:
                raise CommandError(f"Mend [{table}] in the file of answers.")
            wrong = set(form.errors) & set(fields)

    def _given(self, table: str, name: str, default: Any) -> Any:
        value: Any = self.given.get(table, {})
        for part in name.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        value = default if value is None else value
        return "\n".join(value) if isinstance(value, list) and value and isinstance(value[0], str) else value

    def _asked(self, label: str, default: Any) -> Any:
        if isinstance(default, bool):
            return self._ask(f"{label}? (yes/no)", "yes" if default else "no").startswith("y")
        if isinstance(default, list):
            words = self._ask(f"{label} (0 is Monday)" if default else label, " ".join(map(str, default)))
            return words.replace(",", " ").split() if default else words
        return self._ask(label, str(default))

    def _ask(self, question: str, default: str) -> str:
        return input(f"{question}{f' [{default}]' if default else ''}: ").strip() or default

    def _password(self) -> dict[str, str]:
        if self.key_from == "-":
            password = sys.stdin.readline()
        elif self.key_from:
            try:
                password = Path(self.key_from).read_text().partition("\n")[0]
            except OSError as error:
                raise CommandError(f"{self.key_from} cannot be read ({error.strerror}).") from error
        elif self.asks:
            password = getpass.getpass("A password (15 characters or more): ")
        else:
            raise CommandError("The administrator needs a password: --password-file FILE, or - for standard input.")
        return {"password": password.rstrip("\r\n")}

    def _title(self, words: str) -> None:
        self.stdout.write(self.style.MIGRATE_HEADING(f"\n{words}"))


def _read(path: str) -> Answers:
    try:
        return tomllib.loads(Path(path).read_text())
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} cannot be read: {error}") from error


def _numbers(names: list[str]) -> set[str]:
    return {str(number) for number in range(1, len(names) + 1)}
