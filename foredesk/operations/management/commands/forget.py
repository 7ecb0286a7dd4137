"""`foredesk forget`: take people out, and do it again after a backup was restored."""

from argparse import FileType
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.functional import Promise

from foredesk.activity.models import Event
from foredesk.kit.refusals import Refused
from foredesk.operations import preparing
from foredesk.operations.actions import erase_person
from foredesk.operations.queries.erasure import Line, what_goes, what_stays, why_not_erased
from foredesk.people.models import Person


class Command(BaseCommand):
    requires_system_checks: list[str] = []
    help = "Make pseudonyms of people. Without --yes it only says what would go and what would stay."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("people", nargs="*", metavar="PERSON", help="number or e-mail address")
        parser.add_argument("--words", action="store_true", help="take out what they wrote as customers, too")
        parser.add_argument("--files", action="store_true", help="delete the files they gave, too")
        parser.add_argument("--yes", action="store_true", help="really do it; it cannot be undone")
        parser.add_argument("--list", action="store_true", help="print who was forgotten: keep it beside the backups")
        parser.add_argument("--again", type=FileType(), metavar="FILE", help="forget everybody on such a list again")

    def handle(self, *, people: list[str], words: bool, files: bool, **options: Any) -> None:
        try:
            preparing.require_tables()
        except preparing.NotReady as problem:
            raise CommandError(str(problem)) from problem
        if options["list"]:
            return self._list()
        wishes = [(word, words, files) for word in people]
        if options["again"]:
            wishes += [_wish(line) for line in options["again"] if line.strip()]
        if not wishes:
            raise CommandError("Name at least one person, by number or e-mail address.")
        for word, with_words, with_files in wishes:
            self._forget(word, with_words, with_files, really=options["yes"], again=bool(options["again"]))
        return None

    def _list(self) -> None:
        for event in Event.objects.filter(tag="person:erased").order_by("pk"):
            wish = [name for name in ("words", "files") if event.data.get(name)]
            self.stdout.write(" ".join([str(event.about_id), *wish]))

    def _forget(self, word: str, words: bool, files: bool, *, really: bool, again: bool) -> None:
        key = {"pk": int(word)} if word.isdecimal() else {"email": word.lower()}
        person = Person.objects.filter(**key).first()
        if person is None:
            if again:
                return self.stdout.write(f"{word}: nobody here any more.")
            raise CommandError(f"There is nobody with the number or address {word}.")
        if person.erased_at and again:
            return self.stdout.write(f"{word}: was forgotten already.")
        if not really:
            return self._tell(word, person)
        try:
            erase_person(by=None, person=person, words=words, files=files)
        except Refused as refused:
            raise CommandError(f"{word}: {refused}") from refused
        return self.stdout.write(f"{word}: forgotten.")

    @transaction.atomic
    def _tell(self, word: str, person: Person) -> None:
        if why := why_not_erased(None, person):
            raise CommandError(f"{word}: {why}")
        self.stdout.write(f"{person.full_name} ({person.email}), number {person.pk}. Nothing is done yet: add --yes.")
        for title, lines in (("What goes:", what_goes(person)), ("What stays:", what_stays(person))):
            self.stdout.write(title)
            for line in lines:
                self.stdout.write(f"  {_words(line)}")


def _wish(line: str) -> tuple[str, bool, bool]:
    word, *wish = line.split()
    return word, "words" in wish, "files" in wish


def _words(line: Line) -> str | Promise:
    count = "" if line.count is None else f" ({line.count})"
    return f"{line.what}{count}: {line.why}"
