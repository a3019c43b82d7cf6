"""What a person may type after `-u`, turned into an `UpscalerInfo` without importing torch."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from srlab.errors import DownloadError, UsageError
from srlab.fingerprint import file_digest
from srlab.hub import fetch_hub_file
from srlab.image.scales import SCALES
from srlab.places import is_file, is_folder
from srlab.registry import Catalog, load_object, unknown_name
from srlab.upscale.headers import told_facts
from srlab.upscale.info import REFERENCE, Family, UpscalerInfo
from srlab.upscale.shipped_nets import SHIPPED
from srlab.upscale.typed import TAKEN, Typed, parse_upscaler

WEIGHT_SUFFIXES = (".safetensors", ".pth", ".pt", ".ckpt", ".bin")
PRECISIONS = {"fp32": "float32", "fp16": "float16", "bf16": "bfloat16"}
"""What a person may ask a net to compute in, and torch's name for it."""
_CODE_REVISION = 1
"""Goes up when the code around a net changes what it makes of the same weights."""


@dataclass(frozen=True, kw_only=True)
class ClassicalInfo:
    """A classical kernel as `srlab show upscalers` lists it."""

    name: str
    title: str
    kernel: str
    version: int = 1


UPSCALERS: Catalog[ClassicalInfo] = Catalog(
    "upscalers",
    (
        ClassicalInfo(name="nearest", title="nearest neighbour", kernel="nearest"),
        ClassicalInfo(name="bilinear", title="triangle kernel, width 2", kernel="bilinear"),
        ClassicalInfo(name="bicubic", title="Keys' cubic, a = -0.5 (MATLAB)", kernel="cubic"),
        ClassicalInfo(name="lanczos", title="Lanczos-3, width 6", kernel="lanczos"),
    ),
)


def describe(
    text: str, scale: int, *, digest_file: Callable[[Path], bytes] = file_digest
) -> UpscalerInfo:
    """The upscaler that `text` names, at `scale`.

    `[LABEL=]WHAT[+ensemble][+replicate][+correct[=T]]`, where WHAT is nearest, bilinear, bicubic or
    lanczos, a network that comes with srlab, a file of weights, `hf:ORG/NAME`,
    `py:module:factory`, or `outputs:FOLDER`. Only `py:` imports what it names. Raises UsageError or
    UnknownNameError that says what was expected, ScaleNotServedError for a shipped network at a
    scale it does not come for, OfflineError or DownloadError for what the hub does not give.
    """
    if scale not in SCALES:
        raise UsageError(f"scale {scale} is not supported; expected one of 2, 3, 4, 8")
    typed = parse_upscaler(text)
    if typed.label in (*UPSCALERS.names(), *TAKEN) and typed.what != typed.label:
        raise UsageError(
            f"{text} would stand in tables as {typed.label}, which is something else there; write "
            f"NAME={text}"
        )
    kind, _, rest = typed.what.partition(":")
    if kind == "outputs":
        return _outputs(typed, Path(rest), scale)
    info = _describe_call(typed, scale, digest_file)
    if typed.ensemble and info.family is not Family.NETWORK:
        raise UsageError(f"{typed.what} is the same under flips; +ensemble is for networks")
    if typed.replicate and info.family is not Family.NETWORK:
        raise UsageError(f"{typed.what} has its own rule for borders; +replicate is for networks")
    extra = {"ensemble": 8} if typed.ensemble else {}
    extra |= {"replicate": 1} if typed.replicate else {}
    extra |= {"correct": typed.correct} if typed.correct is not None else {}
    return replace(info, identity={**info.identity, **extra})


def _describe_call(typed: Typed, scale: int, digest_file: Callable[[Path], bytes]) -> UpscalerInfo:
    kind, colon, rest = typed.what.partition(":")
    if typed.what in UPSCALERS:
        row = UPSCALERS[typed.what]
        return UpscalerInfo(
            name=typed.label,
            scale=scale,
            family=Family.CLASSICAL,
            builder="srlab.upscale.classical:build_classical",
            source=typed.what,
            identity={"kernel": row.kernel, "version": row.version},
            dtype="uint8",
        )
    if colon and kind == "hf":
        return _hub(typed, rest, scale, digest_file)
    if colon and kind == "py":
        return load_object("srlab.upscale.own:describe_own")(typed.label, rest, scale)
    if typed.what in SHIPPED:
        return _network(typed, SHIPPED[typed.what].path(scale), scale, digest_file)
    path = Path(typed.what)
    if path.suffix.lower() in WEIGHT_SUFFIXES or is_file(path):
        return _network(typed, path, scale, digest_file)
    raise unknown_name("upscalers", typed.what, [*UPSCALERS.names(), *SHIPPED.names()])


def is_named(text: str) -> bool:
    """Whether `text` is the name of an upscaler that comes with srlab."""
    return text in UPSCALERS or text in SHIPPED


def reference(scale: int) -> UpscalerInfo:
    """The stand-in under which figures of the hr image alone are kept."""
    return UpscalerInfo(
        name=REFERENCE,
        scale=scale,
        family=Family.REFERENCE,
        builder="",
        source=REFERENCE,
        identity={},
        dtype="uint8",
    )


def _outputs(typed: Typed, folder: Path, scale: int) -> UpscalerInfo:
    if typed.ensemble or typed.correct is not None:
        raise UsageError(f"{typed.what} is ready already; +ensemble and +correct are for calls")
    if not is_folder(folder):
        raise UsageError(f"{folder} is no folder; NAME=outputs:FOLDER names ready sr images")
    return UpscalerInfo(
        name=typed.label,
        scale=scale,
        family=Family.OUTPUTS,
        builder="",
        source=str(folder.resolve()),
        identity={"label": typed.label},
        dtype="uint8",
    )


def _network(
    typed: Typed, path: Path, scale: int, digest_file: Callable[[Path], bytes]
) -> UpscalerInfo:
    if not is_file(path):
        raise UsageError(f"there is no weights file at {path}")
    return UpscalerInfo(
        name=typed.label,
        scale=scale,
        family=Family.NETWORK,
        builder="srlab.upscale.network:build_network",
        source=str(path.resolve()),
        identity={"weights": digest_file(path).hex(), "code": _CODE_REVISION},
        facts=told_facts(path),
    )


def _hub(typed: Typed, repo: str, scale: int, digest_file: Callable[[Path], bytes]) -> UpscalerInfo:
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", repo):
        raise UsageError(f"{repo!r} is no name of the hub; expected hf:ORG/NAME")
    config = fetch_hub_file(repo, "config.json")
    try:
        weights = fetch_hub_file(repo, "model.safetensors", revision=config.revision)
    except DownloadError:
        weights = fetch_hub_file(repo, "pytorch_model.bin", revision=config.revision)
    return UpscalerInfo(
        name=typed.label,
        scale=scale,
        family=Family.NETWORK,
        builder="srlab.upscale.network:build_swin2sr_network",
        source=str(weights.path),
        identity={
            "config": digest_file(config.path).hex(),
            "weights": digest_file(weights.path).hex(),
            "code": _CODE_REVISION,
        },
        facts={"repository": repo, "revision": config.revision},
    )
