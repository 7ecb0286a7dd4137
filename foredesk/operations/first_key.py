"""The key to an empty house: without it, whoever comes first over the network could make themselves administrator."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare


def link() -> str:
    """The address that begins the set-up, for whoever started Foredesk to read in their terminal."""
    return f"{settings.BASE_URL}{reverse('operations:set_up')}?key={_made_once()}"


def opens(key: str) -> bool:
    try:
        kept = _path().read_text().strip()
    except FileNotFoundError:
        return False
    return bool(kept) and constant_time_compare(key, kept)


def throw_away() -> None:
    """There is an administrator: from now on one signs in."""
    _path().unlink(missing_ok=True)


def _path() -> Path:
    return Path(settings.HOME) / "setup_key"


def _made_once() -> str:
    with NamedTemporaryFile("w", dir=settings.HOME) as made:  # mode 0600
        made.write(secrets.token_urlsafe(32))
        made.flush()
        with suppress(FileExistsError):  # whole or not at all, and only once: as with the secret key (settings)
            os.link(made.name, _path())
    return _path().read_text().strip()
