"""Reads about people. Who may ask is said by the rules; what they may see is decided here."""

from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet
from rapidfuzz import fuzz

from . import names
from .enums import Role
from .models import Department, Person, Place, Site, Team

PAGE = 50
_CANDIDATES = 200  # enough to rank well, few enough to rank in a moment
_FUZZY_CANDIDATES = 400
_ALIKE = 80  # percent of likeness below which a misspelling is a different name


@dataclass(frozen=True)
class Page:
    """One page of the people list; `after` is the key that the next page begins after, "" on the last."""

    people: list[Person]
    after: str


def active_people() -> QuerySet[Person]:
    return Person.objects.filter(is_active=True)


def agents() -> QuerySet[Person]:
    """Everybody who may work on requests, by name."""
    return active_people().filter(role__in=[Role.AGENT, Role.LEAD, Role.ADMINISTRATOR])


def person_for_page(pk: int) -> Person | None:
    """One person with everything their page shows."""
    return Person.objects.select_related("department__site", "place__site", "manager").filter(pk=pk).first()


def people_page(*, words: str = "", after: str = "", role: str = "", active: bool | None = None) -> Page:
    """Up to 50 people in the order of their names, found by words of name, mail, number or phone.

    Pages by key, never counts. `after`: what the page before gave; anything else begins at the start.
    """
    people = Person.objects.select_related("department", "place").order_by("full_name", "id")
    people = people.filter(_says(words))
    if role:
        people = people.filter(role=role)
    if active is not None:
        people = people.filter(is_active=active)
    last = Person.objects.filter(pk=int(after)).only("full_name").first() if after.isdecimal() else None
    if last is not None:
        people = people.filter(Q(full_name__gte=last.full_name), Q(full_name__gt=last.full_name) | Q(pk__gt=last.pk))
    found = list(people[: PAGE + 1])
    return Page(found[:PAGE], str(found[PAGE - 1].pk) if len(found) > PAGE else "")


def find_people(words: str, *, limit: int = 8) -> list[Person]:
    """Who an agent probably means while typing, best first; with a typo forgiven when nothing else fits."""
    terms = names.words(words)
    if not terms or len("".join(terms)) < 2:
        return []
    people = active_people().select_related("department", "place")
    found = list(people.filter(_says(words)).order_by("full_name", "id")[:_CANDIDATES])
    found = sorted(found, key=lambda person: (_rank(person, terms), person.full_name))[:limit]
    exact = [person for person in people.filter(number__iexact=words.strip()) if person not in found]
    if not found and not exact:
        found = _sounding_like(people, terms, limit)
    return (exact + found)[:limit]


def colleagues(person: Person, words: str, *, limit: int = 6) -> list[Person]:
    """Whom a customer may name as held up too: found by name only, from three letters on, never themselves.

    The rows hold nothing but name and department: nothing else about them can leak from a page.
    """
    terms = names.words(words)
    if len("".join(terms)) < 3:
        return []
    people = active_people().exclude(pk=person.pk).select_related("department").filter(_says(words))
    people = people.only("full_name", "department__name").order_by("full_name", "id")
    # The stored words hold numbers and addresses as well: those must not confirm a guess here.
    by_name = [
        one
        for one in people[:_CANDIDATES]
        if all(any(part.startswith(term) for part in names.search_words([one.full_name]).split()) for term in terms)
    ]
    near_first = sorted(by_name, key=lambda one: (one.department_id != person.department_id, one.full_name))
    return near_first[:limit]


def departments() -> QuerySet[Department]:
    """All departments with site, head and how many may sign in (`people_count`)."""
    return Department.objects.select_related("site", "head").annotate(
        people_count=Count("people", filter=Q(people__is_active=True))
    )


def departments_headed_by(person: Person) -> QuerySet[Department]:
    return Department.objects.filter(head=person).select_related("site")


def people_of(department: Department) -> QuerySet[Person]:
    return active_people().filter(department=department).select_related("place")


def sites() -> QuerySet[Site]:
    """All sites with the number of their departments and places."""
    return Site.objects.annotate(
        department_count=Count("departments", distinct=True), place_count=Count("places", distinct=True)
    )


def places() -> QuerySet[Place]:
    return Place.objects.select_related("site").order_by(F("site__name"), "name")


def teams() -> QuerySet[Team]:
    return Team.objects.prefetch_related("members")


def administrators() -> QuerySet[Person]:
    return active_people().filter(role=Role.ADMINISTRATOR)


def _says(words: str) -> Q:
    """Every word begins some word that the person can be found by."""
    says = Q()
    for term in names.words(words)[:5]:
        says &= Q(search_words__contains=f" {term}")
    return says


def _rank(person: Person, terms: list[str]) -> int:
    """0: the number itself; 1: the name begins so; 2: every word begins a part of the name; 3: anything else."""
    if [names.plain(person.number)] == terms:
        return 0
    name = names.plain(person.full_name)
    if name.startswith(" ".join(terms)):
        return 1
    parts = names.search_words([person.full_name]).split()
    return 2 if all(any(part.startswith(term) for part in parts) for term in terms) else 3


def _sounding_like(people: QuerySet[Person], terms: list[str], limit: int) -> list[Person]:
    """People whose name is nearly what was typed, among those with a word that begins with the same two letters."""
    wanted = " ".join(terms)
    alike = Q()
    for term in terms[:3]:
        if len(term) >= 3 and term[0].isalpha():
            alike |= Q(search_words__contains=f" {term[:2]}")
    if not alike:
        return []
    scored = [
        (max(fuzz.ratio(wanted, names.plain(one.full_name)), _best_word(terms, one)), one)
        for one in people.filter(alike)[:_FUZZY_CANDIDATES]
    ]
    near = [(score, one) for score, one in scored if score >= _ALIKE]
    return [one for _, one in sorted(near, key=lambda pair: (-pair[0], pair[1].full_name))[:limit]]


def _best_word(terms: list[str], person: Person) -> float:
    """How well each typed word fits its nearest part of the name, as the worst of them, in percent."""
    parts = names.search_words([person.full_name]).split()
    return min(max((fuzz.ratio(term, part[: len(term) + 1]) for part in parts), default=0.0) for term in terms)
