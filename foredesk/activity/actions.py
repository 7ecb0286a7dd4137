from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Model

from foredesk.kit import clock

from .models import Event


def record(*, by: AbstractBaseUser | None, tag: str, about: Model, **data: Any) -> Event:
    """Note that `by` (None: Foredesk itself) did `tag` to `about`; call it inside the action's transaction.

    `data` must be serialisable as JSON.
    """
    return Event.objects.create(
        by_id=by.pk if by else None,
        tag=tag,
        about_type=about._meta.label_lower,
        about_id=about.pk,
        data=data,
    )


def record_all(*, by: AbstractBaseUser | None, tag: str, about: Iterable[tuple[Model, dict[str, Any]]]) -> None:
    """The same deed done to many objects at one moment, each with its own data; otherwise as `record`."""
    now = clock.now()
    Event.objects.bulk_create(
        [
            Event(
                at=now,
                by_id=by.pk if by else None,
                tag=tag,
                about_type=thing._meta.label_lower,
                about_id=thing.pk,
                data=data,
            )
            for thing, data in about
        ]
    )


# The record is only ever added to. Two things are stronger: a rule that lets go of words, and a person's wish.
_WORDS = ("reason", "because", "why", "mismatch", "follower", "customer", "words", "subject")
_NO_WORDS = frozenset({"ticket:closed", "ticket:reopened"})  # their reason is one of ours


def forget_words(*, about: type[Model], ids: Sequence[int]) -> None:
    """Take what people wrote out of the record about these things; that it happened, and when, stays."""
    events = Event.objects.filter(about_type=about._meta.label_lower, about_id__in=ids).exclude(tag__in=_NO_WORDS)
    changed = []
    for event in events.only("pk", "data"):
        if event.data.keys() & set(_WORDS):
            event.data = {key: value for key, value in event.data.items() if key not in _WORDS}
            changed.append(event)
    Event.objects.bulk_update(changed, ["data"], batch_size=500)


def replace_in_record(*, events: Sequence[int], words: Sequence[str], by: str) -> None:
    """Put `by` for each of `words` in the data of these events (see queries.events_naming)."""
    for start in range(0, len(events), 500):
        found = list(Event.objects.filter(pk__in=events[start : start + 500]).only("pk", "data"))
        for event in found:
            event.data = _replaced(event.data, words, by)
        Event.objects.bulk_update(found, ["data"])


def _replaced(value: Any, words: Sequence[str], by: str) -> Any:
    if isinstance(value, str):
        for word in words:
            value = value.replace(word, by)
        return value
    if isinstance(value, dict):
        return {key: _replaced(one, words, by) for key, one in value.items()}
    return [_replaced(one, words, by) for one in value] if isinstance(value, list) else value
