"""Reads the tables of a recipe: every key known, every value of its kind and within its bounds.

A table is a frozen dataclass; the bounds of a number stand in its field (`number`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from enum import StrEnum
from math import inf
from pathlib import Path
from typing import Any, ClassVar, get_type_hints

from srlab.errors import RecipeError
from srlab.toml_file import check_keys

Rates = tuple[tuple[str, float], ...]
"""Layers by the beginning of their weights' names, and multiples of the rate."""
WORDS = ("title", "reproduces", "changed")


@dataclass(frozen=True, kw_only=True)
class Described:
    """What a recipe of any kind says besides its tables; relative paths are under `root`."""

    kind: ClassVar[str]
    suffix: ClassVar[str]
    """Ends the names of what the training leaves."""

    name: str
    title: str
    reproduces: str
    changed: str
    root: Path

    def head(self) -> dict[str, str]:
        """Name, kind and prose."""
        return {"name": self.name, "kind": self.kind, **{n: getattr(self, n) for n in WORDS}}

    def path(self, text: str) -> Path:
        """A path of the recipe, found from where it counts from."""
        return self.root / Path(text).expanduser()


def number(default: Any = MISSING, *, low: float = 0, high: float = inf) -> Any:
    """A field for a number from `low` to `high`; the table needs it where there is no default."""
    return field(default=default, metadata={"low": low, "high": high})


def read_table(kind: type, facts: Mapping[str, Any], name: str) -> Any:
    """The table `[name]` of a recipe as a `kind`; raises RecipeError naming the key."""
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


def read_words(facts: Mapping[str, Any], path: Path) -> dict[str, str]:
    """What a recipe says in prose: its title, what it reproduces, and what was changed."""
    texts = {name: facts.get(name, "") for name in WORDS}
    for name, text in texts.items():
        if not isinstance(text, str):
            raise RecipeError(f"{path}: {name} is {text!r}; expected text")
    return texts


def not_default(table: Any) -> dict[str, Any]:
    """The settings of a table that are not at their defaults."""
    values = {item.name: getattr(table, item.name) for item in fields(table)}
    return {i.name: values[i.name] for i in fields(table) if values[i.name] != i.default}


def plain(value: Any) -> Any:
    """Tuples and choices as JSON holds them."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return str(value) if isinstance(value, StrEnum) else value


def _typed(value: Any, kind: Any, bounds: Mapping[str, float], place: str) -> Any:
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        if value in list(kind):
            return kind(value)
        raise RecipeError(f"{place} is {value!r}; expected {' or '.join(kind)}")
    if kind in (int, float):
        fits = type(value) is int or (kind is float and type(value) is float)
        low, high = bounds["low"], min(bounds["high"], _MOST)
        if fits and low <= value <= high:
            return kind(value)
        what = "a whole number" if kind is int else "a number"
        raise RecipeError(f"{place} is {str(value)[:40]}; expected {what} from {low:g} to {high:g}")
    if read := _READERS.get(kind):
        return read(value, place)
    if type(value) is kind:
        return value
    raise RecipeError(f"{place} is {value!r}; expected {_NAMES[kind]}")


_MOST = 2.0**53
"""No number of a recipe is larger; up to here a float holds every whole number."""
_NAMES = {str: "text", bool: "true or false"}


def _two_numbers(value: Any, place: str) -> tuple[float, ...]:
    floats = isinstance(value, list) and [type(item) for item in value] == [float, float]
    if floats and all(0 <= item < 1 for item in value):
        return tuple(value)
    raise RecipeError(
        f"{place} is {value!r}; expected two numbers from 0 to below 1, as [0.9, 0.999]"
    )


def _texts(value: Any, place: str) -> tuple[str, ...]:
    if isinstance(value, list) and value and all(type(item) is str for item in value):
        return tuple(value)
    raise RecipeError(f"{place} is {value!r}; expected a list of texts")


def _rates(value: Any, place: str) -> Rates:
    if not isinstance(value, dict):
        raise RecipeError(f"{place} is {value!r}; expected a table, as {{ conv3 = 0.1 }}")
    return tuple(
        (key, _typed(part, float, _ANY_PART, f"{place} {key}")) for key, part in value.items()
    )


_ANY_PART = {"low": 0.0, "high": 1000.0}
_READERS: dict[Any, Callable[[Any, str], Any]] = {
    tuple[float, float]: _two_numbers,
    tuple[str, ...]: _texts,
    Rates: _rates,
}
