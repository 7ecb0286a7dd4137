"""What is done to people, departments, sites, places and teams. `by` None: Foredesk itself (set-up, import)."""

from collections.abc import Iterable
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Model
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from foredesk.activity.actions import record
from foredesk.kit.refusals import Refused

from .. import emails, names, queries, rules
from ..enums import Role
from ..models import Department, Person, PersonWord, Place, Site, Team
from .access import end_invitations


@transaction.atomic
def add_person(
    *,
    by: Person | None,
    email: str,
    full_name: str,
    role: str = Role.CUSTOMER,
    number: str = "",
    phone: str = "",
    department: Department | None = None,
    place: Place | None = None,
    manager: Person | None = None,
    timezone: str = "",
    password: str | None = None,
) -> Person:
    """Make somebody known. Without a password they cannot sign in until they follow an invitation or a reset mail."""
    person = Person(
        email=email.strip().lower(),
        full_name=full_name.strip(),
        role=role,
        number=number,
        phone=phone,
        department=department,
        place=place,
        manager=manager,
        timezone=timezone,
    )
    person.set_password(password)
    person.save()
    make_findable([person])
    record(by=by, tag="person:added", about=person, role=str(role))
    return person


@transaction.atomic
def change_person(
    *,
    by: Person,
    person: Person,
    email: str,
    full_name: str,
    number: str,
    phone: str,
    department: Department | None,
    place: Place | None,
    manager: Person | None,
    timezone: str,
) -> Person:
    """Put down the facts about somebody. A new mail address ends the old one's power to sign in, reset or accept.

    Raises Refused if somebody would become their own manager.
    """
    if manager is not None and manager.pk == person.pk:
        raise Refused(_("Nobody can be their own manager."))
    old_email = person.email
    changed = _set(
        person,
        email=email.strip().lower(),
        full_name=full_name.strip(),
        number=number,
        phone=phone,
        department=department,
        place=place,
        manager=manager,
        timezone=timezone,
    )
    make_findable([person])
    if person.email != old_email:
        end_invitations(person=person)
        EmailAddress.objects.filter(user_id=person.pk).delete()
    if changed:
        record(by=by, tag="person:changed", about=person, fields=changed)
    return person


@transaction.atomic
def make_findable(people: Iterable[Person]) -> None:
    """Work out anew by which words people are found. Whoever writes people in bulk calls this for them afterwards."""
    people = list(people)
    PersonWord.objects.filter(person__in=people).delete()
    PersonWord.objects.bulk_create(
        (
            PersonWord(person=person, word=word, is_name=is_name)
            for person in people
            for word, is_name in names.beginnings(person.full_name, person.email, person.number, person.phone).items()
        ),
        batch_size=2000,
    )


@transaction.atomic
def change_own_profile(*, by: Person, full_name: str, phone: str, place: Place | None, timezone: str) -> Person:
    """What everybody may say about themselves."""
    changed = _set(by, full_name=full_name.strip(), phone=phone, place=place, timezone=timezone)
    make_findable([by])
    if changed:
        record(by=by, tag="person:profile:changed", about=by, fields=changed)
    return by


@transaction.atomic
def change_role(*, by: Person, person: Person, role: str) -> Person:
    """Give somebody another role.

    Raises Refused for one's own administrator role and for the last administrator's.
    """
    if role == person.role:
        return person
    if person.role == Role.ADMINISTRATOR:
        if by.pk == person.pk:
            raise Refused(
                _("You cannot take away your own administrator role. Ask another administrator to do it for you.")
            )
        _keep_an_administrator(person)
    old = person.role
    _set(person, role=role)
    record(by=by, tag="person:role:changed", about=person, old=str(old), new=str(role))
    return person


@transaction.atomic
def change_person_and_role(*, by: Person, person: Person, role: str, **facts: Any) -> Person:
    """What the form about somebody says, all of it or nothing; for `facts` and what is refused see the two above."""
    change_role(by=by, person=person, role=role)
    return change_person(by=by, person=person, **facts)


@transaction.atomic
def deactivate(*, by: Person | None, person: Person) -> Person:
    """End somebody's access: sessions and password end now, requests and history stay.

    Raises Refused for oneself and for the last administrator.
    """
    if by is not None and by.pk == person.pk:
        raise Refused(_("You cannot deactivate yourself. Ask another administrator to do it for you."))
    _keep_an_administrator(person)
    # Sessions hang on the password: without it they end, and do not come back to life with the person.
    person.set_unusable_password()
    person.save(update_fields=["password"])
    _set(person, is_active=False)
    record(by=by, tag="person:deactivated", about=person)
    return person


@transaction.atomic
def add_department(*, by: Person | None, name: str, site: Site, head: Person | None = None) -> Department:
    department = Department.objects.create(name=name.strip(), site=site, head=head)
    record(by=by, tag="department:added", about=department)
    return department


@transaction.atomic
def change_department(
    *, by: Person, department: Department, name: str, site: Site, head: Person | None, shares_requests: bool
) -> Department:
    changed = _set(department, name=name.strip(), site=site, head=head)
    if changed:
        record(by=by, tag="department:changed", about=department, fields=changed)
    return decide_sharing(by=by, department=department, shares=shares_requests)


@transaction.atomic
def decide_sharing(*, by: Person, department: Department, shares: bool) -> Department:
    """Say whether the people of a department see each other's requests. Does nothing if it is so already.

    Raises Refused for anybody but the head and administrators.
    """
    if not rules.can_decide_sharing(by, department):
        raise Refused(_("Only the head of the department and administrators decide this."))
    if _set(department, shares_requests=shares):
        record(by=by, tag="department:sharing:on" if shares else "department:sharing:off", about=department)
    return department


@transaction.atomic
def add_site(*, by: Person | None, name: str, address: str = "") -> Site:
    site = Site.objects.create(name=name.strip(), address=address)
    record(by=by, tag="site:added", about=site)
    return site


@transaction.atomic
def change_site(*, by: Person, site: Site, name: str, address: str) -> Site:
    if changed := _set(site, name=name.strip(), address=address):
        record(by=by, tag="site:changed", about=site, fields=changed)
    return site


@transaction.atomic
def add_place(*, by: Person | None, name: str, site: Site) -> Place:
    place = Place.objects.create(name=name.strip(), site=site)
    record(by=by, tag="place:added", about=place)
    return place


@transaction.atomic
def change_place(*, by: Person, place: Place, name: str, site: Site) -> Place:
    if changed := _set(place, name=name.strip(), site=site):
        record(by=by, tag="place:changed", about=place, fields=changed)
    return place


@transaction.atomic
def add_team(*, by: Person | None, name: str) -> Team:
    team = Team.objects.create(name=name.strip())
    record(by=by, tag="team:added", about=team)
    return team


@transaction.atomic
def remove_team(*, by: Person, team: Team) -> None:
    """Dissolve a team. Raises Refused while only its members can see something: somebody has to."""
    if secrets := rules.secrets_of(team):
        raise Refused(_("%(secrets)s is private to this team. Choose other teams for it first.") % {
            "secrets": get_text_list([f"“{name}”" for name in secrets], _("and"))
        })  # fmt: skip
    record(by=by, tag="team:removed", about=team, name=team.name)
    team.delete()


@transaction.atomic
def rename_team(*, by: Person, team: Team, name: str) -> Team:
    if changed := _set(team, name=name.strip()):
        record(by=by, tag="team:changed", about=team, fields=changed)
    return team


@transaction.atomic
def add_member(*, by: Person | None, team: Team, person: Person) -> None:
    """Take somebody into a team; one that keeps secrets is told who came, and by whom.

    Raises Refused for people who do not work at the desk or may not sign in, and where `by` has no say in the team.
    """
    _refuse_unless_may_change(by, team)
    if not (person.is_active and person.role != Role.CUSTOMER):
        raise Refused(
            _("%(name)s is not an agent yet. Change their role first, then add them here.") % {"name": person.full_name}
        )
    if not team.members.filter(pk=person.pk).exists():
        if by is not None and (secrets := rules.secrets_of(team)):
            emails.send_somebody_joined(team, person, by=by, secrets=secrets)
        team.members.add(person)
        record(by=by, tag="team:member:added", about=team, person=person.pk)


@transaction.atomic
def remove_member(*, by: Person, team: Team, person: Person) -> None:
    """Take somebody out of a team. Raises Refused for the last one who sees what only the team may see."""
    _refuse_unless_may_change(by, team)
    if rules.secrets_of(team) and not team.members.filter(is_active=True).exclude(pk=person.pk).exists():
        raise Refused(_("Nobody would see %(secrets)s any more. Add somebody else first.") % {
            "secrets": get_text_list([f"“{name}”" for name in rules.secrets_of(team)], _("and"))
        })  # fmt: skip
    if team.members.filter(pk=person.pk).exists():
        team.members.remove(person)
        record(by=by, tag="team:member:removed", about=team, person=person.pk)


def _refuse_unless_may_change(by: Person | None, team: Team) -> None:
    if by is not None and not rules.can_change_team(by, team):
        raise Refused(_("This team sees private requests: only administrators and its members change who is in it."))


def _set(thing: Model, **values: Any) -> list[str]:
    """Write the fields that differ, and say which they were."""
    changed = [name for name, value in values.items() if getattr(thing, name) != value]
    for name in changed:
        setattr(thing, name, values[name])
    if changed:
        thing.save(update_fields=changed)
    return changed


def _keep_an_administrator(person: Person) -> None:
    """Raise Refused if nobody but `person` could administrate.

    The rows are locked, all and in one order, so that two who take each other's role neither both go nor stand still.
    """
    present = list(queries.administrators().select_for_update().order_by("pk").values_list("pk", flat=True))
    if person.role == Role.ADMINISTRATOR and person.is_active and not set(present) - {person.pk}:
        raise Refused(
            _("%(name)s is the last administrator. Make somebody else an administrator first.")
            % {"name": person.full_name}
        )
