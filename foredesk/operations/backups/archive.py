"""The file of a backup: a ZIP (64 bit) of rows, files and a manifest that names and hashes them."""

import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from ..exchange.archives import UNPACKING_FAILS
from .rows import Content, Unusable

FORMAT = 1
MANIFEST, FILES = "manifest.json", "files.jsonl"
PIECE = 1024 * 1024  # bytes read or written at a time


def part_of_table(label: str) -> str:
    return f"rows/{label}.jsonl"


def part_of_file(path: str) -> str:
    return f"files/{path}"


class Writer:
    """Writes the parts of a backup one after the other."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def write_lines(self, part: str, lines: Iterable[bytes]) -> Content:
        digest, rows, waiting, size = hashlib.sha256(), 0, [], 0
        with self._open(part, zipfile.ZIP_DEFLATED) as target:
            for line in lines:
                digest.update(line)
                rows += 1
                waiting.append(line)
                size += len(line)
                if size >= PIECE:
                    target.write(b"".join(waiting))
                    waiting, size = [], 0
            target.write(b"".join(waiting))
        return Content(rows, digest.hexdigest())

    def write_file(self, path: str, source: IO[bytes]) -> tuple[int, str]:
        """Returns its size and sha256."""
        digest, size = hashlib.sha256(), 0
        with self._open(part_of_file(path), zipfile.ZIP_STORED) as target:
            while piece := source.read(PIECE):
                digest.update(piece)
                size += len(piece)
                target.write(piece)
        return size, digest.hexdigest()

    def write_manifest(self, manifest: dict[str, Any]) -> None:
        with self._open(MANIFEST, zipfile.ZIP_DEFLATED) as target:
            target.write(json.dumps(manifest, indent=1, ensure_ascii=False).encode())

    def _open(self, part: str, how: int) -> IO[bytes]:
        info = zipfile.ZipInfo(part)
        info.compress_type = how
        info.external_attr = 0o600 << 16
        return self._archive.open(info, "w", force_zip64=True)


@contextmanager
def new_archive(path: Path) -> Iterator[Writer]:
    """A file at `path` that only we may read; whole on the disk when the block ends, not there at all if it fails."""
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b") as file:
            with zipfile.ZipFile(file, "w", allowZip64=True) as archive:
                yield Writer(archive)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    finally:
        part.unlink(missing_ok=True)


class Reader:
    """A backup's file, read. Raises Unusable where it is none, or damaged."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        try:
            self.manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
        except (KeyError, ValueError, *UNPACKING_FAILS) as wrong:
            raise Unusable("This is no backup of Foredesk: it has no manifest.") from wrong
        if str(self.manifest.get("format", "")).startswith("foredesk-export"):
            raise Unusable("This is an export, not a backup: foredesk load brings it into an empty installation.")
        if self.manifest.get("format") != FORMAT:
            raise Unusable("It was made by a Foredesk whose backups this one cannot read. Install that version.")

    @property
    def migrations(self) -> list[tuple[str, str]]:
        return [(app, name) for app, name in self.manifest["migrations"]]

    @property
    def tables(self) -> dict[str, Any]:
        tables: dict[str, Any] = self.manifest["tables"]
        return tables

    def lines(self, part: str, expected: dict[str, Any]) -> Iterator[bytes]:
        """The lines of a part; at its end Unusable if number or hash are not as `expected`."""
        digest, rows = hashlib.sha256(), 0
        try:
            with self._archive.open(part) as source:
                for line in source:
                    digest.update(line)
                    rows += 1
                    yield line
        except (KeyError, OSError, *UNPACKING_FAILS) as wrong:
            raise Unusable(f"The backup is damaged: {part} cannot be read.") from wrong
        if rows != expected["rows"] or digest.hexdigest() != expected["sha256"]:
            raise Unusable(f"The backup is damaged: {part} is not what was written.")

    def files(self) -> Iterator[dict[str, Any]]:
        """Path, size and hash of each attached file."""
        for line in self.lines(FILES, self.manifest["files"]):
            yield json.loads(line)

    def read_file(self, path: str, take: Callable[[IO[bytes]], object]) -> None:
        try:
            with self._archive.open(part_of_file(path)) as source:
                take(source)
        except (KeyError, *UNPACKING_FAILS) as wrong:
            raise Unusable(f"The backup is damaged: the file {path} cannot be read.") from wrong

    def check_file(self, entry: dict[str, Any]) -> None:
        """Raises Unusable unless the file in the backup has the hash that its row had."""
        digest = hashlib.sha256()

        def take(source: IO[bytes]) -> None:
            while piece := source.read(PIECE):
                digest.update(piece)

        self.read_file(entry["path"], take)
        if digest.hexdigest() != entry["sha256"]:
            raise Unusable(f"The backup is damaged: the file {entry['path']} is not what was attached.")


@contextmanager
def open_archive(path: Path) -> Iterator[Reader]:
    try:
        archive = zipfile.ZipFile(path)
    except FileNotFoundError as lost:
        raise Unusable(f"There is no file {path}.") from lost
    except (OSError, zipfile.BadZipFile) as wrong:
        raise Unusable(f"{path} is no backup of Foredesk, or it is damaged: {wrong}.") from wrong
    with archive:
        yield Reader(archive)
