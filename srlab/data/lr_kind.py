"""Which given lr it is: the folder that the lr files lie in, and a digest of all of them.

Two kinds of lr under one benchmark's name (LR_bicubic and LR_blur, or one folder whose files were
exchanged) are different work: their scores share no mean.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from srlab.data.plane import Plane
from srlab.fingerprint import digest
from srlab.image.files import ImageSource

_SHOWN_DIGITS = 8
_STRANGE = re.compile(r"[^\w./+-]+")


def lr_kind(sources: Mapping[str, ImageSource | Plane], digests: Mapping[str, bytes]) -> str:
    """The kind of the lr of a set at a scale: `LR_bicubic/X2#1a2b3c4d`.

    `sources` are all lr that the set brings at the scale, by sample, and `digests` those of their
    pixels, as far as they can be read; a limit on the samples used changes neither.
    """
    found = digest(sorted((name, pixels.hex()) for name, pixels in digests.items()))
    return f"{_folder(next(iter(sources.values()), b''))}#{found.hex()[:_SHOWN_DIGITS]}"


def folder_of(kind: str) -> str:
    """The folder in a kind's name."""
    return kind.partition("#")[0]


def _folder(source: ImageSource | Plane) -> str:
    if isinstance(source, Plane):
        return _clean(source.path.name)
    if not isinstance(source, Path):
        return "lr"
    folder = source.parent
    scale_only = re.fullmatch(r"[xX]\d+", folder.name)
    return _clean(f"{folder.parent.name}/{folder.name}" if scale_only else folder.name)


def _clean(name: str) -> str:
    return _STRANGE.sub("-", name.encode("utf-8", "replace").decode())[:64] or "lr"
