"""`Store`: open a folder, append rows, ask questions in SQL, keep images."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from srlab.errors import StoreError, StoreMissingError, StoreNewerError
from srlab.fingerprint import canonical_json
from srlab.places import is_file, is_folder, is_there
from srlab.store.files import write_whole
from srlab.store.pictures import Pictures
from srlab.store.query import connect, damaged_shards, leave_out_strange, reset_database
from srlab.store.shards import Row, write_shards
from srlab.store.tables import SCHEMA_VERSION, TABLES

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

_SCHEMA_FILE = "schema.json"
_FORMAT = "srlab-store"
_PATIENCE = 5

T = TypeVar("T")


def default_store() -> Path:
    """`SRLAB_STORE`, else `.srlab` in the current folder."""
    return Path(os.environ.get("SRLAB_STORE") or ".srlab")


class Store:
    """A folder of scores, predictions, failures, runs and images; safe for several processes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.pictures = Pictures(root / "images")
        self.maps = Pictures(root / "maps")
        self._current = False

    @classmethod
    def open(cls, root: Path | str | None = None) -> Store:
        """The store at `root` (default: see `default_store`).

        Raises StoreMissingError where there is none, StoreNewerError where a newer srlab wrote it.
        """
        path = Path(root) if root is not None else default_store()
        schema = path / _SCHEMA_FILE
        if not is_file(schema):
            raise StoreMissingError(
                f"there is no store at {path}; `srlab evaluate -b skimage -u bicubic -s 2` makes "
                "one, --store FOLDER (or SRLAB_STORE) names another"
            )
        _schema_version(schema)
        return cls(path.resolve())

    @classmethod
    def create(cls, root: Path | str | None = None) -> Store:
        """The store at `root`, made where there is none. Refuses a folder of something else."""
        path = Path(root) if root is not None else default_store()
        schema = path / _SCHEMA_FILE
        if not is_file(schema):
            _refuse_foreign_folder(path)
            _write_schema(schema)
        return cls.open(path)

    def append(self, table: str, rows: Sequence[Row]) -> None:
        """Add rows durably; each names the table's columns, absent ones become null."""
        if rows:
            self._raise_schema()
            write_shards(self.root, TABLES[table], rows)

    def _raise_schema(self) -> None:
        """Say in the store that an older srlab must not write here any more."""
        if not self._current:
            schema = self.root / _SCHEMA_FILE
            if _schema_version(schema) < SCHEMA_VERSION:
                _write_schema(schema)
            self._current = True

    def frame(
        self,
        sql: str,
        parameters: Iterable[Any] = (),
        *,
        tables: Sequence[str] = ("scores",),
        benchmarks: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """The answer to `sql` over views called like the tables, as a pandas frame."""
        return self._ask(lambda c: c.execute(sql, list(parameters)).df(), tables, benchmarks)

    def rows(
        self,
        sql: str,
        parameters: Iterable[Any] = (),
        *,
        tables: Sequence[str] = ("scores",),
        benchmarks: Sequence[str] | None = None,
    ) -> list[tuple]:
        """The answer to `sql` as plain tuples; imports no pandas."""
        return self._ask(lambda c: c.execute(sql, list(parameters)).fetchall(), tables, benchmarks)

    def damaged(self) -> list[Path]:
        """Shards whose content is not what their name says; they are left out of every answer."""
        return damaged_shards(self.root)

    def _ask(
        self,
        question: Callable[[duckdb.DuckDBPyConnection], T],
        tables: Sequence[str],
        benchmarks: Sequence[str] | None,
    ) -> T:
        """Ask; and once more where `compact` removed a shard between listing and reading it."""
        import duckdb

        attempts = 0
        while True:
            try:
                with connect(self.root, tables, partitions=benchmarks) as connection:
                    return question(connection)
            except (FileNotFoundError, duckdb.Error, UnicodeDecodeError) as error:
                if isinstance(error, duckdb.FatalException | duckdb.InternalException):
                    reset_database()
                attempts += 1
                passing = isinstance(error, FileNotFoundError | duckdb.IOException)
                if attempts < _PATIENCE and (leave_out_strange(self.root) or passing):
                    continue
                reason = str(error).splitlines()[0]
                raise StoreError(
                    f"{self.root} cannot be read ({reason}); `srlab store check` names what is "
                    "damaged"
                ) from error


def _write_schema(schema: Path) -> None:
    text = canonical_json({"format": _FORMAT, "version": SCHEMA_VERSION})
    write_whole(schema, text.encode())


def _schema_version(schema: Path) -> int:
    """The version that a store says; raises StoreError for none, StoreNewerError for a newer."""
    try:
        facts = json.loads(schema.read_text())
        known, version = facts["format"] == _FORMAT, int(facts["version"])
    except (OSError, ValueError, TypeError, KeyError, ArithmeticError, RecursionError) as error:
        raise StoreError(f"{schema} does not describe a store: {error!r}") from error
    if not known:
        raise StoreError(f"{schema} belongs to something else, not to srlab")
    if version > SCHEMA_VERSION:
        raise StoreNewerError(
            f"the store at {schema.parent} has schema {version}, this srlab reads up to "
            f"{SCHEMA_VERSION}; upgrade srlab (pip install -U srlab) or name another store"
        )
    return version


def _refuse_foreign_folder(path: Path) -> None:
    if is_there(path) and (not is_folder(path) or any(path.iterdir())):
        raise StoreError(
            f"{path} exists and is no store; name an empty or a new folder with --store FOLDER"
        )
