"""An export as a ZIP file or as a folder, to write and to read. What is read may come from anybody."""

import hashlib
import os
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import IO, BinaryIO, Protocol

from foredesk.kit.refusals import Refused

CHUNK = 1 << 16  # bytes
# What zipfile raises for contents that are damaged, encrypted (RuntimeError) or packed by a method it does not know.
UNPACKING_FAILS = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError)  # NotImplementedError is a RuntimeError
# One moment for all entries: the same rows make the same file.
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_NAME = re.compile(r"[a-z_]{1,40}\.jsonl?|files/[0-9a-f]{2}/[0-9a-f]{64}")


class Target(Protocol):
    """Where an export is written; entries one after the other, each name once."""

    def entry(self, name: str) -> AbstractContextManager[IO[bytes]]: ...


class ZipTarget:
    def __init__(self, file: str | Path | IO[bytes]) -> None:
        self.zip = zipfile.ZipFile(file, "w", allowZip64=True)

    @contextmanager
    def entry(self, name: str) -> Iterator[IO[bytes]]:
        info = zipfile.ZipInfo(name, _LONG_AGO)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o600 << 16
        with self.zip.open(info, "w", force_zip64=True) as entry:
            yield entry

    def close(self) -> None:
        self.zip.close()


class FolderTarget:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def entry(self, name: str) -> Iterator[IO[bytes]]:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _new(path) as entry:
            yield entry

    def close(self) -> None:
        """Nothing is open between entries."""


def _new(path: Path) -> BinaryIO:
    """A file for our eyes only: it holds what people told IT in confidence."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


@contextmanager
def writing(path: Path) -> Iterator[ZipTarget | FolderTarget]:
    """A target that stands at `path` only once it is whole: a ZIP file if it is called so, else a folder.

    Raises Refused when there is something already, or nothing can be written there.
    """
    if path.exists():
        raise Refused(f"{path} exists already. Choose another name, or take it away first.")
    unfinished = path.with_name(path.name + ".unfinished")
    target: ZipTarget | FolderTarget
    file: BinaryIO | None = None
    try:
        if path.suffix == ".zip":
            file = _new(unfinished)
            target = ZipTarget(file)
        else:
            unfinished.mkdir(mode=0o700)
            target = FolderTarget(unfinished)
    except FileExistsError as there:
        raise Refused(f"{unfinished} is left from an export that was broken off. Take it away first.") from there
    except OSError as error:
        raise Refused(f"{path} cannot be written ({error.strerror}).") from error
    try:
        yield target
        target.close()
        if file:
            file.close()
        unfinished.rename(path)
    except BaseException:
        if file:
            with suppress(ValueError):
                target.close()
            file.close()
            unfinished.unlink(missing_ok=True)
        else:
            shutil.rmtree(unfinished, ignore_errors=True)
        raise


class Counted:
    """Passes bytes on and keeps count and hash of them."""

    def __init__(self, to: IO[bytes]) -> None:
        self._to = to
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, some: bytes) -> None:
        self._to.write(some)
        self._digest.update(some)
        self.size += len(some)

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


class Source:
    """An export to read: a ZIP file or a folder. Entries have the names that exports use, or it is refused.

    Nothing is unpacked to a path that the file names, and no symbolic link is followed. Sizes are bytes.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._zip: zipfile.ZipFile | None = None
        try:
            if path.is_dir():
                self.sizes = dict(_folder_entries(path))
            else:
                self._zip = zipfile.ZipFile(path)
                self.sizes = dict(_zip_entries(self._zip))
        except (OSError, zipfile.BadZipFile) as error:
            raise Refused(f"{path} cannot be read as a folder or ZIP file ({error}).") from error
        for name in self.sizes:
            if not _NAME.fullmatch(name):
                raise Refused(f"{path} holds {name!r}, which no export has.")

    def open(self, name: str) -> BinaryIO:
        """The content of an entry, never more than its size says. Raises Refused if it is not there."""
        if name not in self.sizes:
            raise Refused(f"{name} is missing in {self.path}.")
        if self._zip is not None:
            return self._zip.open(name)  # type: ignore[return-value]
        return os.fdopen(os.open(self.path / name, os.O_RDONLY | os.O_NOFOLLOW), "rb")

    def sha256(self, name: str) -> str:
        digest = hashlib.sha256()
        with self.open(name) as entry:
            while some := entry.read(CHUNK):
                digest.update(some)
        return digest.hexdigest()

    def close(self) -> None:
        if self._zip is not None:
            self._zip.close()


def _zip_entries(archive: zipfile.ZipFile) -> Iterator[tuple[str, int]]:
    seen = set()
    for info in archive.infolist():
        if info.is_dir() and re.fullmatch(r"files/([0-9a-f]{2}/)?", info.filename):
            continue  # other ZIP programs write folders down
        if info.filename in seen:
            raise zipfile.BadZipFile(f"{info.filename!r} is in it twice")
        seen.add(info.filename)
        yield info.filename, info.file_size


def _folder_entries(folder: Path) -> Iterator[tuple[str, int]]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            raise OSError(f"{name} is a symbolic link")
        if path.is_file():
            yield name, path.stat().st_size
