"""What a checkpoint of our own says of itself; read without torch.

Our files are safetensors whose metadata hold, under the key `srlab`, the net's spec and facts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from srlab.errors import CheckpointMismatchError, CheckpointUnreadableError, UnknownNameError
from srlab.fingerprint import canonical_json
from srlab.nets.spec import NetSpec, make_spec

FORMAT = 1
KEY = "srlab"
MAX_HEADER_BYTES = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Header:
    """What a checkpoint says of itself: its net, and facts (recipe, provenance) as JSON held them.

    The facts are a stranger's word: shown, never acted upon.
    """

    spec: NetSpec
    facts: Mapping[str, Any]


def header_text(spec: NetSpec, facts: Mapping[str, Any]) -> str:
    """What `save_checkpoint` puts under KEY, and `read_header` reads back."""
    return canonical_json({"format": FORMAT, "net": spec.facts(), "facts": dict(facts)})


def read_header_file(path: Path) -> Header | None:
    """The header of the file at `path`, of which no tensor is read.

    Raises CheckpointUnreadableError for a file that cannot be read, and as `read_header` does.
    """
    try:
        with path.open("rb") as file:
            content = file.read(8 + MAX_HEADER_BYTES)
    except OSError as error:
        raise CheckpointUnreadableError(f"{path} cannot be read: {error.strerror}") from error
    return read_header(content, name=path.name)


def read_header(content: bytes, *, name: str) -> Header | None:
    """What the weights file held in memory says of itself; None where srlab did not write it.

    Raises CheckpointMismatchError for a header of ours that is newer, damaged, or names a net
    that cannot be built. The tensors are `read_weights`'s affair.
    """
    text = _our_text(content)
    if text is None:
        return None
    try:
        facts = json.loads(text)
        version, net, rest = facts["format"], facts["net"], facts["facts"]
    except (ValueError, RecursionError, TypeError, KeyError) as error:
        raise CheckpointMismatchError(
            f"{name}: its srlab header is damaged ({type(error).__name__}); save it again with "
            "write_checkpoint"
        ) from error
    if version != FORMAT:
        raise CheckpointMismatchError(
            f"{name} was written in format {version!r}, this srlab reads {FORMAT}; upgrade srlab"
        )
    if not isinstance(net, dict) or not isinstance(rest, dict):
        raise CheckpointMismatchError(f"{name}: its srlab header holds no tables of net and facts")
    try:
        return Header(spec=make_spec(net, place=name), facts=rest)
    except UnknownNameError as error:
        raise CheckpointMismatchError(f"{name}: {error}") from error


def _our_text(content: bytes) -> str | None:
    """The text that srlab put into a safetensors header, read without trusting its length."""
    length = int.from_bytes(content[:8], "little")
    if content[8:9] != b"{" or length > min(MAX_HEADER_BYTES, len(content) - 8):
        return None
    try:
        metadata = json.loads(content[8 : 8 + length])["__metadata__"]
        text = metadata[KEY]
    except (ValueError, RecursionError, TypeError, KeyError):
        return None
    return text if isinstance(text, str) else None
