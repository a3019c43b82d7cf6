"""The store's images, handed out only where they are still what was stored."""

from __future__ import annotations

from collections.abc import Iterable

from srlab.errors import SrlabError
from srlab.fingerprint import bytes_digest
from srlab.image.files import Pixels, decode
from srlab.store.store import Store


class Album:
    """Images of a store by their digest."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def intact(self, images: Iterable[object]) -> dict[bytes, Pixels]:
        """The pixels of those of `images` that are there, decode, and have their content hash.

        A damaged, exchanged or missing file is left out, as is what is no digest.
        """
        wanted = {bytes(image) for image in images if isinstance(image, bytes | bytearray)}
        kept = self._store.rows(_CONTENTS, [list(wanted)], tables=("images",)) if wanted else []
        found: dict[bytes, Pixels] = {}
        for image, content in kept:
            pixels = self._read(bytes(image), content)
            if pixels is not None:
                found[bytes(image)] = pixels
        return found

    def _read(self, image: bytes, content: object) -> Pixels | None:
        try:
            png = self._store.pictures.read(image)
            return decode(png).pixels if bytes_digest(png) == content else None
        except (OSError, SrlabError):
            return None


_CONTENTS = "SELECT image, content FROM images WHERE image IN (SELECT unnest(?::BLOB[]))"
