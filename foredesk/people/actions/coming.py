"""People as a list of the organisation has them: who is new comes in, who is here is brought up to date."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from foredesk.activity.actions import record
from foredesk.kit import clock
from foredesk.kit.refusals import Refused

from .. import names, rules
from ..enums import Role
from ..models import Department, Person, Place, Site
from ..queries import Called, known_as
from .access import end_invitations
from .importing import add_in_bulk
from .people import add_department, add_place, add_site, deactivate, make_findable


@dataclass(frozen=True, kw_only=True)
class PersonFacts:
    """What a list says about somebody; "" and None where it says nothing, and then what is here stays."""

    email: str = ""
    number: str = ""
    full_name: str = ""
    phone: str = ""
    department: str = ""
    site: str = ""
    place: str = ""
    may_sign_in: bool | None = None


class Became(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True)
class Outcome:
    """What became of one line; `words` say why it was refused, or what of it was not taken."""

    became: Became
    person: Person | None = None
    words: list[str] = field(default_factory=list)


@transaction.atomic
def import_people(
    *, by: Person | None, facts: Sequence[PersonFacts], create_missing: bool = False, dry: bool = False
) -> list[Outcome]:
    """Take lines of a list in; one outcome for each, in their order. Nobody gets mail.

    Somebody is known by number or mail address. Roles are never touched, and nobody is let in again who may not sign
    in. Departments, sites and places that are not here are made with `create_missing` only; `dry` leaves no trace.
    """
    by_email = known_as([Called(email=one.email) for one in facts if one.email])
    by_number = known_as([Called(number=one.number) for one in facts if one.number])
    structure = Structure(by, create_missing)
    new: list[Person] = []
    outcomes: list[Outcome] = []
    for one in facts:
        try:
            person = _who(one, by_email.get(Called(email=one.email), []), by_number.get(Called(number=one.number), []))
            if person is None:
                person = _new(one, structure)
                new.append(person)
                outcomes.append(Outcome(Became.NEW, person))
            else:
                outcomes.append(_brought_up_to_date(by, person, one, structure))
        except Refused as refused:
            outcomes.append(Outcome(Became.REFUSED, None, [str(refused)]))
    add_in_bulk(by=by, people=new)
    if dry:
        transaction.set_rollback(True)
    return outcomes


@transaction.atomic
def name_managers(*, by: Person | None, managers: Sequence[tuple[Person, Person]]) -> list[Person]:
    """Put down who is whose manager (person, manager); returns those for whom that was new."""
    changed = []
    for person, manager in managers:
        if person.manager_id != manager.pk and person != manager:
            person.manager = manager
            person.save(update_fields=["manager"])
            record(by=by, tag="person:changed", about=person, fields=["manager"])
            changed.append(person)
    return changed


def _who(one: PersonFacts, by_email: list[Person], by_number: list[Person]) -> Person | None:
    if not (one.email or one.number):
        raise Refused(_("It has neither a mail address nor a number, so nobody can be known by it."))
    if len(by_number) > 1:
        raise Refused(_("%(count)d people here have this number.") % {"count": len(by_number)})
    for other in by_number:
        if by_email and by_email[0] != other:
            raise Refused(
                _("The mail address is that of %(one)s here, the number that of %(other)s.")
                % {"one": by_email[0].full_name, "other": other.full_name}
            )
    return next(iter([*by_number, *by_email]), None)


def _new(one: PersonFacts, structure: "Structure") -> Person:
    if not one.full_name:
        raise Refused(_("It has no name."))
    department, place = structure.of(one)
    return Person(
        email=one.email or rules.no_address_for(one.number),
        full_name=one.full_name,
        number=one.number,
        phone=one.phone,
        department=department,
        place=place,
        role=Role.CUSTOMER,
        is_active=bool(one.email) and one.may_sign_in is not False,
        password=make_password(None),
        joined_at=clock.now(),
    )


def _brought_up_to_date(by: Person | None, person: Person, one: PersonFacts, structure: "Structure") -> Outcome:
    department, place = structure.of(one)
    said = {
        "email": one.email,
        "full_name": one.full_name,
        "number": one.number,
        "phone": one.phone,
        "department": department,
        "place": place,
    }
    changed = [name for name, value in said.items() if value and getattr(person, name) != value]
    for name in changed:
        setattr(person, name, said[name])
    if changed:
        person.save(update_fields=changed)
        record(by=by, tag="person:changed", about=person, fields=changed)
        make_findable([person])
    if "email" in changed:  # the old one's power to sign in ends
        end_invitations(person=person)
        EmailAddress.objects.filter(user_id=person.pk).delete()
    words = []
    if one.may_sign_in and not person.is_active:
        words.append(_("%(name)s may not sign in here, and still may not.") % {"name": person.full_name})
    if one.may_sign_in is False and person.is_active:
        if person.role == Role.ADMINISTRATOR:
            words.append(_("%(name)s is an administrator: end their access by hand.") % {"name": person.full_name})
        else:
            deactivate(by=by, person=person)
            changed.append("is_active")
    return Outcome(Became.CHANGED if changed else Became.SAME, person, words)


class Structure:
    """Departments, sites and places by their names; made where they are missing, if that is wanted."""

    def __init__(self, by: Person | None, create: bool) -> None:
        self._by, self._create = by, create
        self._sites = {names.key_of(site.name): site for site in Site.objects.all()}
        self._departments = {
            names.key_of(department.name): department for department in Department.objects.select_related("site")
        }

    def of(self, one: PersonFacts) -> tuple[Department | None, Place | None]:
        """The department and place of somebody. Raises Refused for names that are not here and are not to be made.

        A place is what tells another site than the department's; where only the site is said, it has the site's name.
        """
        site = self._site(one.site) if one.site else None
        department = self._department(one.department, site) if one.department else None
        at = site or (department.site if department else None)
        if one.place:
            return department, self._place(one.place, at)
        elsewhere = site is not None and (department is None or department.site_id != site.pk)
        return department, self._place(site.name, site) if site is not None and elsewhere else None

    def _site(self, name: str) -> Site:
        found = self._sites.get(names.key_of(name))
        if found is None:
            self._refuse_unless_made(_("No site here is called “%(name)s”."), name, 80)
            found = self._sites[names.key_of(name)] = add_site(by=self._by, name=name)
        return found

    def _department(self, name: str, site: Site | None) -> Department:
        found = self._departments.get(names.key_of(name))
        if found is None:
            self._refuse_unless_made(_("No department here is called “%(name)s”."), name, 80)
            at = site or self._only_site()
            found = self._departments[names.key_of(name)] = add_department(by=self._by, name=name, site=at)
        return found

    def _only_site(self) -> Site:
        if len(self._sites) > 1:
            raise Refused(_("It does not say at which site the new department is."))
        return next(iter(self._sites.values()), None) or self._site(settings.ORGANISATION[:80])

    def _place(self, name: str, site: Site | None) -> Place:
        if site is None:
            raise Refused(_("It does not say at which site “%(name)s” is.") % {"name": name[:60]})
        found = Place.objects.filter(site=site, name=name).first()
        if found is None:
            self._refuse_unless_made(_("No place here is called “%(name)s”."), name, 80)
            found = add_place(by=self._by, name=name, site=site)
        return found

    def _refuse_unless_made(self, sentence: str, name: str, most: int) -> None:
        if not self._create or len(name) > most:
            raise Refused(sentence % {"name": name[:60]})
