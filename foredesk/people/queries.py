"""Reads about people. Who may ask is said by the rules; what they may see is decided here."""

import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.crypto import constant_time_compare
from rapidfuzz import fuzz

from foredesk.kit import sealing
from foredesk.kit.built_once import BuiltOnce
from foredesk.kit.keys import key_in

from . import names, rules
from .enums import Role
from .models import Department, Invitation, Organisation, Person, PersonWord, Place, Site, Team

PAGE = 50
_TERMS = 5  # words of a search that count
_CALLED = 1000
_CANDIDATES = 300  # enough to rank well, few enough to rank in a moment
_KNOWN_WORDS = 3000  # parts of names that begin with the same two letters
_ALIKE = 75  # percent of likeness below which a misspelling is a different name
# Another process learns of a changed organisation after at most this long; the process that changed it at once.
_FRESH_SECONDS = 30.0
_known: tuple[float, Organisation] | None = None


@dataclass(frozen=True)
class Page:
    """One page of the people list; `after` is the key that the next page begins after, "" on the last."""

    people: list[Person]
    after: str


def organisation() -> Organisation | None:
    """Whom this installation serves; None before the set-up has come to it. Remembered once it is set up."""
    global _known
    if _known is not None and time.monotonic() - _known[0] < _FRESH_SECONDS:
        return _known[1]
    found = Organisation.objects.first()
    _known = (time.monotonic(), found) if found is not None and found.set_up_at is not None else None
    return found


def organisation_name() -> str:
    """For the top of pages and mails; until the set-up has asked for it, what the settings say."""
    found = organisation()
    return found.name if found is not None else settings.ORGANISATION


def forget_organisation() -> None:
    """For actions that changed it: the next reader looks anew."""
    global _known
    _known = None


def zone_for(person: object) -> ZoneInfo | None:
    """The zone in which somebody is told times: their own, else the organisation's, else None (TIME_ZONE)."""
    if own := rules.zone_of(person):
        return own
    found = organisation()
    return rules.zone_named(found.timezone) if found is not None else None


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
    key = key_in(after)
    last = Person.objects.filter(pk=key).only("full_name").first() if key is not None else None
    if last is not None:
        people = people.filter(Q(full_name__gte=last.full_name), Q(full_name__gt=last.full_name) | Q(pk__gt=last.pk))
    found = list(people[: PAGE + 1])
    return Page(found[:PAGE], str(found[PAGE - 1].pk) if len(found) > PAGE else "")


def find_people(words: str, *, limit: int = 8) -> list[Person]:
    """Who an agent probably means while typing, best first; with a typo forgiven when nothing else fits."""
    terms = names.words(words)
    if len("".join(terms)) < 2:
        return []
    found = _ranked(terms, _having(terms)) or _ranked(terms, _having(_mended(terms)))
    return _in_this_order(found[:limit], Person.objects.select_related("department", "place"))


def people_called(word: str) -> list[int]:
    """Keys of the people whom a word means by its beginning, or as their whole address; at most a thousand."""
    if "@" in word:
        return list(Person.objects.filter(email=word.lower()).values_list("pk", flat=True))
    terms = names.words(word)
    called = PersonWord.objects.filter(word__begins=terms[0]) if len(terms) == 1 else PersonWord.objects.none()
    return list(called.order_by("word", "person").values_list("person", flat=True)[:_CALLED])


def colleagues(person: Person, words: str, *, limit: int = 6) -> list[Person]:
    """Whom a customer may name as held up too: found by name only, from three letters on, never themselves.

    The rows hold nothing but name and department: nothing else about them can leak from a page.
    """
    terms = names.words(words)
    if len("".join(terms)) < 3:
        return []
    having = _having(terms, by_name_only=True).exclude(person=person)
    found = _ranked(terms, having, near=person.department_id)
    only = Person.objects.select_related("department").only("full_name", "department__name")
    return _in_this_order(found[:limit], only)


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


def leads_and_administrators() -> QuerySet[Person]:
    return active_people().filter(role__in=[Role.LEAD, Role.ADMINISTRATOR])


def _says(words: str) -> Q:
    """Every word begins some word that the person can be found by."""
    says = Q()
    for term in names.words(words)[:_TERMS]:
        says &= Q(pk__in=PersonWord.objects.filter(word__begins=term).values("person"))
    return says


def _having(terms: list[str], *, by_name_only: bool = False) -> QuerySet[PersonWord]:
    """The words that begin with the longest term, of people who have a word that begins with each of the others."""
    if not terms:
        return PersonWord.objects.none()
    every = PersonWord.objects.filter(is_name=True) if by_name_only else PersonWord.objects.all()
    longest, *others = sorted(terms[:_TERMS], key=len, reverse=True)
    having = every.filter(word__begins=longest, person__is_active=True)
    for term in others:
        having = having.filter(Exists(every.filter(person=OuterRef("person"), word__begins=term)))
    return having


def _ranked(terms: list[str], having: QuerySet[PersonWord], *, near: int | None = None) -> list[int]:
    """Keys of the people who have these words, best first; those of the department `near` before all others."""
    wanted = "person", "person__full_name", "person__number", "person__department"
    seen: dict[int, tuple[bool, int, str]] = {}
    # In the order of the words, so that a whole word comes before a longer one when there are too many.
    for key, name, number, department in having.order_by("word", "person").values_list(*wanted)[:_CANDIDATES]:
        seen[key] = (near is not None and department != near, _rank(terms, name, number), name)
    return sorted(seen, key=lambda key: (seen[key], key))


def _rank(terms: list[str], name: str, number: str) -> int:
    """0: the number itself; 1: the name begins so; 2: every word begins a part of the name; 3: anything else."""
    if number and names.words(number) == terms:
        return 0
    if names.plain(name).startswith(" ".join(terms)):
        return 1
    parts = names.beginnings(name)
    return 2 if all(any(part.startswith(term) for part in parts) for term in terms) else 3


def _mended(terms: list[str]) -> list[str]:
    """Each word replaced by the part of somebody's name most like it; none if one of them is like nothing."""
    mended = []
    for term in terms[:_TERMS]:
        if len(term) < 3 or not term.isalpha():
            return []
        alike = PersonWord.objects.filter(is_name=True, word__begins=term[:2]).order_by("word")
        known = list(alike.values_list("word", flat=True).distinct()[:_KNOWN_WORDS])
        # What is typed may be the beginning of the word that is meant.
        best = max(known, key=lambda word: fuzz.ratio(term, word[: len(term) + 1]), default="")
        if fuzz.ratio(term, best[: len(term) + 1]) < _ALIKE:
            return []
        mended.append(best)
    return mended


def _in_this_order(keys: list[int], people: QuerySet[Person]) -> list[Person]:
    by_key = people.in_bulk(keys)
    return [by_key[key] for key in keys if key in by_key]


def has_second_factor(person: Person) -> bool:
    """Whether something besides a password is asked of somebody: an app that shows digits, or a passkey."""
    return second_factors(person).exists()


def second_factors(person: Person) -> QuerySet[Authenticator]:
    """The app and the passkeys of somebody, oldest first; recovery codes only stand in for these."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    factors: QuerySet[Authenticator] = Authenticator.objects.filter(user_id=person.pk, type__in=kinds)
    return factors.order_by("created_at", "pk")


def codes_left(person: Person) -> int:
    """How many recovery codes somebody has not used yet."""
    return len(unused_codes(person))


def unused_codes(person: Person) -> list[str]:
    """Somebody's recovery codes that still work, in clear: for the one page that shows them."""
    codes = Authenticator.objects.filter(user_id=person.pk, type=Authenticator.Type.RECOVERY_CODES).first()
    try:
        return list(codes.wrap().get_unused_codes()) if codes else []
    except sealing.Unsealable:  # the SECRET_KEY that sealed them is lost, and they with it
        return []


def shortest_password(person: Person | None) -> int:
    """How many characters a new password needs: fewer where a second factor is asked too."""
    if person is not None and person.pk and has_second_factor(person):
        return settings.PASSWORD_LENGTH_WITH_SECOND_FACTOR
    return settings.PASSWORD_LENGTH


def invitation_of(token: str) -> Invitation | None:
    """The invitation whose link carries this token, whatever has become of it since."""
    hashed = rules.hash_of(token)
    found = Invitation.objects.select_related("person", "by").filter(token_hash=hashed).first()
    return found if found is not None and constant_time_compare(found.token_hash, hashed) else None


def invitation_for(pk: int | None) -> Invitation | None:
    """An invitation by the key that a session holds since its link was followed."""
    return Invitation.objects.select_related("person", "by").filter(pk=pk).first() if pk else None


def local_administrators() -> QuerySet[Person]:
    """Administrators who get in without a provider: by a password, or a passkey."""
    passkeys = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.WEBAUTHN)
    has_password = ~Q(password="") & ~Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return administrators().filter(has_password | Exists(passkeys))


def is_joined_to_provider(person: Person) -> bool:
    return bool(SocialAccount.objects.filter(user_id=person.pk).exists())


def last_invitation(person: Person) -> Invitation | None:
    return person.invitations.first()


def never_signed_in() -> QuerySet[Person]:
    """Agents (leads and administrators too) who may sign in and never have."""
    return agents().filter(last_login=None)


@dataclass(frozen=True, kw_only=True)
class Called:
    """Somebody as another system names them: by mail address (in small letters), number or name; "" where unsaid."""

    email: str = ""
    number: str = ""
    name: str = ""

    @property
    def name_key(self) -> tuple[str, ...]:
        """What is the same for two ways to write one name."""
        return names.key_of(self.name)


def known_as(wanted: Collection[Called]) -> dict[Called, list[Person]]:
    """Whom each of `wanted` may mean, in three queries for all: an address counts before a number, that before a name.

    A name alone finds people of exactly these words in any order, however they are written; nobody by likeness.
    """
    everybody = Person.objects.select_related("department", "place").order_by("pk")
    by_email = {p.email: p for p in everybody.filter(email__in={one.email for one in wanted if one.email})}
    by_number: dict[str, list[Person]] = {}
    for person in everybody.filter(number__in={one.number for one in wanted if one.number}):
        by_number.setdefault(person.number, []).append(person)
    by_name = _by_name({one.name_key for one in wanted if one.name and not (one.email or one.number)})
    found: dict[Called, list[Person]] = {}
    for one in wanted:
        if one.email in by_email:
            found[one] = [by_email[one.email]]
        elif one.number:
            found[one] = by_number.get(one.number, [])
        else:
            found[one] = [] if one.email else by_name.get(one.name_key, [])
    return found


def _by_name(keys: Collection[tuple[str, ...]]) -> dict[tuple[str, ...], list[Person]]:
    """People by the words of their names. The longest word of each is looked up, the others are compared."""
    longest = {max(key, key=len)[: names.LONGEST] for key in keys if key}
    having = PersonWord.objects.filter(word__in=longest, is_name=True).values("person")
    found: dict[tuple[str, ...], list[Person]] = {}
    for person in Person.objects.select_related("department", "place").filter(pk__in=having).order_by("pk"):
        found.setdefault(names.key_of(person.full_name), []).append(person)
    return found


def people_by_address(emails: Iterable[str]) -> QuerySet[Person]:
    return Person.objects.select_related("department", "place").filter(email__in=set(emails))


def person_by_address(email: str) -> Person | None:
    return next(iter(_BY_ADDRESS(email)), None) if email else None


_BY_ADDRESS = BuiltOnce(lambda email: Person.objects.select_related("department", "place").filter(email=email))
