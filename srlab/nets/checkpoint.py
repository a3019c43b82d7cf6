"""Reads files of weights from strangers: safetensors, or pickles that hold nothing but tensors."""

from __future__ import annotations

import argparse
import io
import pickletools
import re
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load as load_safetensors

from srlab.errors import (
    CheckpointMismatchError,
    CheckpointNotFiniteError,
    CheckpointUnreadableError,
    CheckpointUnsafeError,
)

Weights = dict[str, torch.Tensor]
_HARMLESS = [
    argparse.Namespace,
    np.dtype,
    np.ndarray,
    np._core.multiarray.scalar,  # pyright: ignore[reportAttributeAccessIssue]
    np._core.multiarray._reconstruct,  # pyright: ignore[reportAttributeAccessIssue]
    *(type(np.dtype(kind)) for kind in ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u8", "?")),
]
"""What training code keeps beside tensors, and what holds data alone."""
_BESIDE = (int, float, str, bool, type(None), np.generic, argparse.Namespace)
"""An epoch, a loss: not weights, and nothing is lost without them."""

MAX_BYTES = 4 << 30
_WRAPPERS = (
    "params_ema",
    "params-ema",
    "ema_state_dict",
    "params",
    "state_dict",
    "model_state_dict",
    "model_state",
    "model",
    "net",
    "generator",
    "weights",
)
_PREFIXES = re.compile(r"^(?:module\.|_orig_mod\.)+")
"""What DataParallel and torch.compile put before every key."""
_NETS = ("generator.", "netG.", "net_g.", "net.", "model.")
"""What trainers put before the keys of the net that upscales; other nets may stand beside it."""


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


def without_trainer(weights: Weights) -> Weights | None:
    """`weights` without what a trainer put before the keys of its net; None where nothing is.

    `generator.`, `netG.`, `net.` or `model.` before some keys (those of other nets, a critic's,
    are left out), else any `word.` that all keys share.
    """
    for prefix in _NETS:
        if own := {k.removeprefix(prefix): v for k, v in weights.items() if k.startswith(prefix)}:
            return own
    shared = {key.partition(".")[0] for key in weights}
    if len(shared) == 1 and all("." in key for key in weights):
        return {key.partition(".")[2]: value for key, value in weights.items()}
    return None


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
    if what := _what_else(content):
        raise CheckpointUnreadableError(f"{name} is {what}")
    _require_stored(content, name)
    try:
        with warnings.catch_warnings(), torch.serialization.safe_globals(_HARMLESS):
            warnings.simplefilter("ignore")
            return torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except Exception as error:  # damaged pickles fail in any way there is
        if wanted := _wanted_code(content, error):
            raise CheckpointUnsafeError(
                f"{name} is a pickle that wants to run {wanted}; only tensors are loaded. If it is "
                "a whole net that torch.save(net) wrote, load it where its class is at hand; save "
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
    except (ValueError, NotImplementedError, OverflowError) as error:
        raise CheckpointUnreadableError(
            f"{name} is a damaged zip ({type(error).__name__}: {error}); download or save it again"
        ) from error
    if inside > len(content):
        raise CheckpointUnreadableError(
            f"{name} unpacks to {inside:,} bytes from {len(content):,}; expected what torch.save "
            "wrote, which is not compressed"
        )


def _what_else(content: bytes) -> str:
    """What a file is that was taken for weights, and the way out; empty where it may be some."""
    head = content[:512].lstrip().lower()
    if head.startswith(b"version https://git-lfs"):
        return "a pointer of Git LFS, not the file itself; `git lfs pull` fetches that"
    if head.startswith((b"<!doctype html", b"<html")):
        return "a web page, not weights: a link that asks for a login, perhaps; download it again"
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            names = {entry.partition("/")[2] for entry in file.namelist()}
    except Exception:  # no zip, or none that can be read, which is said elsewhere
        return ""
    if "constants.pkl" in names and any(entry.startswith("code/") for entry in names):
        return (
            "a TorchScript archive, which is code; save its tensors: "
            "torch.save(torch.jit.load(FILE).state_dict(), …)"
        )
    return ""


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
    plain = {k: v for k, v in loaded.items() if not isinstance(v, _BESIDE)}
    if plain and all(isinstance(v, np.ndarray) and v.dtype.kind in "fiu" for v in plain.values()):
        plain = {k: torch.from_numpy(np.ascontiguousarray(v)) for k, v in plain.items()}
    loaded = plain if any(isinstance(v, torch.Tensor) for v in plain.values()) else loaded
    strange = [key for key, value in loaded.items() if not isinstance(value, torch.Tensor)]
    if strange:
        what = "beside tensors" if len(strange) < len(loaded) else "and no tensor by name"
        raise CheckpointMismatchError(
            f"{name} holds {strange[0]!r} {what}; expected a state_dict and nothing else"
        )
    return {_PREFIXES.sub("", str(key)): value for key, value in loaded.items()}
