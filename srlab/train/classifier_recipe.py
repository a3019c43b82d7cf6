"""A recipe of a classifier: which net learns which classes, and on which pictures it is judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar

from srlab.errors import RecipeError
from srlab.fingerprint import digest
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

MATERIALS = "materials"
"""The embedded set, which brings its own validation patches."""
_MAX_TOKENS = 4096


class Architecture(StrEnum):
    """The kinds of classifiers that can be trained."""

    VIT = "vit"


@dataclass(frozen=True, kw_only=True)
class ClassifierNet:
    """`[net]`: a vision transformer (Dosovitskiy et al., ICLR 2021); sizes in pixels."""

    architecture: Architecture
    channels: int = number(3, low=1, high=3)
    """1 takes luma, 3 RGB."""
    size: int = number(64, low=8, high=1024)
    """The side of the square that every picture is resized to."""
    patch: int = number(8, low=2, high=256)
    width: int = number(128, low=8, high=1536)
    depth: int = number(4, low=1, high=32)
    heads: int = number(4, low=1, high=32)
    mlp_ratio: float = number(2.0, low=0.25, high=8)
    """The hidden layer of a block's perceptron, as a multiple of `width`."""
    dropout: float = number(0.0, high=0.9)
    attention_dropout: float = number(0.0, high=0.9)


@dataclass(frozen=True, kw_only=True)
class ClassData:
    """`[data]`: `materials`, a folder of class folders, or another set of `srlab classify`."""

    images: str
    limit: int = number(0)
    """Only the first so many pictures of each class, by name; 0 takes all."""


@dataclass(frozen=True, kw_only=True)
class ClassValidation:
    """`[validation]`: pictures that are classified after each epoch; the best epoch is kept.

    `images` is a set of its own with the same classes; else `held_out` is the share of each
    class's pictures, from the end of their names, that is not trained on.
    """

    images: str = ""
    held_out: float = number(0.0, high=0.9)


@dataclass(frozen=True, kw_only=True)
class ClassAugment:
    """`[augment]`: how a cut may be changed without changing its class."""

    mirror: bool = False
    """Left and right swapped, every other time."""
    rotations: bool = False
    """Quarter turns; with `mirror` all eight flips and rotations."""
    zoom: float = number(1.0, low=1, high=4)
    """Cuts have a side between 1/zoom and zoom of the plain one, and are resized to the net's."""
    brightness: float = number(0.0, high=0.9)
    """Levels times 1 - b to 1 + b."""


@dataclass(frozen=True, kw_only=True)
class ClassifierRecipe(Described):
    """A recipe of a classifier that was read and checked; relative paths are under `root`."""

    kind: ClassVar[str] = "classifier"
    suffix: ClassVar[str] = ""

    net: ClassifierNet
    data: ClassData
    validation: ClassValidation
    augment: ClassAugment
    training: Optimisation

    def facts(self) -> dict[str, Any]:
        """All that the file says, as JSON holds it."""
        tables = {name: asdict(getattr(self, name)) for name in _TABLES}
        return {**self.head(), **plain(tables)}

    def in_words(self, score: float) -> str:
        """Accuracy in per cent."""
        return f"{100 * score:.1f}% right"

    @property
    def digest(self) -> bytes:
        """16 bytes that stand for all settings that are not at their defaults; not for words."""
        tables = {name: not_default(getattr(self, name)) for name in _TABLES}
        return digest({"kind": self.kind, **plain(tables)})


_TABLES: dict[str, type] = {
    "net": ClassifierNet,
    "data": ClassData,
    "validation": ClassValidation,
    "augment": ClassAugment,
    "training": Optimisation,
}


def read_classifier(facts: Mapping[str, Any], path: Path, root: Path) -> ClassifierRecipe:
    """The recipe that `facts`, read from `path`, describe; raises RecipeError."""
    check_keys(facts, {"kind", *WORDS, *_TABLES}, place="the recipe", error=RecipeError)
    recipe = ClassifierRecipe(
        name=path.stem,
        **read_words(facts, path),
        root=root,
        **{name: read_table(kind, facts, name) for name, kind in _TABLES.items()},
    )
    _check_net(recipe.net)
    _check_validation(recipe)
    check_training(recipe.training, losses={Loss.CROSS_ENTROPY}, random=True)
    if recipe.training.start_from:
        raise RecipeError(
            "[training] start_from is of upscalers; classifiers begin with new weights"
        )
    return recipe


def _check_net(net: ClassifierNet) -> None:
    """What no single key shows."""
    if net.channels not in (1, 3):
        raise RecipeError(f"[net] channels is {net.channels}; expected 1 (luma) or 3 (RGB)")
    if net.size < net.patch or net.size % net.patch:
        raise RecipeError(
            f"[net] size {net.size} is not cut into whole patches of {net.patch}; choose a "
            f"multiple of it, as {max(1, net.size // net.patch) * net.patch}"
        )
    if (net.size // net.patch) ** 2 > _MAX_TOKENS:
        raise RecipeError(
            f"[net] size {net.size} makes {(net.size // net.patch) ** 2} patches of {net.patch}; "
            f"at most {_MAX_TOKENS} are trained on, choose larger ones"
        )
    if net.width % net.heads:
        raise RecipeError(
            f"[net] width {net.width} is not shared evenly by {net.heads} heads; choose a multiple"
        )


def _check_validation(recipe: ClassifierRecipe) -> None:
    own = recipe.data.images == MATERIALS
    named, held = bool(recipe.validation.images), bool(recipe.validation.held_out)
    if own and (named or held):
        raise RecipeError(f"[validation] is brought by {MATERIALS} itself; leave the table out")
    if own and recipe.data.limit:
        raise RecipeError(f"[data] limit counts files, and {MATERIALS} has none; leave it out")
    if not own and named == held:
        raise RecipeError(
            "[validation] needs images, a set of its own, or held_out, the share of each class's "
            f"pictures that is kept from the training; {'both came' if named else 'none came'}"
        )
