"""Letting go: of the words of old requests (retention), and of a person in the requests they took part in."""

import re
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Model, Q, QuerySet
from django.utils.translation import gettext as _

from foredesk.activity import actions as activity
from foredesk.attachments.actions import forget_files
from foredesk.attachments.models import Attachment
from foredesk.catalogue.models import ServiceClass
from foredesk.kit import clock
from foredesk.mail.actions import forget_mails_about, replace_in_mails_about
from foredesk.people.models import Person

from ..models import Draft, Follower, Interview, Message, Restatement, Solution, Span, Ticket, Visit
from ..queries.retention import past_retention, tickets_involving, tickets_of
from ..signals import words_let_go
from .states import note

AT_ONCE = 100  # tickets in one transaction
ELLIPSIS = "…"

# Everything that people wrote on a ticket, and what it hangs on.
WORDS: tuple[tuple[type[Model], str, tuple[str, ...]], ...] = (
    (Ticket, "pk", ("subject", "restatement_skipped_because")),
    (
        Interview,
        "ticket",
        ("goal", "happened", "theory", "tried", "impact", "needed_by", "fixed", "stance_because"),
    ),
    (Message, "ticket", ("body",)),
    (Restatement, "ticket", ("text", "correction")),
    (Solution, "ticket", ("text", "checked_how", "answer_words")),
    (Span, "ticket", ("reason",)),
)
_WITH_FILES = (Interview, Message, Solution)
_WORDS_ABOVE: list[tuple[type[Model], str, tuple[str, ...]]] = []


def hold_words(model: type[Model], key: str, names: tuple[str, ...]) -> None:
    """A room above keeps words about tickets too, in the fields `names`; called in its `AppConfig.ready`."""
    if (model, key, names) not in _WORDS_ABOVE:
        _WORDS_ABOVE.append((model, key, names))


# --- Retention ---------------------------------------------------------------------------------------
def let_go_of_what_is_past(*, now: datetime | None = None) -> int:
    """Let go of words and files that each class keeps no longer; returns the number of requests.

    In small transactions, each whole: may be broken off, and called again, at any time.
    """
    number = 0
    for service_class in ServiceClass.objects.filter(retention_months__isnull=False).order_by("pk"):
        months = service_class.retention_months or 0
        while some := _let_go(past_retention(service_class.pk, months, now), months):
            number += some
    return number


@transaction.atomic
def _let_go(past: QuerySet[Ticket], months: int) -> int:
    """Let go of the oldest of them; 0 when none is left (or all are in others' hands: then later)."""
    free = past.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
    found = list(free.order_by("closed_at")[:AT_ONCE])
    tickets = [ticket.pk for ticket in found]
    if not tickets:
        return 0
    _forget_files_of(tickets)
    words_let_go.send(Ticket, tickets=tickets)
    for model, key, names in (*WORDS, *_WORDS_ABOVE):
        model._base_manager.filter(**{f"{key}__in": tickets}).update(**dict.fromkeys(names, ""))
    skipped = [ticket.pk for ticket in found if ticket.restatement_skipped_because]
    Ticket.objects.filter(pk__in=skipped).update(restatement_skipped_because=ELLIPSIS)
    Ticket.objects.filter(pk__in=tickets).update(
        subject=_("(let go after %(months)d months)") % {"months": months},
        forgotten_at=clock.now(),
        version=F("version") + 1,
    )
    for rows in (Draft, Visit, Follower):
        rows._base_manager.filter(ticket__in=tickets).delete()
    Interview.also_held_up.through._base_manager.filter(interview__ticket__in=tickets).delete()
    forget_mails_about([f"ticket:{ticket}" for ticket in tickets])
    activity.forget_words(about=Ticket, ids=tickets)
    for ticket in found:
        note(ticket, None, "let_go", months=months)
    return len(tickets)


def _forget_files_of(tickets: Sequence[int]) -> None:
    """The files of these tickets, but for those that stand on another ticket too (split off, say)."""
    links = [(model.attachments.through._base_manager, f"{model._meta.model_name}__ticket") for model in _WITH_FILES]
    here: set[UUID] = set()
    for through, name in links:
        here |= set(through.filter(**{f"{name}__in": tickets}).values_list("attachment", flat=True))
    for through, name in links:
        elsewhere = through.filter(attachment__in=here, **{f"{name}__isnull": False})
        here -= set(elsewhere.exclude(**{f"{name}__in": tickets}).values_list("attachment", flat=True))
    forget_files(Attachment.objects.filter(pk__in=here))
    for through, name in links:
        through.filter(**{f"{name}__in": tickets}).delete()


# --- A person ----------------------------------------------------------------------------------------
@transaction.atomic
def forget_person(*, person: Person, pseudonym: str, words: bool, files: bool) -> None:
    """Take a person's name, address and numbers out of the requests they had a part in; on wish their words and files.

    Call it while `person` still has them; operations' `erase_person` does, and says who wanted it.
    """
    own = list(tickets_of(person).values_list("pk", flat=True))
    Interview.objects.filter(person=person, ticket=None).delete()
    Draft.objects.filter(author=person).delete()
    Visit.objects.filter(person=person).delete()
    Interview.also_held_up.through._base_manager.filter(person=person).delete()
    if files:
        forget_files(Attachment.objects.filter(by=person))
    if words:
        _take_out_words(person, own)
    everywhere = _pattern([person.full_name, person.email])
    at_home = _pattern([person.full_name, person.email, person.number, person.phone, *person.full_name.split()])
    for start in range(0, len(own), AT_ONCE):
        _replace(Q(pk__in=own[start : start + AT_ONCE]), at_home, pseudonym)
        forget_mails_about([f"ticket:{ticket}" for ticket in own[start : start + AT_ONCE]])
    _replace(Q(pk__in=tickets_involving(person).values("pk")), everywhere, pseudonym, (person.full_name, person.email))
    involved = list(tickets_involving(person).values_list("pk", flat=True))
    for start in range(0, len(involved), AT_ONCE):
        tokens = [f"ticket:{ticket}" for ticket in involved[start : start + AT_ONCE]]
        replace_in_mails_about(tokens=tokens, words=(person.full_name, person.email), by=pseudonym)
    Follower.objects.filter(person=person).delete()
    for attachment in Attachment.objects.filter(by=person):
        if (name := at_home.sub(pseudonym, attachment.name)) != attachment.name:
            Attachment.objects.filter(pk=attachment.pk).update(name=name[:200])


def _take_out_words(person: Person, own: Sequence[int]) -> None:
    out = _("(taken out)")
    answers = dict.fromkeys(WORDS[1][2], "")
    for start in range(0, len(own), AT_ONCE):
        some = own[start : start + AT_ONCE]
        Ticket.objects.filter(pk__in=some).update(subject=out, version=F("version") + 1)
        Interview.objects.filter(ticket__in=some).update(**answers | {"goal": out})
        Restatement.objects.filter(ticket__in=some).exclude(correction="").update(correction=out)
        Solution.objects.filter(ticket__in=some).exclude(answer_words="").update(answer_words=out)
    Message.objects.filter(author=person, by_it=False).update(body=out)


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    """What names somebody, the longest first, as whole words; written as they are, so that “will” is not Will."""
    telling = sorted({word.strip() for word in words if len(word.strip()) >= 3}, key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, telling)) + r")(?!\w)")


def _replace(tickets: Q, pattern: re.Pattern[str], pseudonym: str, holding: Sequence[str] = ()) -> None:
    """Put the pseudonym for what matches, in all words of these tickets; read only rows that hold one of `holding`."""
    found = Ticket.objects.filter(tickets).values("pk")
    for model, key, names in (*WORDS, *_WORDS_ABOVE):
        rows = model._base_manager.filter(**{f"{key}__in": found})
        if holding:
            held = Q()
            for name in names:
                for word in holding:
                    held |= Q(**{f"{name}__contains": word})
            rows = rows.filter(held)
        for row in rows.only("pk", *names).iterator(chunk_size=500):
            changed = {name: _fitting(model, name, pattern.sub(pseudonym, getattr(row, name))) for name in names}
            if any(getattr(row, name) != value for name, value in changed.items()):
                model._base_manager.filter(pk=row.pk).update(**changed)


def _fitting(model: type[Model], name: str, text: str) -> str:
    longest = model._meta.get_field(name).max_length  # type: ignore[union-attr]
    return text if longest is None else text[:longest]
