"""The key to an empty house: without it, whoever comes first over the network could make themselves administrator."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare


def link() -> str:
    """The address that begins the set-up, for whoever started Foredesk to read in their terminal."""
    return f"{settings.BASE_URL}{reverse('operations:set_up')}?key={_made_once()}"


def opens(key: str) -> bool:
    try:
        return constant_time_compare(key, _path().read_text().strip())
    except FileNotFoundError:
        return False


def throw_away() -> None:
    """There is an administrator: from now on one signs in."""
    _path().unlink(missing_ok=True)


def _path() -> Path:
    return Path(settings.HOME) / "setup_key"


def _made_once() -> str:
    with suppress(FileExistsError):
        descriptor = os.open(_path(), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as made:
            made.write(secrets.token_urlsafe(32))
    return _path().read_text().strip()
