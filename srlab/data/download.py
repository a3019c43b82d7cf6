"""Known sets of the hub: fetched once, unpacked into the cache as HR/ and LR_bicubic/X2/.

Archives are strangers' files: members are read as streams and written under names of our own, so
nothing in an archive decides where a file lands; links, devices, paths that climb, and more or
larger members than any set has, refuse the whole archive.
"""

from __future__ import annotations

import gzip
import os
import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from stat import S_IFDIR, S_IFMT, S_IFREG
from tempfile import mkdtemp
from typing import IO

from srlab.data.catalog import BenchmarkInfo
from srlab.data.folders import IMAGE_SUFFIXES
from srlab.errors import DownloadError
from srlab.hub import fetch_hub_file

MAX_MEMBERS = 20_000
MAX_BYTES = 8 << 30
_DAMAGE = (
    tarfile.TarError,
    zipfile.BadZipFile,
    gzip.BadGzipFile,
    zlib.error,
    EOFError,
    ValueError,  # among them names that are no UTF-8
    RuntimeError,  # among them NotImplementedError, of a compression that Python has not
    OverflowError,
)


def cache_folder() -> Path:
    """Where unpacked sets are kept: `$SRLAB_CACHE`, else `~/.cache/srlab`."""
    return Path(os.environ.get("SRLAB_CACHE") or "~/.cache/srlab").expanduser()


def fetch_set(info: BenchmarkInfo, *, lr_scale: int | None = None) -> Path:
    """The folder that holds `info`'s HR/, and LR_bicubic/X<lr_scale>/ where that is asked for.

    What is unpacked already needs no network. Raises OfflineError or DownloadError.
    """
    home = cache_folder() / "benchmarks" / info.name / info.revision
    _fetch_part(info, info.hr_file, home / "HR")
    if lr_scale is not None:
        file = info.lr_file.format(scale=lr_scale)
        _fetch_part(info, file, home / "LR_bicubic" / f"X{lr_scale}")
    return home


def _fetch_part(info: BenchmarkInfo, file: str, target: Path) -> None:
    if not target.is_dir():
        archive = fetch_hub_file(info.repo, file, revision=info.revision, repo_type="dataset")
        unpack_images(archive.path, target)


def unpack_images(archive: Path, target: Path) -> None:
    """Write the images of a .tar.gz or .zip flat into the new folder `target`, whole or not at all.

    Raises DownloadError where the archive is damaged, holds no images, or is not to be trusted.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = Path(mkdtemp(prefix=".part-", dir=target.parent))
    try:
        with _members(archive) as members:
            for member in _checked(archive, members):
                _write(member, part / PurePosixPath(member.name).name, archive)
        if not any(part.iterdir()):
            raise DownloadError(f"{archive} holds no images")
        _publish(part, target)
    except _DAMAGE as error:
        raise DownloadError(f"{archive} is damaged ({error}); delete it and try again") from error
    except OSError as error:
        raise DownloadError(
            f"{archive} could not be unpacked ({error}); make room, or delete it and try again"
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


@dataclass(frozen=True, kw_only=True)
class _Member:
    name: str
    size: int
    is_file: bool
    is_folder: bool
    open: Callable[[], IO[bytes] | None]


@contextmanager
def _members(archive: Path) -> Iterator[Iterator[_Member]]:
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as file:
            yield _zip_members(file)
    else:
        with tarfile.open(archive, "r:gz") as file:
            yield _tar_members(file)


def _tar_members(file: tarfile.TarFile) -> Iterator[_Member]:
    for one in file:
        yield _Member(
            name=one.name,
            size=one.size,
            is_file=one.isreg(),
            is_folder=one.isdir(),
            open=partial(file.extractfile, one),
        )


def _zip_members(file: zipfile.ZipFile) -> Iterator[_Member]:
    for one in file.infolist():
        folder = one.filename.endswith("/")  # is_dir dies of an empty name
        kind = S_IFMT(one.external_attr >> 16)  # 0 where the archive's maker knows no kinds
        yield _Member(
            name=one.filename,
            size=one.file_size,
            is_file=not folder and kind in (0, S_IFREG),
            is_folder=folder and kind in (0, S_IFDIR),
            open=partial(file.open, one),
        )


def _checked(archive: Path, members: Iterator[_Member]) -> Iterator[_Member]:
    """The image members; raises DownloadError at the first member that has no place in a set."""
    total = 0
    for count, member in enumerate(members, start=1):
        path = PurePosixPath(member.name)
        total += member.size
        if path.is_absolute() or ".." in path.parts or "\\" in member.name:
            why = "climbs out of its folder"
        elif not (member.is_file or member.is_folder):
            why = "is a link or a device"
        elif count > MAX_MEMBERS or total > MAX_BYTES:
            why = f"goes past {MAX_MEMBERS} members or {MAX_BYTES >> 30} GiB"
        else:
            if member.is_file and _is_image(path):
                yield member
            continue
        raise DownloadError(f"{archive} is refused: its member {member.name!r} {why}")


def _is_image(path: PurePosixPath) -> bool:
    return path.suffix.lower() in IMAGE_SUFFIXES and not path.name.startswith(".")


def _write(member: _Member, path: Path, archive: Path) -> None:
    if path.exists():
        raise DownloadError(f"{archive} is refused: two of its images are called {path.name}")
    source = member.open()
    if source is None:
        raise DownloadError(f"{archive} is refused: {member.name!r} is not a file")
    with source, path.open("wb") as file:
        shutil.copyfileobj(source, file)


def _publish(part: Path, target: Path) -> None:
    """Rename, unless another process was first: both hold the same."""
    part.chmod(0o755)
    try:
        part.rename(target)
    except OSError:
        if not target.is_dir():
            raise
