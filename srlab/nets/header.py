"""Checkpoints of our own: safetensors whose header says which net it is and how it came about."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save

from srlab.errors import CheckpointMismatchError, UnknownNameError
from srlab.fingerprint import canonical_json
from srlab.nets.spec import NetSpec, make_spec

FORMAT = 1
MAX_HEADER_BYTES = 1 << 20
_KEY = "srlab"


@dataclass(frozen=True, kw_only=True)
class Header:
    """What a checkpoint says of itself: its net, and facts (recipe, provenance) as JSON held them.

    The facts are a stranger's word: shown, never acted upon.
    """

    spec: NetSpec
    facts: Mapping[str, Any]


def write_checkpoint(
    path: Path, spec: NetSpec, state: Mapping[str, torch.Tensor], *, facts: Mapping[str, Any]
) -> None:
    """Put weights with their spec and facts at `path`, whole or not at all.

    Written to a temporary name, fsynced, renamed: an interrupted write leaves no half checkpoint,
    and what was at `path` before stays until the new one is there.
    """
    text = canonical_json({"format": FORMAT, "net": spec.facts(), "facts": dict(facts)})
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in state.items()}
    content = save(tensors, metadata={_KEY: text})
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".tmp-{secrets.token_hex(6)}-{path.name}")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


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
        text = metadata[_KEY]
    except (ValueError, RecursionError, TypeError, KeyError):
        return None
    return text if isinstance(text, str) else None
