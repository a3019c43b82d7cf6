"""Reads files of weights from strangers: safetensors, or pickles that hold nothing but tensors."""

from __future__ import annotations

import io
import pickletools
import re
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import load as load_safetensors

from srlab.errors import (
    CheckpointMismatchError,
    CheckpointNotFiniteError,
    CheckpointUnreadableError,
    CheckpointUnsafeError,
)

Weights = dict[str, torch.Tensor]

MAX_BYTES = 4 << 30
_WRAPPERS = ("params_ema", "params", "state_dict", "model_state_dict", "model")
_PREFIXES = re.compile(r"^(?:module\.|_orig_mod\.)+")
"""What DataParallel and torch.compile put before every key."""


def read_weights(content: bytes, *, name: str) -> Weights:
    """The tensors of a weights file held in memory, on the CPU, by key.

    Wrappers that training code puts around them (`params_ema`, `state_dict`, …) and a `module.` or
    `_orig_mod.` before every key are taken off. Raises CheckpointUnsafeError for a pickle that
    wants to run code, CheckpointUnreadableError for what does not decode, CheckpointMismatchError
    where there are no plain tensors in it, CheckpointNotFiniteError for nan or infinity.
    """
    loaded = (
        _read_safetensors(content, name)
        if _is_safetensors(content)
        else _read_pickle(content, name)
    )
    weights = _unwrap(loaded, name)
    for key, tensor in weights.items():
        _check_tensor(tensor, f"{name}: {key}", len(content))
    return weights


def read_weights_file(path: Path) -> bytes:
    """The bytes of a weights file, bounded; raises CheckpointUnreadableError."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise CheckpointUnreadableError(
                f"{path} has {size} bytes; at most {MAX_BYTES} are read"
            )
        return path.read_bytes()
    except OSError as error:
        raise CheckpointUnreadableError(f"{path} cannot be read: {error.strerror}") from error


def _check_tensor(tensor: torch.Tensor, place: str, file_bytes: int) -> None:
    """Raise for what no training writes, before anything is computed with it."""
    if tensor.is_nested:
        raise CheckpointMismatchError(f"{place} is a nested tensor; expected a dense one")
    if tensor.layout != torch.strided or tensor.device.type != "cpu" or tensor.is_complex():
        raise CheckpointMismatchError(
            f"{place} is {tensor.dtype}, {tensor.layout}, on {tensor.device}; expected a dense "
            "tensor of real numbers"
        )
    if tensor.numel() * tensor.element_size() > file_bytes:
        raise CheckpointUnreadableError(
            f"{place} announces {tuple(tensor.shape)} numbers, more than the file's {file_bytes} "
            "bytes can hold; save the tensors contiguous (tensor.contiguous())"
        )
    if tensor.is_floating_point() and not torch.isfinite(tensor.float()).all():
        raise CheckpointNotFiniteError(
            f"{place} holds nan or infinity; the training that wrote it diverged, take an earlier "
            "checkpoint"
        )


def _is_safetensors(content: bytes) -> bool:
    return content[8:9] == b"{" and not zipfile.is_zipfile(io.BytesIO(content))


def _read_safetensors(content: bytes, name: str) -> Weights:
    try:
        return load_safetensors(content)
    except Exception as error:  # a stranger's header may announce anything
        raise CheckpointUnreadableError(
            f"{name} is not a whole safetensors file: {error}; download or save it again"
        ) from error


def _read_pickle(content: bytes, name: str) -> object:
    _require_stored(content, name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except Exception as error:  # damaged pickles fail in any way there is
        if wanted := _wanted_code(content, error):
            raise CheckpointUnsafeError(
                f"{name} is a pickle that wants to run {wanted}; only tensors are loaded. Save "
                "its state_dict alone (torch.save(net.state_dict(), …)) or as safetensors"
            ) from error
        raise CheckpointUnreadableError(
            f"{name} is no file of weights that can be read ({_reason(error)}); expected "
            "safetensors or what torch.save wrote of a state_dict"
        ) from error


def _require_stored(content: bytes, name: str) -> None:
    """Raise for a zip that is larger inside than outside; torch.save does not compress."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            inside = sum(entry.file_size for entry in file.infolist())
    except zipfile.BadZipFile:
        return  # an older pickle, or nothing that can be read
    if inside > len(content):
        raise CheckpointUnreadableError(
            f"{name} unpacks to {inside:,} bytes from {len(content):,}; expected what torch.save "
            "wrote, which is not compressed"
        )


def _wanted_code(content: bytes, error: Exception) -> str | None:
    """The first function that a refused pickle names; its operations are read, none is run."""
    if refused := re.search(r"GLOBAL ([\w.]+)", str(error)):
        return refused[1]
    strings: list[str] = []
    try:
        for operation, argument, _ in pickletools.genops(content):
            if operation.name in ("GLOBAL", "INST"):
                return str(argument).replace(" ", ".")
            if operation.name == "STACK_GLOBAL":
                return ".".join(strings[-2:])
            strings += [argument] if isinstance(argument, str) else []
    except Exception:  # not a pickle
        return None
    return None


def _reason(error: Exception) -> str:
    """One line of what torch said, without its advice to switch the protection off."""
    text = str(error).rpartition("WeightsUnpickler error:")[2].strip()
    line = text.partition("\n")[0].partition(". In PyTorch 2.6")[0][:120]
    return line if " " in line else type(error).__name__


def _unwrap(loaded: object, name: str) -> Weights:
    for _ in _WRAPPERS:
        if not isinstance(loaded, Mapping):
            break
        inner = next((loaded[key] for key in _WRAPPERS if key in loaded), None)
        if not isinstance(inner, Mapping):
            break
        loaded = inner
    if not isinstance(loaded, Mapping) or not loaded:
        raise CheckpointMismatchError(f"{name} holds no tensors by name; expected a state_dict")
    strange = [key for key, value in loaded.items() if not isinstance(value, torch.Tensor)]
    if strange:
        what = "beside tensors" if len(strange) < len(loaded) else "and no tensor by name"
        raise CheckpointMismatchError(
            f"{name} holds {strange[0]!r} {what}; expected a state_dict and nothing else"
        )
    return {_PREFIXES.sub("", str(key)): value for key, value in loaded.items()}
