"""Shards: immutable Parquet files named `<kind>-<time>-<digest of the content>.parquet`.

The digest in the name makes a cut or flipped shard recognisable at the price of one hash per
shard and process. `new` shards are what a process appended, `base` shards what `compact` made.
"""

from __future__ import annotations

import io
import re
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from srlab.errors import StoreError
from srlab.fingerprint import bytes_digest, file_digest
from srlab.store.files import write_whole
from srlab.store.tables import BLOB, INT, REAL, TEXT, TIME, Table

if TYPE_CHECKING:
    import pyarrow as pa

NEW, BASE = "new", "base"
_NAME = re.compile(r"(new|base)-(\d{19,20})-([0-9a-f]{32})\.parquet")
_PARTITION = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, order=True)
class Shard:
    """A shard file, by what its name says."""

    time_ns: int
    kind: str
    digest: str
    path: Path

    def intact(self) -> bool:
        """Whether the content is what the name says."""
        return file_digest(self.path).hex() == self.digest


def new_run() -> str:
    """A name for a run that begins now: UTC to the second, and four hex digits."""
    return f"{now():%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"


def now() -> datetime:
    """The current time as the store keeps it: UTC, microseconds, without a zone."""
    return datetime.now(UTC).replace(tzinfo=None)


def write_shards(root: Path, table: Table, rows: Sequence[Row]) -> list[Path]:
    """Append `rows` to `table` as one durable shard per partition; the paths written."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(str(row[table.partition]) if table.partition else "", []).append(row)
    return [
        write_shard(root, table, arrow_table(table, group), partition=partition)
        for partition, group in groups.items()
    ]


def write_shard(
    root: Path, table: Table, content: pa.Table, *, partition: str = "", kind: str = NEW
) -> Path:
    """Write one shard whole; `partition` is a folder name that has been validated."""
    import pyarrow.parquet as pq

    if partition and not _PARTITION.fullmatch(partition):
        raise StoreError(
            f"{partition!r} cannot name a folder of the store; use lower-case letters, digits, "
            "'.', '_' and '-'"
        )
    sink = io.BytesIO()
    pq.write_table(content, sink, compression="zstd")
    data = sink.getvalue()
    name = f"{kind}-{time.time_ns():019d}-{bytes_digest(data).hex()}.parquet"
    path = root / table.folder / partition / name
    write_whole(path, data)
    return path


def list_shards(
    root: Path, table: Table, *, partitions: Sequence[str] | None = None
) -> dict[str, list[Shard]]:
    """Shards by partition (one called "" where the table has none), oldest first."""
    folder = root / table.folder
    if table.partition is None:
        return {"": _shards_in(folder)}
    wanted = partitions if partitions is not None else _folders_in(folder)
    return {name: _shards_in(folder / name) for name in wanted if _PARTITION.fullmatch(name)}


def arrow_table(table: Table, rows: Sequence[Row]) -> pa.Table:
    """`rows` as Arrow with exactly the table's columns and types; absent values are null."""
    import pyarrow as pa

    columns = {name: [row.get(name) for row in rows] for name in table.columns}
    return pa.table(columns, schema=arrow_schema(table))


def arrow_schema(table: Table) -> pa.Schema:
    """The columns and types that every new shard of `table` has."""
    import pyarrow as pa

    return pa.schema([(name, _arrow_type(kind)) for name, kind in table.columns.items()])


def fits_table(schema: pa.Schema, table: Table) -> bool:
    """Whether a shard of these columns is one of `table`, now or before its `later` columns."""
    import pyarrow as pa

    late = table.later - set(schema.names)
    return schema.equals(pa.schema([item for item in arrow_schema(table) if item.name not in late]))


def _arrow_type(kind: str) -> pa.DataType:
    import pyarrow as pa

    return {
        BLOB: pa.binary(),
        TEXT: pa.string(),
        INT: pa.int64(),
        REAL: pa.float64(),
        TIME: pa.timestamp("us"),
    }[kind]


def _shards_in(folder: Path) -> list[Shard]:
    if not folder.is_dir():
        return []
    found = []
    for path in folder.iterdir():
        if match := _NAME.fullmatch(path.name):
            kind, time_ns, digest = match.groups()
            found.append(Shard(time_ns=int(time_ns), kind=kind, digest=digest, path=path))
    return sorted(found)


def _folders_in(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    return sorted(path.name for path in folder.iterdir() if path.is_dir())
