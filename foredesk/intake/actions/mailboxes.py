"""Setting up mailboxes. What is secret is sealed at once, and never shown or recorded."""

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from foredesk.activity.actions import record
from foredesk.catalogue.models import ServiceClass
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.kit.sealing import reseal, seal
from foredesk.mail.actions import Step
from foredesk.people.models import Person
from foredesk.people.queries import people_by_address

from ..enums import Security
from ..imap import PROBLEMS, Line, said_by, steps_of
from ..models import Mailbox
from ..queries import MAILBOXES
from ..rules.providers import Fetching
from .fetching import keep_refresh_token
from .withheld import give_up

_WHERE = ("host", "port", "username", "folder")  # whoever changes these means another folder


@transaction.atomic
def add_mailbox(
    *,
    by: Person,
    name: str,
    address: str,
    other_addresses: Sequence[str] = (),
    form_senders: Sequence[str] = (),
    service_class: ServiceClass | None = None,
) -> Mailbox:
    """A mailbox whose mail is handed over, until `fetch_from` says otherwise. Raises Refused."""
    mailbox = Mailbox()
    _describe(mailbox, name, address, other_addresses, form_senders, service_class)
    mailbox.save()
    record(by=by, tag="mailbox:added", about=mailbox, name=mailbox.name, address=mailbox.address)
    _known_anew()
    return mailbox


@transaction.atomic
def describe_mailbox(
    *,
    by: Person,
    mailbox: Mailbox,
    name: str,
    address: str,
    other_addresses: Sequence[str],
    form_senders: Sequence[str],
    service_class: ServiceClass | None,
) -> None:
    """Raises Refused. `form_senders`: from where web forms write, whose Reply-To names the person."""
    _describe(mailbox, name, address, other_addresses, form_senders, service_class)
    mailbox.save(update_fields=["name", "address", "other_addresses", "form_senders", "service_class"])
    record(by=by, tag="mailbox:described", about=mailbox, name=mailbox.name, address=mailbox.address)
    _known_anew()


@transaction.atomic
def fetch_from(*, by: Person, mailbox: Mailbox, fetching: Fetching, secret_expires_on: date | None = None) -> None:
    """Have it fetched like this from now on. Raises Refused for a connection that gives passwords away."""
    _refuse_unsafe(fetching)
    mailbox = Mailbox.objects.select_for_update().get(pk=mailbox.pk)
    before = [getattr(mailbox, field) for field in _WHERE]
    for field in ("host", "port", "security", "username", "sign_in", "token_url", "client_id", "scope", "folder"):
        setattr(mailbox, field, getattr(fetching, field))
    mailbox.takes_old, mailbox.secret_expires_on = fetching.takes_old, secret_expires_on
    for field in ("secret", "client_secret"):
        given = getattr(fetching, field)
        if given is not None:
            setattr(mailbox, field, seal(given) if given else "")
    if mailbox.uid_validity is not None and before != [getattr(mailbox, field) for field in _WHERE]:
        # No server's UIDVALIDITY is 0 (RFC 3501, 9): what came since the first look is looked at again.
        mailbox.uid_validity, mailbox.last_uid = 0, 0
        mailbox.incoming.filter(uid__isnull=False).update(uid_validity=0)
    mailbox.next_fetch_at, mailbox.failing_since, mailbox.error = clock.now(), None, ""
    mailbox.save()
    record(by=by, tag="mailbox:fetched_from", about=mailbox, host=mailbox.host, username=mailbox.username)


@transaction.atomic
def hand_over(*, by: Person, mailbox: Mailbox) -> None:
    """Fetch it no longer: its mail is handed over by a mail server. The secrets are gone with this."""
    Mailbox.objects.filter(pk=mailbox.pk).update(
        host="",
        username="",
        secret="",
        client_secret="",
        token_url="",
        client_id="",
        secret_expires_on=None,
        failing_since=None,
        error="",
    )
    give_up(mailbox=mailbox, reason=_("Its mail server had not handed it out when the mailbox ceased to be fetched."))
    record(by=by, tag="mailbox:handed_over", about=mailbox)


@transaction.atomic
def pause_mailbox(*, by: Person, mailbox: Mailbox) -> None:
    """Take nothing in for a while: what is fetched waits at its server, what is handed over waits with its sender."""
    if Mailbox.objects.filter(pk=mailbox.pk, is_active=True).update(is_active=False, failing_since=None, error=""):
        record(by=by, tag="mailbox:paused", about=mailbox)


@transaction.atomic
def resume_mailbox(*, by: Person, mailbox: Mailbox) -> None:
    if Mailbox.objects.filter(pk=mailbox.pk, is_active=False).update(is_active=True, next_fetch_at=clock.now()):
        record(by=by, tag="mailbox:resumed", about=mailbox)


@transaction.atomic
def remove_mailbox(*, by: Person, mailbox: Mailbox) -> None:
    """Raises Refused once mail has come by it."""
    mailbox = Mailbox.objects.select_for_update().get(pk=mailbox.pk)
    if mailbox.incoming.exists():
        raise Refused(_("Mail has come by it, and its requests still say so. Pause it instead."))
    record(by=by, tag="mailbox:removed", about=mailbox, name=mailbox.name, address=mailbox.address)
    mailbox.delete()
    _known_anew()


def try_mailbox(*, by: Person, mailbox: Mailbox) -> list[Step]:
    """Sign in as fetching does, and tell each step. Nothing is fetched; a mailbox that works is looked into at once.

    Takes as long as the server does. Not in a transaction: nothing is locked meanwhile.
    """
    line = Line(mailbox, keep=lambda token: keep_refresh_token(mailbox, token), is_fresh=True)
    planned = [*steps_of(line), (_("Look what is there"), lambda: _what_is_there(mailbox, line), None)]
    steps: list[Step] = []
    for name, step, why_not in planned:
        try:
            steps.append(Step(name, "done", step()))
        except PROBLEMS as problem:
            steps.append(Step(name, "failed", said_by(problem), why_not(problem, mailbox) if why_not else ""))
            break
    line.end()
    steps += [Step(name, "open") for name, _step, _why in planned[len(steps) :]]
    worked = all(step.state == "done" for step in steps)
    with transaction.atomic():
        if worked:
            Mailbox.objects.filter(pk=mailbox.pk, is_active=True).update(next_fetch_at=clock.now())
        record(by=by, tag="mailbox:tried", about=mailbox, worked=worked)
    return steps


def reseal_mailboxes() -> int:
    """Move what is sealed with former SECRET_KEYs to the present one; how many mailboxes. Raises Unsealable."""
    moved = 0
    with transaction.atomic():
        for mailbox in Mailbox.objects.select_for_update().exclude(secret="", client_secret=""):
            for field in ("secret", "client_secret"):
                if sealed := getattr(mailbox, field):
                    setattr(mailbox, field, reseal(sealed))
            mailbox.save(update_fields=["secret", "client_secret"])
            moved += 1
    return moved


def _what_is_there(mailbox: Mailbox, line: Line) -> str:
    counted = _("%(messages)d mails are in the folder “%(folder)s”.") % {
        "messages": line.messages,
        "folder": mailbox.folder,
    }
    if mailbox.uid_validity is not None:
        return counted
    then = _("They are taken in too.") if mailbox.takes_old else _("They stay where they are; new ones are taken in.")
    return f"{counted} {then}"


def _describe(
    mailbox: Mailbox,
    name: str,
    address: str,
    other_addresses: Sequence[str],
    form_senders: Sequence[str],
    service_class: ServiceClass | None,
) -> None:
    mailbox.name, mailbox.service_class = name.strip(), service_class
    mailbox.address = _address(address, "address")
    others = dict.fromkeys(_address(one, "other_addresses") for one in other_addresses)
    mailbox.other_addresses = [one for one in others if one != mailbox.address]
    mailbox.form_senders = list(dict.fromkeys(_address(one, "form_senders") for one in form_senders))
    if Mailbox.objects.filter(name=mailbox.name).exclude(pk=mailbox.pk).exists():
        raise Refused(_("There is a mailbox of this name already."), "name")
    others_have = {one for box in Mailbox.objects.exclude(pk=mailbox.pk) for one in box.addresses}
    people_have = {person.email.lower(): person for person in people_by_address(mailbox.addresses)}
    for one in mailbox.addresses:
        field = "address" if one == mailbox.address else "other_addresses"
        if one in others_have:
            raise Refused(_("%(address)s leads to another mailbox already.") % {"address": one}, field)
        if one in people_have:
            words = {"address": one, "name": people_have[one].full_name}
            raise Refused(_("%(address)s is %(name)s’s own address. Give the person another first.") % words, field)


def _address(said: str, field: str) -> str:
    address = said.strip().lower()
    try:
        validate_email(address)
    except ValidationError as wrong:
        raise Refused(_("%(said)s is not an address.") % {"said": said.strip() or "“”"}, field) from wrong
    return address


def _refuse_unsafe(fetching: Fetching) -> None:
    if fetching.security == Security.NONE and fetching.host not in settings.LOCAL_HOSTS:
        raise Refused(_("Without TLS everybody on the way can read the password. Choose TLS or STARTTLS."), "security")
    parts = urlsplit(fetching.token_url)
    if fetching.token_url and parts.scheme != "https" and parts.hostname not in settings.LOCAL_HOSTS:
        raise Refused(_("The token address has to begin with https://."), "token_url")


def _known_anew() -> None:
    """After the commit too: a reader in between may have remembered what was before."""
    MAILBOXES.forget()
    transaction.on_commit(MAILBOXES.forget)
