"""What a person may type after `-u`, turned into an `UpscalerInfo` without importing torch."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from srlab.errors import UsageError
from srlab.fingerprint import file_digest
from srlab.registry import Catalog, unknown_name
from srlab.upscale.info import REFERENCE, Family, UpscalerInfo

SCALES = (2, 3, 4, 8)
WEIGHT_SUFFIXES = (".safetensors", ".pth", ".pt", ".ckpt", ".bin")
_CODE_REVISION = 1
"""Goes up when the code around a net changes what it makes of the same weights."""
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")
_NAMED = re.compile(r"([^=/\\:]*)=(.+)")


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

    `[NAME=]nearest|bilinear|bicubic|lanczos`, `[NAME=]FILE` of weights, or
    `[NAME=]outputs:FOLDER`. Raises UsageError or UnknownNameError that says what was expected.
    """
    if scale not in SCALES:
        raise UsageError(f"scale {scale} is not supported; expected one of 2, 3, 4, 8")
    label, what = _split(text)
    if what in UPSCALERS:
        row = UPSCALERS[what]
        return UpscalerInfo(
            name=label or what,
            scale=scale,
            family=Family.CLASSICAL,
            builder="srlab.upscale.classical:build_classical",
            source=what,
            identity={"kernel": row.kernel, "version": row.version},
            dtype="uint8",
        )
    if what.startswith("outputs:"):
        return _outputs(label, Path(what.removeprefix("outputs:")), scale)
    path = Path(what)
    if path.suffix.lower() in WEIGHT_SUFFIXES or path.is_file():
        return _network(label, path, scale, digest_file)
    raise unknown_name("upscalers", what, UPSCALERS.names())


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


def _split(text: str) -> tuple[str | None, str]:
    match = _NAMED.fullmatch(text)
    if match is None:
        return None, text
    label, what = match.groups()
    if not _LABEL.fullmatch(label) or label == REFERENCE:
        raise UsageError(
            f"{label[:40]!r} cannot be an upscaler's label; letters, digits and . _ + - are "
            f"allowed, 64 at most, and {REFERENCE!r} is taken"
        )
    return label, what


def _label_of(path: Path) -> str:
    return re.sub(r"[^A-Za-z0-9._+-]+", "-", path.stem).strip("-.")[:64] or "unnamed"


def _outputs(label: str | None, folder: Path, scale: int) -> UpscalerInfo:
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder; NAME=outputs:FOLDER names ready sr images")
    name = label or _label_of(folder)
    return UpscalerInfo(
        name=name,
        scale=scale,
        family=Family.OUTPUTS,
        builder="",
        source=str(folder.resolve()),
        identity={"label": name},
        dtype="uint8",
    )


def _network(
    label: str | None, path: Path, scale: int, digest_file: Callable[[Path], bytes]
) -> UpscalerInfo:
    if not path.is_file():
        raise UsageError(f"there is no weights file at {path}")
    return UpscalerInfo(
        name=label or _label_of(path),
        scale=scale,
        family=Family.NETWORK,
        builder="srlab.upscale.network:build_network",
        source=str(path.resolve()),
        identity={"weights": digest_file(path).hex(), "code": _CODE_REVISION},
    )
