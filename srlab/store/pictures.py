"""A folder of lossless PNG files named by the digest of what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from srlab.errors import StoreError
from srlab.store.files import write_whole

_NAME = re.compile(r"[0-9a-f]{32}")


class Pictures:
    """`ab/<digest>.png` under `folder`; a digest is 16 bytes, or its 32 hex digits from outside."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, digest: bytes | str) -> Path:
        """Where the image lies; raises StoreError for anything that is not a digest."""
        name = digest.hex() if isinstance(digest, bytes) else digest
        if not _NAME.fullmatch(name):
            raise StoreError(f"{name[:40]!r} is no image name; expected 32 hex digits")
        return self.folder / name[:2] / f"{name}.png"

    def has(self, digest: bytes) -> bool:
        """Whether a file of that name is there (not whether it is intact)."""
        return self.path(digest).is_file()

    def read(self, digest: bytes | str) -> bytes:
        """The PNG's bytes; raises StoreError where it is not there."""
        path = self.path(digest)
        try:
            return path.read_bytes()
        except FileNotFoundError:
            raise StoreError(
                f"the image {path.name} is not in the store; evaluate again to make it"
            ) from None

    def write(self, digest: bytes, png: bytes) -> None:
        """Keep the PNG. Not fsynced: its content hash is in the store and it can be made again."""
        write_whole(self.path(digest), png, durable=False)

    def __iter__(self) -> Iterator[bytes]:
        """The digests of all image files."""
        for path in sorted(self.folder.glob("[0-9a-f][0-9a-f]/*.png")):
            if _NAME.fullmatch(path.stem):
                yield bytes.fromhex(path.stem)
