"""Reads a recipe: one training as a page of TOML, every key known, every value checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields
from enum import StrEnum
from math import inf
from pathlib import Path
from typing import Any, get_type_hints

from srlab.data.degradation import DEFAULT as MATLAB_BICUBIC
from srlab.data.degradation import DEGRADATIONS
from srlab.errors import CheckpointMismatchError, RecipeError, UnknownNameError
from srlab.fingerprint import digest
from srlab.metrics.protocol import DEFAULT_PROTOCOL, PROTOCOLS
from srlab.nets.spec import NetSpec, make_spec
from srlab.registry import Catalog
from srlab.toml_file import check_keys, read_toml


class Source(StrEnum):
    """Where patches come from: cut at random while training, or an HDF5 made beforehand."""

    CROPS = "crops"
    PREPARED = "prepared"


class Loss(StrEnum):
    """What is made small, per value in [0, 1]."""

    MSE = "mse"
    L1 = "l1"
    CHARBONNIER = "charbonnier"


class Schedule(StrEnum):
    """How the rate goes on after its warm-up."""

    CONSTANT = "constant"
    COSINE = "cosine"
    DROPS = "drops"


class Precision(StrEnum):
    """The arithmetic of the forward pass; weights are always fp32."""

    FP32 = "fp32"
    BF16 = "bf16"


def _number(default: Any = MISSING, *, low: float = 0, high: float = inf) -> Any:
    return field(default=default, metadata={"low": low, "high": high})


@dataclass(frozen=True, kw_only=True)
class Data:
    """`[data]`: folders of training images, and how lr is made of them."""

    folders: tuple[str, ...]
    limit: int = _number(0)
    """Only the first so many images, by name; 0 takes all."""
    degradation: str = MATLAB_BICUBIC


@dataclass(frozen=True, kw_only=True)
class Validation:
    """`[validation]`: whole images, scored after each epoch; the best epoch is kept.

    Either `benchmark`, or `held_out`: that many images from the end of the last training folder,
    which are then not trained on.
    """

    benchmark: str = ""
    held_out: int = _number(0)
    limit: int = _number(0)
    protocol: str = DEFAULT_PROTOCOL


@dataclass(frozen=True, kw_only=True)
class Patches:
    """`[patches]`: size and stride in pixels of the net's input."""

    source: Source = Source.CROPS
    size: int = _number(33, low=8, high=1024)
    stride: int = _number(14, low=1, high=1024)
    max_patches: int = _number(0)
    file: str = ""
    """Of prepared patches; empty: `patches.h5` beside the training's results."""


@dataclass(frozen=True, kw_only=True)
class Augment:
    """`[augment]`: eight flips and rotations, and brightness times 1 - b to 1 + b."""

    flips: bool = False
    rotations: bool = False
    brightness: float = _number(0.0, high=0.9)


@dataclass(frozen=True, kw_only=True)
class Optimisation:
    """`[training]`: Adam, its rates and how long."""

    epochs: int = _number(low=1)
    batch: int = _number(16, low=1, high=4096)
    steps_per_epoch: int = _number(0)
    """Needed for crops; prepared patches make an epoch when each was seen once."""
    loss: Loss = Loss.L1
    rate: float = _number(1e-3, low=1e-12, high=1)
    tail_rate: float = _number(1.0)
    """The last layer's rate as a part of `rate`."""
    betas: tuple[float, float] = (0.9, 0.999)
    schedule: Schedule = Schedule.CONSTANT
    warmup_steps: int = _number(0)
    final_rate: float = _number(0.0, high=1)
    """Where the cosine ends, as a part of `rate`."""
    drop_epochs: int = _number(0)
    drop: float = _number(0.5, high=1)
    clip: float = _number(0.0)
    """Largest norm of the gradient; 0 does not clip."""
    average: float = _number(0.0, high=0.99999)
    """Decay of the moving average of the weights that is judged and kept; 0 keeps the last."""
    precision: Precision = Precision.FP32
    seed: int = _number(0)
    threads: int = _number(0, high=1024)
    """Torch's threads; 0 leaves them. Another number gives other last bits."""
    start_from: str = ""
    """A file of weights, or the name of a training beside this one or of a shipped checkpoint."""


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """A recipe that was read and checked; relative paths in it are under `root`."""

    name: str
    title: str
    reproduces: str
    changed: str
    root: Path
    net: NetSpec
    data: Data
    validation: Validation
    patches: Patches
    augment: Augment
    training: Optimisation

    def facts(self) -> dict[str, Any]:
        """All that the file says, as JSON holds it."""
        tables = {name: asdict(getattr(self, name)) for name in _TABLES}
        head = {"name": self.name, "title": self.title, "kind": "upscaler"}
        words = {"reproduces": self.reproduces, "changed": self.changed}
        return {**head, **words, "net": self.net.facts(), **_plain(tables)}

    @property
    def digest(self) -> bytes:
        """16 bytes that stand for all settings that are not at their defaults; not for words.

        A setting that a later srlab adds leaves the digest of older recipes as it is.
        """
        net = {k: v for k, v in self.net.settings.items() if v != self.net.row.settings[k].default}
        head = (self.net.architecture, self.net.scale, self.net.channels)
        tables = {name: _not_default(getattr(self, name)) for name in _TABLES}
        return digest({"head": list(head), "net": _plain(net), **_plain(tables)})

    def path(self, text: str) -> Path:
        """A path of the recipe, found from where it counts from."""
        return self.root / Path(text).expanduser()


_TABLES: dict[str, type] = {
    "data": Data,
    "validation": Validation,
    "patches": Patches,
    "augment": Augment,
    "training": Optimisation,
}


@dataclass(frozen=True, kw_only=True)
class ShippedRecipe:
    """A recipe that comes with srlab."""

    name: str

    @property
    def path(self) -> Path:
        """Its file."""
        return Path(__file__).with_name("recipes") / f"{self.name}.toml"


RECIPES: Catalog[ShippedRecipe] = Catalog(
    "recipes",
    tuple(
        ShippedRecipe(name=name)
        for name in (
            "srcnn-y-x3-finetune",
            "srcnn-y-x2",
            "srcnn-y-x3",
            "srcnn-y-x4",
            "edsr-light-x2",
            "edsr-light-x3",
            "edsr-light-x4",
            "srcnn-rgb-x4-charbonnier",
            "srresnet-x4",
            "srresnet-light-x4",
            "cnn3-x2-faces",
        )
    ),
)


def find_recipe(text: str, *, data: Path | None = None) -> Recipe:
    """The recipe in the file `text`, or the shipped one of that name.

    Paths in it count from `data`; without it, from the file's folder, or for a shipped recipe
    from the current folder. Raises UnknownNameError for a name that is neither, RecipeError.
    """
    path = Path(text).expanduser()
    if path.suffix == ".toml" or path.is_file():
        return read_recipe(path, root=data or path.parent)
    return read_recipe(RECIPES[text].path, root=data or Path())


def read_recipe(path: Path, *, root: Path) -> Recipe:
    """The recipe at `path`. Raises RecipeError naming the key, what came, what was expected."""
    facts = read_toml(path, noun="recipe", error=RecipeError)
    words = {"kind", "title", "reproduces", "changed", "scale"}
    check_keys(facts, {*words, "net", *_TABLES}, place="the recipe", error=RecipeError)
    if facts.get("kind") != "upscaler":
        raise RecipeError(f'{path}: kind is {facts.get("kind")!r}; expected "upscaler"')
    texts = {name: facts.get(name, "") for name in ("title", "reproduces", "changed")}
    for name, text in texts.items():
        if not isinstance(text, str):
            raise RecipeError(f"{path}: {name} is {text!r}; expected text")
    recipe = Recipe(
        name=path.stem,
        **texts,
        root=root.expanduser().resolve(),
        net=_net(facts, path),
        **{name: _read_table(kind, facts, name) for name, kind in _TABLES.items()},
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


def _read_table(kind: type, facts: Mapping[str, Any], name: str) -> Any:
    table = facts.get(name, {})
    if not isinstance(table, dict):
        raise RecipeError(f"{name} is {table!r}; expected a table, [{name}]")
    hints = get_type_hints(kind)
    check_keys(table, set(hints), place=f"[{name}]", error=RecipeError)
    known = {item.name: item for item in fields(kind)}
    values = {
        key: _typed(value, hints[key], known[key].metadata, f"[{name}] {key}")
        for key, value in table.items()
    }
    needed = [key for key, item in known.items() if item.default is MISSING and key not in values]
    if needed:
        raise RecipeError(f"[{name}] needs {', '.join(needed)}")
    return kind(**values)


def _typed(value: Any, kind: Any, bounds: Mapping[str, float], place: str) -> Any:
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        if value in list(kind):
            return kind(value)
        raise RecipeError(f"{place} is {value!r}; expected {' or '.join(kind)}")
    if kind in (int, float):
        fits = type(value) is int or (kind is float and type(value) is float)
        if fits and bounds["low"] <= value <= bounds["high"]:
            return kind(value)
        what = "a whole number" if kind is int else "a number"
        raise RecipeError(
            f"{place} is {value!r}; expected {what} from {bounds['low']:g} to {bounds['high']:g}"
        )
    if kind == tuple[float, float]:
        if isinstance(value, list) and [type(item) for item in value] == [float, float]:
            return tuple(value)
        raise RecipeError(f"{place} is {value!r}; expected two numbers, as [0.9, 0.999]")
    if kind == tuple[str, ...]:
        if isinstance(value, list) and value and all(type(item) is str for item in value):
            return tuple(value)
        raise RecipeError(f"{place} is {value!r}; expected a list of texts")
    if type(value) is kind:
        return value
    raise RecipeError(f"{place} is {value!r}; expected {_NAMES[kind]}")


_NAMES = {str: "text", bool: "true or false"}


def _check(recipe: Recipe) -> None:
    """What no single key shows."""
    try:
        DEGRADATIONS[recipe.data.degradation]
        PROTOCOLS[recipe.validation.protocol]
    except UnknownNameError as error:
        raise RecipeError(str(error)) from error
    if recipe.patches.source is Source.CROPS and recipe.training.steps_per_epoch < 1:
        raise RecipeError("[training] needs steps_per_epoch, for random crops have no end")
    if recipe.training.schedule is Schedule.DROPS and recipe.training.drop_epochs < 1:
        raise RecipeError("[training] needs drop_epochs, after how many epochs the rate drops")
    if not recipe.validation.benchmark and recipe.validation.held_out < 1:
        raise RecipeError("[validation] needs a benchmark, or held_out images, to tell the best")
    if recipe.validation.benchmark and recipe.validation.held_out:
        raise RecipeError("[validation] has a benchmark and held_out images; expected one of them")


def _not_default(table: Any) -> dict[str, Any]:
    values = {item.name: getattr(table, item.name) for item in fields(table)}
    return {i.name: values[i.name] for i in fields(table) if values[i.name] != i.default}


def _plain(value: Any) -> Any:
    """Tuples and choices as JSON holds them."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, StrEnum) else value
