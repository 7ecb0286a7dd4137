"""What the shells offer to go to: rooms register entries in their `AppConfig.ready`, the shells show them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

Place = Literal["portal", "desk", "settings", "you"]  # "you": in the menu behind one's own name
MOST_TOLD = 500


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One place to go to.

    `allowed` is a rule of a room (person -> may they see it), `count` how many things wait there (None or 0: no
    number is shown; told exactly up to `most_told`), `key` a keyboard shortcut such as "g t" (two keys one after the
    other) or "c".
    A `prominent` entry is shown as a button above the others: something to do rather than somewhere to be.
    """

    place: Place
    label: str | Promise
    url_name: str
    icon: str
    order: int = 100
    allowed: Callable[[Any], bool] | None = None
    count: Callable[[Any], int | None] | None = None
    most_told: int = 0  # 0: MOST_TOLD
    key: str = ""
    prominent: bool = False


_entries: dict[tuple[Place, str], Entry] = {}


def register(entry: Entry) -> None:
    """Offer `entry`; registering the same place and address again replaces the first."""
    _entries[entry.place, entry.url_name] = entry


def registered() -> list[Entry]:
    """All entries in the order in which the shells show them."""
    return sorted(_entries.values(), key=lambda entry: (entry.place, entry.order, str(entry.label)))


class Link:
    """An entry as one reader sees it."""

    def __init__(self, entry: Entry, person: Any, url: str) -> None:
        self.entry = entry
        self.person = person
        self.url = url
        self.current = False

    @property
    def label(self) -> str:
        return str(self.entry.label)

    @property
    def icon(self) -> str:
        return self.entry.icon

    @property
    def key(self) -> str:
        return self.entry.key

    @cached_property
    def count(self) -> int | str | None:
        """Counted only when a shell shows it."""
        counted, most = self.entry.count(self.person) if self.entry.count else None, self.entry.most_told or MOST_TOLD
        return f"{most}+" if counted and counted > most else counted


class Navigation:
    """The entries for one request; each place is worked out only when a template asks for it."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.person = getattr(request, "user", None)

    @cached_property
    def portal(self) -> Sequence[Link]:
        return self._links("portal")

    @cached_property
    def desk(self) -> Sequence[Link]:
        return self._links("desk")

    @cached_property
    def settings(self) -> Sequence[Link]:
        return self._links("settings")

    @cached_property
    def you(self) -> Sequence[Link]:
        return self._links("you")

    @property
    def desk_places(self) -> list[Link]:
        return [link for link in self.desk if not link.entry.prominent]

    @property
    def desk_deeds(self) -> list[Link]:
        return [link for link in self.desk if link.entry.prominent]

    @property
    def desk_home(self) -> str:
        """Address of the desk for those who work there, "" for everybody else."""
        return self.desk_places[0].url if self.desk_places else ""

    def _links(self, place: Place) -> list[Link]:
        links = [
            Link(entry, self.person, url)
            for entry in registered()
            if entry.place == place and self._may_see(entry) and (url := _address(entry))
        ]
        # The most specific address that the present page lies under is where the reader is.
        here = [link for link in links if self._is_here(link.url)]
        if here:
            max(here, key=lambda link: len(link.url)).current = True
        return links

    def _may_see(self, entry: Entry) -> bool:
        if self.person is None or not self.person.is_authenticated:
            return False
        return entry.allowed is None or entry.allowed(self.person)

    def _is_here(self, url: str) -> bool:
        path = self.request.path
        if path == url:
            return True
        # The home of a place is not "where you are" on the pages under it: "/" would hold for all of them.
        return url.count("/") > 2 and path.startswith(url)


def _address(entry: Entry) -> str:
    """The address of an entry; "" when it has none, which `foredesk check` reports (see checks.py)."""
    try:
        return reverse(entry.url_name)
    except NoReverseMatch:
        return ""
