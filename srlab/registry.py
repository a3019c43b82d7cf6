"""Catalogs: explicit lists of named rows, with "did you mean" for a name that is not there."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from importlib import import_module
from typing import Any, Generic, Protocol, TypeVar

from srlab.errors import UnknownNameError


class Named(Protocol):
    """A catalog row: anything with a name."""

    @property
    def name(self) -> str:
        """What a person types."""
        ...


Row = TypeVar("Row", bound=Named)


class Catalog(Generic[Row]):
    """An explicit list of rows, looked up by name; `kind` is the plural noun of `srlab show`."""

    def __init__(
        self, kind: str, rows: tuple[Row, ...], *, aliases: dict[str, str] | None = None
    ) -> None:
        self.kind = kind
        self._rows = {row.name: row for row in rows}
        self._aliases = dict(aliases or {})
        if len(self._rows) != len(rows) or self._aliases.keys() & self._rows.keys():
            raise ValueError(f"two {kind} carry one name")

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows.values())

    def __contains__(self, name: str) -> bool:
        return self._aliases.get(name, name) in self._rows

    def __getitem__(self, name: str) -> Row:
        """The row called `name` (or its alias); raises UnknownNameError with the nearest names."""
        key = self._aliases.get(name, name)
        if key in self._rows:
            return self._rows[key]
        raise unknown_name(self.kind, name, self.names())

    def names(self) -> list[str]:
        """All names, aliases last."""
        return [*self._rows, *self._aliases]


_NEAREST = 3


def unknown_name(kind: str, name: str, known: list[str]) -> UnknownNameError:
    """The error for a name of no row: the nearest names, and the command that lists them all."""
    return UnknownNameError(
        f"no {kind.rstrip('s')} is called {name!r}; {did_you_mean(name, known)}"
        f"`srlab show {kind}` lists the {len(known)} known"
    )


def did_you_mean(name: str, known: list[str]) -> str:
    """The question after the nearest of `known` names, with a space behind it; else nothing."""
    near = get_close_matches(name.lower(), known, n=_NEAREST, cutoff=0.5)
    near = near or [other for other in known if name and other.startswith(name.lower())][:_NEAREST]
    return f"did you mean {' or '.join(near)}? " if near else ""


def load_object(reference: str) -> Any:
    """The object that a lazy `"module:object"` reference of a catalog row names."""
    module, _, name = reference.partition(":")
    return getattr(import_module(module), name)
