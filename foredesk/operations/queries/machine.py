"""Looks at settings, files and the machine: needs no database."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from ..rules import is_local
from .findings import Finding, Weight

_ROOM_TO_GROW = 1024**3  # bytes of free space
_SECRETS = (
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "DATABASE_URL",
    "EMAIL_URL",
    "S3_SECRET_KEY",
    "OIDC_CLIENT_SECRET",
    "METRICS_TOKEN",
)
# Docker and Kubernetes lay secrets there, readable for all inside a container that holds nobody else.
_LAID_BY_CONTAINERS = "/run/secrets"


def look() -> list[Finding]:
    return [
        _data_folder(),
        _time_zone(),
        _https(),
        _hosts(),
        _proxies(),
        _debug(),
        _secret_key(),
        *_secret_files(),
        _folder_rights(),
        _disk(),
    ]


def _data_folder() -> Finding:
    home = Path(settings.HOME)
    is_ours = os.access(home, os.W_OK | os.X_OK)
    return Finding(
        "data_folder",
        is_ours,
        _("The data folder %(folder)s can be written.") % {"folder": home}
        if is_ours
        else _("The data folder %(folder)s cannot be written.") % {"folder": home},
        _("Files, and without PostgreSQL the database too, are kept there."),
        _("Give its owner write access, or set FOREDESK_HOME to another folder."),
        Weight.BROKEN,
    )


def _time_zone() -> Finding:
    try:
        ZoneInfo(settings.TIME_ZONE)
        is_known = True
    except (ZoneInfoNotFoundError, ValueError):
        is_known = False
    return Finding(
        "time_zone",
        is_known,
        _("The time zone is %(zone)s.") % {"zone": settings.TIME_ZONE}
        if is_known
        else _("There is no time zone %(zone)r.") % {"zone": settings.TIME_ZONE},
        _("Times are told in it where nobody’s own zone is known."),
        _("Set TIME_ZONE to a name such as Europe/Amsterdam."),
        Weight.BROKEN,
    )


def _https() -> Finding:
    url = urlsplit(settings.BASE_URL)
    is_local_only = is_local(url.hostname or "")
    is_fine = url.scheme == "https" or is_local_only
    return Finding(
        "https",
        is_fine,
        (_("Foredesk is reached from this machine only.") if is_local_only else _("Pages travel over https."))
        if is_fine
        else _("People reach Foredesk over plain http."),
        _("Over plain http, passwords and everything people write can be read on the way."),
        _("Put a proxy with a certificate in front and set FOREDESK_URL to its https address."),
    )


def _hosts() -> Finding:
    host = urlsplit(settings.BASE_URL).hostname or ""
    if "*" in settings.ALLOWED_HOSTS:
        says = _("Foredesk answers to any host name.")
    elif not any(host == one or (one.startswith(".") and host.endswith(one)) for one in settings.ALLOWED_HOSTS):
        says = _("ALLOWED_HOSTS does not name %(host)s, so nobody gets a page there.") % {"host": host}
    else:
        says = ""
    return Finding(
        "hosts",
        not says,
        says or _("Only its own host names are answered."),
        _("A page under a foreign name can be used to send people elsewhere."),
        _("Set ALLOWED_HOSTS to %(host)s, and nothing else but what people type.") % {"host": host},
    )


def _proxies() -> Finding:
    trusted = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    is_fine = bool(trusted) == bool(settings.HTTPS)
    if is_fine:
        says = _("Who asks is known by their own address.")
    elif settings.HTTPS:
        says = _("TRUSTED_PROXIES is 0, so everybody seems to come from the proxy’s address.")
    else:
        says = _("TRUSTED_PROXIES is set, but no proxy with https stands in front.")
    return Finding(
        "proxies",
        is_fine,
        says,
        _("Sign-in attempts are limited by address: one stranger could lock everybody out, or get round the limit."),
        _("Set TRUSTED_PROXIES to the number of proxies in front, usually 1; to 0 without any."),
    )


def _debug() -> Finding:
    return Finding(
        "debug",
        not settings.DEBUG,
        _("Error pages tell strangers nothing.") if not settings.DEBUG else _("DEBUG is on."),
        _("Its error pages show settings and people’s words to whoever causes an error."),
        _("Unset DEBUG and start again."),
    )


def _secret_key() -> Finding:
    key = settings.SECRET_KEY
    is_good = len(key) >= 40 and len(set(key)) >= 10 and not key.startswith("django-insecure")
    return Finding(
        "secret_key",
        is_good,
        _("The secret key is long and random.") if is_good else _("The secret key is short or easy to guess."),
        _("Whoever guesses it can sign in as anybody."),
        _("Take SECRET_KEY away, so that a good one is made; docs/operations/secrets.md says what that ends."),
    )


def _secret_files() -> Iterator[Finding]:
    """Files that hold a secret may be read by their owner (and group) only."""
    given = [os.environ.get(f"{name}_FILE", "") for name in _SECRETS]
    for path in [Path(settings.HOME) / "secret_key", *(Path(one) for one in given if one)]:
        if not path.exists() or str(path).startswith(_LAID_BY_CONTAINERS):
            continue
        is_closed = not path.stat().st_mode & stat.S_IRWXO
        yield Finding(
            f"rights.{path.name}",
            is_closed,
            _("Only its owner can read %(path)s.") % {"path": path}
            if is_closed
            else _("Every account of this machine can read %(path)s.") % {"path": path},
            _("It holds a secret that lets its reader act as Foredesk."),
            _("chmod o= %(path)s") % {"path": path},
        )


def _folder_rights() -> Finding:
    home = Path(settings.HOME)
    is_closed = not home.exists() or not home.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH | stat.S_IXOTH)
    return Finding(
        "folder_rights",
        is_closed,
        _("The data folder is closed to other accounts of this machine.")
        if is_closed
        else _("Other accounts of this machine can look into the data folder %(folder)s.") % {"folder": home},
        _("It holds attachments and, without PostgreSQL, everything that anybody wrote."),
        _("chmod 700 %(folder)s") % {"folder": home},
    )


def _disk() -> Finding:
    home = Path(settings.HOME)
    free = shutil.disk_usage(home).free if home.exists() else 0
    return Finding(
        "disk",
        free >= _ROOM_TO_GROW,
        _("%(free)s are free where files are kept.") % {"free": filesizeformat(free)}
        if free >= _ROOM_TO_GROW
        else _("Only %(free)s are free where files are kept.") % {"free": filesizeformat(free)},
        _("When the disk is full, nobody can send a request with a picture, and then none at all."),
        _("Make room, or move the data folder to a larger disk."),
    )
