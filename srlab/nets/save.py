"""Writes checkpoints of our own: safetensors whose header says which net it is."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save

from srlab.nets.header import KEY, header_text
from srlab.nets.spec import NetSpec


def write_checkpoint(
    path: Path, spec: NetSpec, state: Mapping[str, torch.Tensor], *, facts: Mapping[str, Any]
) -> None:
    """Put weights with their spec and facts at `path`, whole or not at all.

    Written to a temporary name, fsynced, renamed: an interrupted write leaves no half checkpoint,
    and what was at `path` before stays until the new one is there.
    """
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in state.items()}
    content = save(tensors, metadata={KEY: header_text(spec, facts)})
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
