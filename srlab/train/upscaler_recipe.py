"""A recipe of an upscaler: which net learns from which images, and how it is judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar

from srlab.data.degradation import DEFAULT as MATLAB_BICUBIC
from srlab.data.degradation import DEGRADATIONS
from srlab.errors import CheckpointMismatchError, RecipeError, UnknownNameError
from srlab.fingerprint import digest
from srlab.metrics.protocol import DEFAULT_PROTOCOL, PROTOCOLS
from srlab.nets.spec import NetSpec, make_spec
from srlab.toml_file import check_keys
from srlab.train.optimisation import Loss, Optimisation, check_training
from srlab.train.tables import (
    WORDS,
    Described,
    not_default,
    number,
    plain,
    read_table,
    read_words,
)


class Source(StrEnum):
    """Where patches come from: cut at random while training, or an HDF5 made beforehand."""

    CROPS = "crops"
    PREPARED = "prepared"


@dataclass(frozen=True, kw_only=True)
class Data:
    """`[data]`: folders of training images, and how lr is made of them."""

    folders: tuple[str, ...]
    limit: int = number(0)
    """Only the first so many images, by name; 0 takes all."""
    degradation: str = MATLAB_BICUBIC


@dataclass(frozen=True, kw_only=True)
class Validation:
    """`[validation]`: whole images, scored after each epoch; the best epoch is kept.

    Either `benchmark`, or `held_out`: that many images from the end of the last training folder,
    which are then not trained on.
    """

    benchmark: str = ""
    held_out: int = number(0)
    limit: int = number(0)
    protocol: str = DEFAULT_PROTOCOL


@dataclass(frozen=True, kw_only=True)
class Patches:
    """`[patches]`: size and stride in pixels of the net's input."""

    source: Source = Source.CROPS
    size: int = number(33, low=8, high=1024)
    stride: int = number(14, low=1, high=1024)
    max_patches: int = number(0)
    file: str = ""
    """Of prepared patches; empty: `patches.h5` beside the training's results."""


@dataclass(frozen=True, kw_only=True)
class Augment:
    """`[augment]`: eight flips and rotations, and brightness times 1 - b to 1 + b."""

    flips: bool = False
    rotations: bool = False
    brightness: float = number(0.0, high=0.9)


@dataclass(frozen=True, kw_only=True)
class UpscalerRecipe(Described):
    """A recipe of an upscaler that was read and checked; relative paths are under `root`."""

    kind: ClassVar[str] = "upscaler"
    suffix: ClassVar[str] = ".safetensors"

    net: NetSpec
    data: Data
    validation: Validation
    patches: Patches
    augment: Augment
    training: Optimisation

    def facts(self) -> dict[str, Any]:
        """All that the file says, as JSON holds it."""
        tables = {name: asdict(getattr(self, name)) for name in _TABLES}
        return {**self.head(), "net": self.net.facts(), **plain(tables)}

    def in_words(self, score: float) -> str:
        """PSNR in dB with its protocol."""
        return f"{score:.2f} dB ({self.validation.protocol})"

    @property
    def digest(self) -> bytes:
        """16 bytes that stand for all settings that are not at their defaults; not for words.

        A setting that a later srlab adds leaves the digest of older recipes as it is.
        """
        net = {k: v for k, v in self.net.settings.items() if v != self.net.row.settings[k].default}
        head = (self.net.architecture, self.net.scale, self.net.channels)
        tables = {name: not_default(getattr(self, name)) for name in _TABLES}
        return digest({"head": list(head), "net": plain(net), **plain(tables)})


_TABLES: dict[str, type] = {
    "data": Data,
    "validation": Validation,
    "patches": Patches,
    "augment": Augment,
    "training": Optimisation,
}


def read_upscaler(facts: Mapping[str, Any], path: Path, root: Path) -> UpscalerRecipe:
    """The recipe that `facts`, read from `path`, describe; raises RecipeError."""
    known = {"kind", "scale", "net", *WORDS, *_TABLES}
    check_keys(facts, known, place="the recipe", error=RecipeError)
    recipe = UpscalerRecipe(
        name=path.stem,
        **read_words(facts, path),
        root=root,
        net=_net(facts, path),
        **{name: read_table(kind, facts, name) for name, kind in _TABLES.items()},
    )
    _check(recipe)
    return recipe


def _net(facts: Mapping[str, Any], path: Path) -> NetSpec:
    table = facts.get("net")
    if not isinstance(table, dict) or "scale" in table:
        raise RecipeError(f"{path} needs a table [net] with an architecture; scale stands above it")
    try:
        return make_spec({"scale": facts.get("scale"), **table}, place=f"{path.name} [net]")
    except (CheckpointMismatchError, UnknownNameError) as error:
        raise RecipeError(str(error)) from error


def _check(recipe: UpscalerRecipe) -> None:
    """What no single key shows."""
    try:
        DEGRADATIONS[recipe.data.degradation]
        PROTOCOLS[recipe.validation.protocol]
    except UnknownNameError as error:
        raise RecipeError(str(error)) from error
    file = Path(recipe.patches.file)
    if file.is_absolute() or ".." in file.parts or recipe.patches.file.startswith("~"):
        raise RecipeError(
            f"[patches] file is {recipe.patches.file!r}; expected a path below the recipe's folder "
            "(or --data); a recipe may come from a stranger"
        )
    crops = recipe.patches.source is Source.CROPS
    check_training(recipe.training, losses=_LOSSES, random=crops)
    if not recipe.validation.benchmark and recipe.validation.held_out < 1:
        raise RecipeError("[validation] needs a benchmark, or held_out images, to tell the best")
    if recipe.validation.benchmark and recipe.validation.held_out:
        raise RecipeError("[validation] has a benchmark and held_out images; expected one of them")


_LOSSES = {Loss.MSE, Loss.L1, Loss.CHARBONNIER}
