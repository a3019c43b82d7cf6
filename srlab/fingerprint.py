"""Digests: one canonical way to turn facts, pixels and files into 16 bytes.

A key holds what changes a result and nothing else. Facts go through canonical JSON (sorted keys,
no spaces, no `default=`: what JSON cannot say is an error), then SHA-256 cut to 16 bytes.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DIGEST_BYTES = 16
_CHUNK = 1 << 20


def canonical_json(facts: object) -> str:
    """`facts` as the one JSON text that equal facts share; nan and infinity are refused."""
    return json.dumps(
        facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def digest(facts: object) -> bytes:
    """16 bytes that stand for JSON-able `facts`."""
    return hashlib.sha256(canonical_json(facts).encode()).digest()[:DIGEST_BYTES]


def pixel_digest(pixels: NDArray[np.generic]) -> bytes:
    """16 bytes that stand for an image: its shape, dtype and pixels, not its file."""
    head = canonical_json({"shape": list(pixels.shape), "dtype": str(pixels.dtype)})
    state = hashlib.sha256(head.encode())
    state.update(pixels.tobytes())
    return state.digest()[:DIGEST_BYTES]


def bytes_digest(content: bytes) -> bytes:
    """16 bytes that stand for the content of a file held in memory."""
    return hashlib.sha256(content).digest()[:DIGEST_BYTES]


def file_digest(path: Path) -> bytes:
    """16 bytes that stand for a file's content; equal to `bytes_digest` of what it holds."""
    state = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            state.update(chunk)
    return state.digest()[:DIGEST_BYTES]


def json_object(text: object) -> dict[str, Any]:
    """The dict that `canonical_json` wrote; {} for anything else, which a store may hold."""
    try:
        found = json.loads(text) if isinstance(text, str) else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
