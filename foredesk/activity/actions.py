from collections.abc import Iterable
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
