"""Who may do what with people. Every rule takes the person who wants to."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from foredesk.kit import clock

from . import names
from .enums import InvitationState, Role
from .models import Department, Invitation, Person, Team

_secrets: list[Callable[[Team], Iterable[str]]] = []
_remarks: "list[Callable[[Person], Remark | None]]" = []


@dataclass(frozen=True)
class Remark:
    """What a room above has to say of somebody on their page: in `template`, a partial of its own, with `thing`."""

    template: str
    thing: object


class PersonRequest(HttpRequest):
    """The request of a view under `@allow`: whoever gets there is signed in, and a person. For type checking only."""

    user: Person


def is_customer(person: Person) -> bool:
    """Everybody who is signed in is somebody's customer, agents included."""
    return person.is_active


def is_agent(person: Person) -> bool:
    return person.is_active and person.role in {Role.AGENT, Role.LEAD, Role.ADMINISTRATOR}


def is_lead(person: Person) -> bool:
    return person.is_active and person.role in {Role.LEAD, Role.ADMINISTRATOR}


def is_administrator(person: Person) -> bool:
    return person.is_active and person.role == Role.ADMINISTRATOR


def heads_a_department(person: Person) -> bool:
    return person.is_active and person.heads.exists()


def can_read_people(person: Person) -> bool:
    """The list of people and their pages under Settings."""
    return is_lead(person)


def can_manage_people(person: Person) -> bool:
    """Add, change, invite and deactivate people; the same for departments, sites and places."""
    return is_administrator(person)


def can_manage_teams(person: Person) -> bool:
    return is_lead(person)


def can_find_people(person: Person) -> bool:
    """Find anybody by name, mail, number or phone while a request is entered."""
    return is_agent(person)


def keep_secrets(names_for: Callable[[Team], Iterable[str]]) -> None:
    """A room above names what only members of a team may see; called once, in its `AppConfig.ready`."""
    if names_for not in _secrets:
        _secrets.append(names_for)


def secrets_of(team: Team) -> list[str]:
    """Names of what only members of a team may see, say its private kinds of requests."""
    return [name for names_for in _secrets for name in names_for(team)]


def remark_on_people(remark_on: "Callable[[Person], Remark | None]") -> None:
    """A room above has something to say of people on their pages under Settings; called once, in `AppConfig.ready`."""
    if remark_on not in _remarks:
        _remarks.append(remark_on)


def remarks_on(person: Person) -> list[Remark]:
    return [remark for remark_on in _remarks if (remark := remark_on(person))]


def can_change_team(person: Person, team: Team) -> bool:
    """Into a team that keeps secrets nobody lets themselves but administrators, and the team hears of that."""
    if not can_manage_teams(person) or is_administrator(person) or not secrets_of(team):
        return can_manage_teams(person)
    return team.members.filter(pk=person.pk).exists()


def can_decide_sharing(person: Person, department: Department) -> bool:
    """Whether colleagues see each other's requests is the head's decision; an administrator may set it too."""
    return person.is_active and (department.head_id == person.pk or is_administrator(person))


def needs_second_factor(person: Person) -> bool:
    """Whether somebody may not work here by a password alone. The demo, where anybody is anybody, asks nobody."""
    return settings.STRICT_SIGN_IN and is_administrator(person)


def may_sign_in_locally(person: Person) -> bool:
    """Whether a password or a passkey of our own lets somebody in, or the provider only (LOCAL_SIGN_IN)."""
    return not settings.OIDC_URL or settings.LOCAL_SIGN_IN == "everybody" or is_administrator(person)


def role_by_claim(claims: dict[str, Any]) -> str | None:
    """The highest role that what the provider says gives (OIDC_ROLES); None where no roles are mapped.

    The claim's name may be a path, as in Keycloak's “realm_access.roles”. No claim, or none that is mapped: customer.
    """
    if not settings.OIDC_ROLES:
        return None
    said: Any = claims.get(settings.OIDC_ROLE_CLAIM)
    if said is None:
        said = claims
        for part in settings.OIDC_ROLE_CLAIM.split("."):
            said = said.get(part) if isinstance(said, dict) else None
    names = [said] if isinstance(said, str) else said if isinstance(said, list) else []
    given = {settings.OIDC_ROLES.get(str(name)) for name in names}
    return next((role for role in (Role.ADMINISTRATOR, Role.LEAD, Role.AGENT) if role in given), Role.CUSTOMER)


def is_undisturbed(person: Person) -> bool:
    """Whether notices to somebody wait at this moment."""
    return person.undisturbed_until is not None and person.undisturbed_until > clock.now()


def can_be_invited(person: Person) -> bool:
    return person.is_active and person.erased_at is None and person.has_address


def state_of(invitation: Invitation) -> InvitationState:
    """What following the link of an invitation means now."""
    if invitation.accepted_at is not None:
        return InvitationState.USED
    if invitation.expires_at <= clock.now() or not can_be_invited(invitation.person):
        return InvitationState.EXPIRED
    return InvitationState.OPEN


def hash_of(token: str) -> str:
    """What is kept of an invitation's token (256 random bits, so a plain SHA-256 will do)."""
    return sha256(token.encode()).hexdigest()


def zone_of(person: object) -> ZoneInfo | None:
    """The zone somebody chose; None for visitors, for those who chose none, and for a name that no longer exists."""
    return zone_named(person.timezone) if isinstance(person, Person) else None


def zone_named(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def has_address(email: str) -> bool:
    """Whether mail can reach anybody there; people of whom only a name is known have no address."""
    return not email.lower().endswith(names.NO_ADDRESS)


def no_address_for(name: str) -> str:
    """What stands in the place of the address of somebody of whom only a name (or number) is known; always the same."""
    plain = "-".join(names.key_of(name))
    letters = "".join(letter for letter in plain if letter.isascii() and (letter.isalnum() or letter == "-"))[:30]
    mark = sha256(plain.encode()).hexdigest()[:12]
    return f"{letters.strip('-') or 'person'}.{mark}@no-address{names.NO_ADDRESS}"


@dataclass(frozen=True)
class Pseudonym:
    name: str
    email: str  # under .invalid, which no mail server will ever have (RFC 2606, section 2)


def pseudonym_of(person: Person) -> Pseudonym:
    """What somebody is called once they are taken out: whether they worked in IT is still told, nothing else."""
    name = _("Former customer %(number)d") if person.role == Role.CUSTOMER else _("Former colleague %(number)d")
    return Pseudonym(name % {"number": person.pk}, f"former-{person.pk}@erased.invalid")
