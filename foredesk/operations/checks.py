"""What `foredesk check` says about this installation, each with its remedy."""

import os
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from foredesk.operations.rules import is_local


@register
def data_folder_is_ours(**kwargs: object) -> list[CheckMessage]:
    """The data folder can be written."""
    home = Path(settings.HOME)
    if os.access(home, os.W_OK | os.X_OK):
        return []
    return [
        Error(
            f"The data folder {home} cannot be written.",
            hint="Give its owner write access, or set FOREDESK_HOME to another folder.",
            id="foredesk.E001",
        )
    ]


@register
def time_zone_is_known(**kwargs: object) -> list[CheckMessage]:
    """The zone in TIME_ZONE exists; working time is computed in it."""
    try:
        ZoneInfo(settings.TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError):
        return [
            Error(
                f"There is no time zone {settings.TIME_ZONE!r}.",
                hint="Set TIME_ZONE to a name such as Europe/Amsterdam.",
                id="foredesk.E002",
            )
        ]
    return []


@register
def passwords_travel_safely(**kwargs: object) -> list[CheckMessage]:
    """People on other machines reach Foredesk over https only."""
    url = urlsplit(settings.BASE_URL)
    if url.scheme == "https" or is_local(url.hostname or ""):
        return []
    return [
        Warning(
            "People reach Foredesk over plain http, so passwords can be read on the way.",
            hint="Put a proxy with a certificate in front and set FOREDESK_URL to its https address.",
            id="foredesk.W001",
        )
    ]
