"""Everything Foredesk knows of one person, for that person (GDPR Art. 15): data, a page to read, and the files.

Others' private data stays out (Art. 15(4)): requests come as the person may read them, everybody else is named and
nothing more, and the notes of IT about their own requests come only where an administrator has decided so.
"""

import json
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

from allauth.usersessions.models import UserSession
from django.apps import apps
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string

from foredesk.activity.models import Event
from foredesk.attachments.models import Attachment
from foredesk.intake.models import Incoming
from foredesk.kit import clock
from foredesk.mail.models import OutboxMessage
from foredesk.people.models import Invitation, Person
from foredesk.tickets.enums import Audience
from foredesk.tickets.models import Draft, Interview, Message, Ticket
from foredesk.tickets.queries import (
    page_style,
    put_file,
    requests_followed_by,
    requests_of,
    safe_path,
    tickets_served_by,
    tickets_visible_to,
    write_copy,
)

from .kinds import plain
from .writing import Tell

FORMAT = "foredesk-person"
VERSION = 1
AT_ONCE = 500

Row = dict[str, Any]


def requests_for(person: Person, asker: Person) -> QuerySet[Ticket]:
    """The requests that belong into a copy of `person` for `asker`: no private ones where the asker is another."""
    theirs = Q(pk__in=requests_of(person).order_by().values("pk"))
    theirs |= Q(pk__in=requests_followed_by(person).order_by().values("pk"))
    return _may_be_known(asker, person).filter(theirs).order_by("pk")


def _may_be_known(asker: Person, person: Person) -> QuerySet[Ticket]:
    """Requests that the person may know of, and another asker serves.

    Whoever may no longer sign in is asked for as what they were.
    """
    known = Ticket.objects.order_by()
    if person.is_active:
        known = known.filter(pk__in=tickets_visible_to(person).order_by().values("pk"))
    if asker.pk != person.pk:
        # To be let follow a private one is no reason to carry it away as its customer reads it.
        known = known.filter(pk__in=tickets_served_by(asker).order_by().values("pk"))
    return known


def write_person(archive: zipfile.ZipFile, person: Person, *, asker: Person, with_notes: bool, tell: Tell) -> Row:
    """Write the copy; returns how many things of each kind are in it. `tell` hears how many requests are done."""
    known = _may_be_known(asker, person).values("pk")
    requests = requests_for(person, asker)
    counts: Row = {"requests": 0}
    for ticket in requests.select_related("customer", "opened_by", "assignee", "service_class", "lane").iterator(100):
        write_copy(archive, ticket, person, f"requests/{ticket.pk}/")
        if with_notes and ticket.customer_id == person.pk:
            archive.writestr(f"requests/{ticket.pk}/notes.json", _lines_together(_notes(ticket)))
        counts["requests"] += 1
        tell(counts["requests"])
    facts = _profile(person, known) | {"unsent": list(_unsent(person)) if asker.pk == person.pk else []}
    archive.writestr("person.json", _readable(facts))
    counts["messages"] = _write_lines(archive, "messages.jsonl", _messages(person, known, requests))
    counts["activity"] = _write_lines(archive, "activity.jsonl", _activity(person, known))
    counts["mails"] = _write_lines(archive, "mails.jsonl", _mails(person, known))
    counts["mails_written"] = _write_lines(archive, "mails-written.jsonl", _mails_written(person, known, asker))
    counts["files"] = _write_files(archive, person, known)
    sheet, policy = page_style()
    context = {
        "pages": ((f"requests/{one.pk}/request.html", one) for one in requests.iterator(AT_ONCE)),
        "person": person, "facts": facts, "counts": counts,
        "with_notes": with_notes, "asker": asker, "now": clock.now(), "style": sheet, "policy": policy,
    }  # fmt: skip
    archive.writestr("index.html", render_to_string("operations/copy/person.html", context))
    archive.writestr("README.txt", render_to_string("operations/copy/README.txt", context))
    return counts


def _profile(person: Person, known: QuerySet[Any, Any]) -> Row:
    place, manager = person.place, person.manager
    return {
        "format": FORMAT,
        "version": VERSION,
        "written_at": plain(clock.now()),
        "name": person.full_name,
        "email": person.email,
        "number": person.number,
        "phone": person.phone,
        "department": person.department.name if person.department else None,
        "heads": list(person.heads.values_list("name", flat=True)),
        "place": f"{place.name}, {place.site.name}" if place else None,
        "manager": manager.full_name if manager else None,
        "role": person.role,
        "teams": list(person.teams.values_list("name", flat=True)),
        "timezone": person.timezone,
        "may_sign_in": person.is_active,
        "known_since": plain(person.joined_at),
        "last_sign_in": plain(person.last_login),
        "signed_in_at": [
            {"from": one.ip, "with": one.user_agent, "since": plain(one.created_at), "seen": plain(one.last_seen_at)}
            for one in UserSession.objects.filter(user=person).order_by("created_at")
        ],
        "second_factors": _rows_of("mfa.Authenticator", person, "type", "created_at", "last_used_at"),
        "sign_in_services": _rows_of("socialaccount.SocialAccount", person, "provider", "uid", "date_joined"),
        "invitations": [
            {"sent_at": plain(one.sent_at), "expires_at": plain(one.expires_at), "accepted_at": plain(one.accepted_at)}
            for one in Invitation.objects.filter(person=person).order_by("sent_at")
        ],
        "follows": [
            {"request": one.ticket_id, "why": one.reason, "hears": one.measure, "since": plain(one.since)}
            for one in person.following.filter(ticket__in=known).order_by("since")
        ],
    }


def _rows_of(label: str, person: Person, *names: str) -> list[Row]:
    """Rows of sign-in's own tables, without the secrets in them."""
    if not apps.is_installed(f"allauth.{label.partition('.')[0]}"):
        return []
    rows = apps.get_model(label)._base_manager.filter(user=person).order_by("pk").values(*names)
    return [{name: plain(value) for name, value in row.items()} for row in rows]


def _unsent(person: Person) -> Iterator[Row]:
    answers = ("goal", "happened", "theory", "tried", "impact", "needed_by", "fixed")
    for interview in Interview.objects.filter(person=person, ticket=None).order_by("pk"):
        yield {"saved_at": plain(interview.saved_at), **{name: getattr(interview, name) for name in answers}}
    for draft in Draft.objects.filter(author=person).order_by("pk"):
        yield {"saved_at": plain(draft.saved_at), "request": draft.ticket_id, "for": draft.purpose, "text": draft.body}


def _notes(ticket: Ticket) -> Iterator[Row]:
    """What IT noted, without who did: colleagues write notes for each other."""
    for note in ticket.messages.filter(audience=Audience.IT):
        yield {"at": plain(note.at), "by": "IT", "text": note.body}


def _messages(person: Person, known: QuerySet[Any, Any], requests: QuerySet[Ticket]) -> Iterator[Row]:
    """What they wrote on other people's requests; what they wrote on their own stands there."""
    written = Message.objects.filter(author=person, ticket__in=known).exclude(ticket__in=requests.values("pk"))
    for message in written.order_by("pk").iterator(chunk_size=AT_ONCE):
        yield {"request": message.ticket_id, "at": plain(message.at), "kind": message.kind, "text": message.body}


def _activity(person: Person, known: QuerySet[Any, Any]) -> Iterator[Row]:
    """What they did, and what was done about them."""
    about_them = Q(about_type=Person._meta.label_lower, about_id=person.pk)
    on_tickets = Q(about_type=Ticket._meta.label_lower)
    found = Event.objects.filter(Q(by=person) & (~on_tickets | Q(about_id__in=known)) | about_them)
    for event in found.order_by("pk").iterator(chunk_size=AT_ONCE):
        by = "you" if event.by_id == person.pk else "IT" if event.by_id else "Foredesk"
        row = {"at": plain(event.at), "what": event.tag, "by": by}
        if event.about_type == Person._meta.label_lower and event.about_id == person.pk:
            row["details"] = plain(event.data)
        else:
            row["about"] = f"{event.about_type} {event.about_id}"
        yield row


def _mails(person: Person, known: QuerySet[Any, Any]) -> Iterator[Row]:
    """The mails to them; of those that carry a sign-in link only that they were sent."""
    mails = OutboxMessage.objects.filter(to=person.email).order_by("pk")
    asked = sorted(_ticket_numbers(mails))
    numbers: set[int] = set()
    for start in range(0, len(asked), AT_ONCE):  # PostgreSQL takes 65,535 values at once, and owners hear of more
        numbers.update(known.filter(pk__in=asked[start : start + AT_ONCE]).values_list("pk", flat=True))
    for mail in mails.iterator(chunk_size=AT_ONCE):
        if mail.ticket_number is not None and mail.ticket_number not in numbers:
            continue
        row = {"queued_at": plain(mail.queued_at), "sent_at": plain(mail.sent_at), "subject": mail.subject}
        yield row | {"text": "" if mail.is_secret else mail.text}


def _mails_written(person: Person, known: QuerySet[Any, Any], asker: Person) -> Iterator[Row]:
    """The mails that came from them; those on no request are for nobody else to carry away."""
    theirs = Q(ticket__in=known) | (Q(ticket=None) if asker.pk == person.pk else Q(pk=None))
    written = Incoming.objects.filter(Q(person=person) | Q(sender=person.email)).filter(theirs)
    for mail in written.order_by("pk").iterator(chunk_size=AT_ONCE):
        row = {"came_at": plain(mail.came_at), "subject": mail.subject, "text": mail.text, "request": mail.ticket_id}
        yield row | {"state": mail.state, "because": mail.reason}


def _ticket_numbers(mails: QuerySet[OutboxMessage]) -> set[int]:
    tokens = mails.filter(about__startswith="ticket:").order_by().values_list("about", flat=True).distinct()
    return {int(number) for token in tokens if (number := token.partition(":")[2]).isdecimal()}


def attachments_of(person: Person, known: QuerySet[Any, Any]) -> QuerySet[Attachment]:
    """Files they gave that stand on requests which may be known, or on nothing that was sent."""
    linked = Q()
    elsewhere = Q()
    for model in (Interview, Message):
        links = model.attachments.through._base_manager
        name = f"{model._meta.model_name}__ticket"
        linked |= Q(pk__in=links.filter(**{f"{name}__in": known}).values("attachment"))
        elsewhere |= Q(pk__in=links.filter(**{f"{name}__isnull": False}).values("attachment"))
    return Attachment.objects.filter(linked | ~elsewhere, by=person).order_by("at", "pk")


def _write_files(archive: zipfile.ZipFile, person: Person, known: QuerySet[Any, Any]) -> int:
    number = 0
    for attachment in attachments_of(person, known).iterator(chunk_size=AT_ONCE):
        number += 1
        put_file(archive, attachment, safe_path(number, attachment.name))
    return number


def _write_lines(archive: zipfile.ZipFile, name: str, rows: Iterable[Row]) -> int:
    number = 0
    with archive.open(name, "w", force_zip64=True) as entry:
        for row in rows:
            entry.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
            number += 1
    return number


def _lines_together(rows: Iterable[Row]) -> str:
    return _readable(list(rows))


def _readable(facts: object) -> str:
    return json.dumps(facts, ensure_ascii=False, indent=2) + "\n"
