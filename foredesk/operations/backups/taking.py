"""Making a backup while everybody works on."""

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.utils.crypto import salted_hmac

import foredesk
from foredesk.attachments.models import Attachment
from foredesk.kit import clock
from foredesk.kit.snapshot import consistent_read

from . import rows
from .archive import FILES, FORMAT, Writer, new_archive, open_archive, part_of_table
from .rows import Migrations
from .scratch import NotAllowed, scratch_place

Tell = Callable[[int, int], object]  # (done, of how many)

FILES_TABLE = "attachments.attachment"


def backup_folder() -> Path:
    return Path(settings.HOME) / "backups"


def take_backup(path: Path, *, check: bool, tell: Tell) -> dict[str, Any]:
    """Write everything into a new file at `path`; with `check`, build it up again and compare. Returns a report.

    Rows are those of one moment. Files are added before their rows and never changed, so they are copied after the
    rows: each that a row names is there, or was let go meanwhile.
    Raises Unusable, and OSError for a full disk; then there is no file.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists():
        raise rows.Unusable(f"There is a file {path} already. Choose another name.")
    begun_at = clock.now()
    migrations = rows.applied_migrations()
    try:
        with new_archive(path) as writer:
            tables, files = _write_rows(writer, migrations, tell)
            listed = _write_files(writer, files, tell, before=len(tables))
            manifest = {
                "program": "foredesk",
                "format": FORMAT,
                "version": foredesk.__version__,
                "made_at": begun_at.astimezone(UTC).isoformat(),
                "database": connection.vendor,
                "migrations": migrations,
                "secret_key": secret_key_print(),
                "tables": tables,
                "files": listed,
                "content": content_hash(tables),
            }
            writer.write_manifest(manifest)
        report = {
            "file": str(path),
            "bytes": path.stat().st_size,
            "rows": sum(table["rows"] for table in tables.values()),
            "files": listed["rows"],
            "missing_files": len(listed["missing"]),
            "content": manifest["content"],
            "checked": check_backup(path) if check else "",
        }
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    tell(1, 1)
    return report


def content_hash(tables: dict[str, dict[str, Any]]) -> str:
    """One hash for the content of all tables."""
    told = [[label, table["rows"], table["sha256"]] for label, table in sorted(tables.items())]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def secret_key_print() -> str:
    """By what one sees whether two installations have the same secret key; says nothing about the key itself."""
    return salted_hmac("foredesk.backup", "which key is it", algorithm="sha256").hexdigest()[:16]


def check_backup(path: Path) -> str:
    """Build the backup up in a scratch place, compare each table with the manifest, and read each file.

    Returns how it was checked: "restored", or "read" where PostgreSQL allows no scratch schema. Raises Unusable.
    """
    with open_archive(path) as reader:
        for entry in reader.files():
            reader.check_file(entry)
        try:
            with scratch_place() as scratch:
                scratch.fill(path, forward=False)
            return "restored"
        except NotAllowed:
            for label, table in reader.tables.items():
                for line in reader.lines(part_of_table(label), table):
                    json.loads(line)
            return "read"


def _write_rows(writer: Writer, migrations: Migrations, tell: Tell) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """All tables at one moment, and path and hash of each file that is to follow."""
    models = rows.tables_at(migrations)
    written: dict[str, Any] = {}
    with consistent_read():
        for label, model in models.items():
            content = writer.write_lines(part_of_table(label), rows.lines_of(model))
            written[label] = {
                "columns": [field.attname for field in rows.columns_of(model)],
                "rows": content.rows,
                "sha256": content.sha256,
            }
            tell(len(written), len(models))
        kept = models[FILES_TABLE]._base_manager.order_by("pk").values_list("path", "sha256")
        files = [(path, sha256) for path, sha256 in kept.iterator(chunk_size=rows.AT_ONCE) if path]
    return written, files


def _write_files(writer: Writer, files: list[tuple[str, str]], tell: Tell, before: int) -> dict[str, Any]:
    missing: list[str] = []
    entries: list[dict[str, Any]] = []
    for number, (path, sha256) in enumerate(files, start=1):
        try:
            with default_storage.open(path) as source:
                size, found = writer.write_file(path, source)
        except FileNotFoundError:
            if Attachment.objects.filter(path=path).exists():  # else it was let go meanwhile
                missing.append(path)
            continue
        if found != sha256:
            missing.append(path)  # damaged in the storage: kept as it is, and told
        entries.append({"path": path, "size": size, "sha256": found})
        tell(before + number, before + len(files))
    content = writer.write_lines(FILES, _lines(entries))
    return {
        "rows": content.rows,
        "sha256": content.sha256,
        "bytes": sum(e["size"] for e in entries),
        "missing": missing,
    }


def _lines(entries: list[dict[str, Any]]) -> Iterator[bytes]:
    for entry in entries:
        yield json.dumps(entry, sort_keys=True).encode() + b"\n"


def rotate(keep: int) -> list[Path]:
    """Delete all but the `keep` newest in `backups/`, but none taken before an upgrade; returns what went."""
    old = sorted(backup_folder().glob("foredesk-????-??-??-??????.zip"), reverse=True)[keep:]
    for path in old:
        path.unlink()
    return old


def next_path() -> Path:
    """Where the next backup goes, named by its moment (UTC)."""
    return backup_folder() / f"foredesk-{clock.now():%Y-%m-%d-%H%M%S}.zip"
