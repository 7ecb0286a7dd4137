"""Finds the programs that tests need: PostgreSQL, Dovecot, a Chromium. Run by itself, it says what is missing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def chromium() -> str | None:
    """The path of a Chromium or Chrome (CHROMIUM names another), or None."""
    if named := os.environ.get("CHROMIUM"):
        return shutil.which(named)
    return next(filter(None, (shutil.which(name) for name in (*BROWSERS, *BROWSER_PLACES))), None)


def postgres_folder() -> Path | None:
    """The folder with `initdb` and `postgres` (Debian keeps it off the PATH), or None."""
    places = []
    if config := shutil.which("pg_config"):
        found = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        places.append(found.stdout.strip())
    if on_path := shutil.which("initdb"):
        places.append(str(Path(on_path).resolve().parent))
    for pattern in (
        "/usr/lib/postgresql/*/bin",
        "/usr/pgsql-*/bin",
        "/opt/homebrew/opt/postgresql*/bin",
        "/usr/local/opt/postgresql*/bin",
        "/Applications/Postgres.app/Contents/Versions/latest/bin",
    ):
        places += sorted(map(str, Path("/").glob(pattern.lstrip("/"))), reverse=True)
    return next((Path(place) for place in places if place and os.access(Path(place, "initdb"), os.X_OK)), None)


def dovecot() -> str | None:
    """The path of Dovecot (Debian keeps it off the PATH of most accounts), or None."""
    return shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin")


def missing() -> list[str]:
    """One sentence with the remedy for each program that is not there."""
    sentences = []
    if postgres_folder() is None:
        sentences.append("PostgreSQL is missing: tests start a server of their own (macOS: brew install postgresql).")
    if dovecot() is None:
        sentences.append(
            "Dovecot is missing: tests read mailboxes of a server of their own (macOS: brew install dovecot)."
        )
    if chromium() is None:
        sentences.append(
            "A Chromium is missing: install chromium or Google Chrome (macOS: brew install --cask google-chrome), "
            "or set CHROMIUM to its path."
        )
    return sentences


if __name__ == "__main__":
    lacking = missing()
    if lacking:
        print("\n".join(lacking))
    sys.exit(bool(lacking))
