"""A copy of one request to keep: what its reader may read, as JSON, as a page to print, and with the files."""

import base64
import hashlib
import json
import re
import tempfile
import zipfile
from datetime import UTC, datetime
from typing import IO, Any

from django.contrib.staticfiles import finders
from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from foredesk.attachments.models import Attachment
from foredesk.kit import clock
from foredesk.kit.html import render_markdown
from foredesk.people.models import Person

from ..enums import Audience, Kind, Prompt
from ..models import Interview, Message, Restatement, Solution, Ticket
from ..rules import can_work_on, is_party, reads_conversation, serves
from .conversation import Entry, conversation, files_of
from .visibility import tickets_visible_to

FORMAT = "foredesk-request"
VERSION = 1
_IN_MEMORY = 8 << 20  # bytes of a copy that need no file on disk
_UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')  # for a file's name on one system or another

Facts = dict[str, Any]


def copy_of(ticket: Ticket, reader: Person) -> Facts:
    """What `reader` may read of a request (docs/operations/privacy.md). Others are named, and nothing else.

    Notes of IT are in it for people of IT only, and never of their own request.
    """
    paths = _paths(ticket, reader)
    reads = reads_conversation(reader, ticket)
    told = _interview(ticket, reader, paths) if reads else None
    customer: Facts = {"name": ticket.customer.full_name}
    if reader.pk == ticket.customer_id or serves(reader, ticket):
        customer["email"] = ticket.customer.email
    return {
        "format": FORMAT,
        "version": VERSION,
        "written_at": _time(clock.now()),
        "with_notes_of_it": can_work_on(reader, ticket),
        "number": ticket.pk,
        "subject": ticket.subject,
        "customer": customer,
        "asked_by": ticket.opened_by.full_name,
        "asked_at": _time(ticket.created_at),
        "came": ticket.channel,
        "kind": ticket.service_class.name,
        "size": ticket.size,
        "lane": ticket.lane.name,
        "held_up": ticket.severity,
        "people_held_up": ticket.people_held_up,
        "state": ticket.state,
        "with": ticket.assignee.full_name if ticket.assignee else None,
        "closed_at": _time(ticket.closed_at),
        "close_reason": ticket.close_reason or None,
        "words_let_go_at": _time(ticket.forgotten_at),
        **_relatives(ticket, reader),
        "followers": [
            {"name": one.person.full_name, "why": one.reason} for one in ticket.followers.select_related("person")
        ],
        "interview": told,
        "conversation": [_entry(entry, paths) for entry in conversation(ticket, reader)],
        "files": list(paths.values()),
    }


def write_copy(archive: zipfile.ZipFile, ticket: Ticket, reader: Person, folder: str = "") -> None:
    """Put the copy of a request into a ZIP file: request.json, request.html and the files; below `folder`, if any."""
    facts = copy_of(ticket, reader)
    archive.writestr(f"{folder}request.json", json.dumps(facts, ensure_ascii=False, indent=2) + "\n")
    archive.writestr(f"{folder}request.html", _page(ticket, facts))
    attachments = files_of(ticket, reader).in_bulk([one["id"] for one in facts["files"]])
    for file in facts["files"]:
        attachment = next((one for key, one in attachments.items() if str(key) == file["id"]), None)
        if attachment is not None:
            put_file(archive, attachment, folder + file["path"])


def put_file(archive: zipfile.ZipFile, attachment: Attachment, path: str) -> None:
    """Copy the content of an attachment into a ZIP file; one that the storage has lost is left out."""
    try:
        content = default_storage.open(attachment.path)
    except FileNotFoundError:
        return
    with content, archive.open(zipfile.ZipInfo(path, clock.now().timetuple()[:6]), "w") as entry:
        while some := content.read(1 << 16):
            entry.write(some)


def zipped_copy(ticket: Ticket, reader: Person) -> IO[bytes]:
    """The copy of a request as a ZIP file, ready to be read from its beginning."""
    file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 (the answer closes it once it is sent)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        write_copy(archive, ticket, reader)
    file.seek(0)
    return file


def safe_path(number: int, name: str) -> str:
    """Where a file stands in a copy: our number before the sender's name, of which nothing is left that leads away."""
    return f"files/{number:02}-{_UNFIT.sub('_', name).strip('. ') or 'file'}"


def page_style() -> tuple[SafeString, str]:
    """The style of a page that stands alone, and the content policy that allows this style and nothing else."""
    found = finders.find("tickets/copy.css")
    assert isinstance(found, str)  # noqa: S101 (it is in the package)
    with open(found, encoding="utf-8") as sheet:  # noqa: PTH123 (a path from Django)
        css = sheet.read()
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return mark_safe(f"<style>{css}</style>"), policy


def _page(ticket: Ticket, facts: Facts) -> str:
    sheet, policy = page_style()
    context = {"ticket": ticket, "facts": facts, "style": sheet, "policy": policy, "prompts": _prompts(facts)}
    said = [{**one, "at": datetime.fromisoformat(one["at"]), "html": render_markdown(one["text"])}
            for one in facts["conversation"]]  # fmt: skip
    return render_to_string("tickets/copy.html", {**context, "said": said, "now": clock.now()})


def _prompts(facts: Facts) -> list[tuple[str, str]]:
    told = facts["interview"] or {}
    return [(str(prompt.label), told[prompt.value]) for prompt in Prompt if told.get(prompt.value)]


def _paths(ticket: Ticket, reader: Person) -> dict[Any, Facts]:
    found = files_of(ticket, reader).select_related("by").order_by("at", "pk")
    return {
        one.pk: {
            "id": str(one.pk),
            "path": safe_path(number, one.name),
            "name": one.name,
            "content_type": one.content_type,
            "size": one.size,
            "sha256": one.sha256,
            "from": one.by.full_name if one.by else None,
            "at": _time(one.at),
        }
        for number, one in enumerate(found, 1)
    }


def _interview(ticket: Ticket, reader: Person, paths: dict[Any, Facts]) -> Facts | None:
    interview = Interview.objects.filter(ticket=ticket).first()
    if interview is None:
        return None
    told: Facts = {prompt.value: getattr(interview, prompt.value) for prompt in Prompt}
    files: list[str] = []
    if serves(reader, ticket) or is_party(reader, ticket):
        keys = interview.attachments.order_by("at", "pk").values_list("pk", flat=True)
        files = [paths[key]["path"] for key in keys if key in paths]
    return {**told, "needed_by": interview.needed_by, "files": files}


def _relatives(ticket: Ticket, reader: Person) -> Facts:
    """Requests that it goes on in or is part of, where the reader may know of them."""
    numbers = {"goes_on_in": ticket.merged_into_id, "part_of": ticket.parent_id}
    wanted = [number for number in numbers.values() if number]
    seen = set(tickets_visible_to(reader).filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else set()
    return {name: number if number in seen else None for name, number in numbers.items()}


def _entry(entry: Entry, paths: dict[Any, Facts]) -> Facts:
    facts: Facts = {
        "kind": entry.kind,
        "at": _time(entry.at),
        "by": entry.by.full_name if entry.by else None,
        "text": entry.text,
        "for": None,
        "answer": None,
        "files": [],
    }
    item = entry.item
    if isinstance(item, Message):
        if item.kind != Kind.REPLY:
            facts["kind"] = item.kind
        facts["for"] = {Audience.EVERYONE: "everyone", Audience.CUSTOMER: "customer and IT", Audience.IT: "IT only"}[
            Audience(item.audience)
        ]
    if isinstance(item, Message | Solution):
        facts["files"] = [paths[one.pk]["path"] for one in item.attachments.all() if one.pk in paths]
    if isinstance(item, Restatement) and item.is_right is not None:
        facts["answer"] = {"right": item.is_right, "words": item.correction, "at": _time(item.answered_at)}
    if isinstance(item, Solution) and item.answer:
        facts["answer"] = {"solved": item.answer, "words": item.answer_words, "at": _time(item.answered_at)}
    return facts


def _time(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None


def kept_as(ticket: Ticket) -> str:
    """The name of a copy's file."""
    return _("request-%(number)d.zip") % {"number": ticket.pk}
