"""Rows that become people, or bring them up to date."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from foredesk.people.actions import Became, PersonFacts, import_people, name_managers
from foredesk.people.models import Person
from foredesk.people.queries import Called, known_as

from .cells import Cells
from .fields import FLAGS
from .mapping import Mapping
from .running import Row, Taken
from .values import BadValue, address, fitting, name, short


@dataclass(frozen=True)
class Meant:
    facts: PersonFacts
    manager: Called | None


class PeopleRows:
    """Takes people in. Managers wait for the last row: theirs may stand below."""

    def __init__(self, mapping: Mapping, columns: Sequence[str], *, by: Person | None, dry: bool = False) -> None:
        mapping.check(columns)
        self._by, self._dry = by, dry
        self._create = "departments" in mapping.create
        self._cells = Cells(mapping, columns)
        self._managers: list[tuple[int, Person, Called]] = []
        self._counted: set[int | None] = set()
        self._met: set[Called] = set()  # in a dry run: who would be here by now

    def read(self, cells: Sequence[str]) -> tuple[str, Meant]:
        get = self._cells.of(cells)
        full_name = get("name") or f"{get('first_name')} {get('last_name')}".strip()
        facts = PersonFacts(
            email=address(get("email")) if get("email") else "",
            number=fitting(get("number"), 20, _("The number")),
            full_name=name(full_name) if full_name else "",
            phone=fitting(get("phone"), 40, _("The phone number")),
            department=" ".join(get("department").split()),
            site=" ".join(get("site").split()),
            place=" ".join(get("place").split()),
            may_sign_in=self._flag(get.ours("active")),
        )
        manager = named(get("manager")) if get("manager") else None
        if manager and facts.full_name and manager.name_key == Called(name=facts.full_name).name_key:
            manager = None  # whoever heads the house stands there as their own manager
        return facts.email or facts.number or " ".join(cells), Meant(facts, manager)

    def _flag(self, words: str) -> bool | None:
        if words and words not in FLAGS.values():
            raise BadValue(_("“%(words)s” says neither yes nor no.") % {"words": short(words)})
        return words == "yes" if words else None

    def take(self, rows: Sequence[Row]) -> Taken:
        taken = Taken()
        outcomes = import_people(
            by=self._by, facts=[row.meant.facts for row in rows], create_missing=self._create, dry=self._dry
        )
        for row, outcome in zip(rows, outcomes, strict=True):
            if outcome.became == Became.REFUSED or outcome.person is None:
                taken.refused.append((row.line, " ".join(outcome.words)))
                continue
            taken.new += outcome.became == Became.NEW
            taken.changed += outcome.became == Became.CHANGED
            taken.here += outcome.became == Became.SAME
            taken.remarks += [(row.line.number, words) for words in outcome.words]
            if outcome.became != Became.SAME:
                self._counted.add(outcome.person.pk)
            if row.meant.manager:
                self._managers.append((row.line.number, outcome.person, row.meant.manager))
            if self._dry:
                said = row.meant.facts
                self._met |= {Called(email=said.email), Called(number=said.number), _by_name(said.full_name)}
        return taken

    def forget(self) -> None:
        pass  # what `take` remembers, it remembers last

    def finish(self) -> Taken:
        taken = Taken()
        found = known_as(list({manager for _number, _person, manager in self._managers}))
        pairs: list[tuple[Person, Person]] = []
        for number, person, manager in self._managers:
            people = found[manager]
            if len(people) == 1:
                pairs.append((person, people[0]))
            elif not self._met & {manager, _by_name(manager.name)}:
                why = _("nobody here is called so") if not people else _("several people here are called so")
                words = {"who": short(manager.email or manager.number or manager.name), "why": why}
                taken.remarks.append((number, _("Taken without the manager “%(who)s”: %(why)s.") % words))
        if self._dry:
            return taken
        changed = {person.pk for person in name_managers(by=self._by, managers=pairs)} - self._counted
        taken.changed, taken.here = len(changed), -len(changed)
        return taken


def named(words: str) -> Called:
    """Somebody in one cell: an address where it has an @, a number where it has digits, else a name."""
    if "@" in words:
        try:
            return Called(email=address(words))
        except BadValue:
            return Called(name=words[:120])
    return Called(number=words) if any(letter.isdecimal() for letter in words) else Called(name=name(words[:120]))


def _by_name(full_name: str) -> Called:
    return Called(name=" ".join(Called(name=full_name).name_key))
