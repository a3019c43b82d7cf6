"""Shards: immutable Parquet files, `<kind>-<order>-<digest of the content>[.v<version>].parquet`.

The digest in the name makes a cut or flipped shard recognisable at the price of one hash per
shard and process. `new` shards are what a process appended, `base` shards what `compact` made.
The order in the name is that of its last row, in nanoseconds. The version says which columns it
has: without one it is of the first, when tables had none of their `later` columns.
"""

from __future__ import annotations

import io
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from srlab.errors import StoreError
from srlab.fingerprint import bytes_digest, file_digest
from srlab.store.files import write_whole
from srlab.store.order import take_orders
from srlab.store.tables import (
    BLOB,
    INT,
    REAL,
    SCHEMA_VERSION,
    TABLES,
    TEXT,
    TIME,
    Table,
)

if TYPE_CHECKING:
    import pyarrow as pa

NEW, BASE = "new", "base"
_NAME = re.compile(r"(new|base)-(\d{19,20})-([0-9a-f]{32})(?:\.v([0-9]{1,4}))?\.parquet")
_ORDER_NS = 1000
_PARTITION = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, order=True)
class Shard:
    """A shard file, by what its name says."""

    order_ns: int
    kind: str
    digest: str
    version: int
    path: Path

    def intact(self) -> bool:
        """Whether it is a file, and its content what the name says; a pipe is never opened."""
        return self.path.is_file() and file_digest(self.path).hex() == self.digest


def new_run() -> str:
    """A name for a run that begins now: UTC to the second, and four hex digits."""
    return f"{now():%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"


def now() -> datetime:
    """The current time as the store keeps it: UTC, microseconds, without a zone."""
    return datetime.now(UTC).replace(tzinfo=None)


def write_shards(root: Path, table: Table, rows: Sequence[Row]) -> list[Path]:
    """Append `rows` to `table` as one durable shard per partition; the paths written.

    Each row is given its `order`: that of the clock, or one more than the newest row seen.
    """
    groups: dict[str, list[Row]] = {}
    newest = partial(_newest_order, root, table)
    for order, row in zip(take_orders(root, len(rows), seen=newest), rows, strict=True):
        partition = str(row[table.partition]) if table.partition else ""
        groups.setdefault(partition, []).append({**row, "order": order})
    return [
        write_shard(root, table, arrow_table(table, group), partition=partition)
        for partition, group in groups.items()
    ]


def write_shard(
    root: Path, table: Table, content: pa.Table, *, partition: str = "", kind: str = NEW
) -> Path:
    """Write one shard of today's columns whole; `partition` becomes the name of its folder."""
    import pyarrow.parquet as pq

    if partition and not _PARTITION.fullmatch(partition):
        raise StoreError(
            f"{partition!r} cannot name a folder of the store; use lower-case letters, digits, "
            "'.', '_' and '-'"
        )
    sink = io.BytesIO()
    pq.write_table(content, sink, compression="zstd")
    data = sink.getvalue()
    order = f"{_last_order(content) * _ORDER_NS:019d}"
    name = f"{kind}-{order}-{bytes_digest(data).hex()}.v{SCHEMA_VERSION}.parquet"
    path = root / table.folder / partition / name
    write_whole(path, data)
    return path


def _last_order(content: pa.Table) -> int:
    if "order" not in content.column_names:
        return 0
    return max((order or 0 for order in content.column("order").to_pylist()), default=0)


def _newest_order(root: Path, table: Table, everywhere: bool) -> int:
    """The newest order among the shards of `table`, or of the whole store."""
    listed = [list_shards(root, t) for t in (TABLES.values() if everywhere else [table])]
    orders = [shard.order_ns for parts in listed for shards in parts.values() for shard in shards]
    return max(orders, default=0) // _ORDER_NS


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


def fits_table(schema: pa.Schema, table: Table, version: int = SCHEMA_VERSION) -> bool:
    """Whether a shard of these columns is one of `table`, in the first version or since."""
    import pyarrow as pa

    late: set[str] = set()
    if version == 1:
        late = {*table.later, *(table.sometimes - set(schema.names))}
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
            kind, order_ns, digest, version = match.groups()
            shard = Shard(
                order_ns=int(order_ns),
                kind=kind,
                digest=digest,
                version=int(version or 1),
                path=path,
            )
            found.append(shard)
    return sorted(found)


def _folders_in(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    return sorted(path.name for path in folder.iterdir() if path.is_dir())
