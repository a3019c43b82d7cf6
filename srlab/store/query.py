"""Reading a store: an in-memory DuckDB over its intact shards, newest row of an identity first.

Dropping older rows costs a sort, so it is done only where newer shards lie: the one `base` shard
that `compact` left in a partition holds no two rows of one identity, and is only held against the
(few) rows that came after it.
"""

from __future__ import annotations

import logging
import os
import secrets
import tempfile
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from srlab.store.shards import BASE, Shard, fits_table, list_shards
from srlab.store.tables import TABLES, Table

if TYPE_CHECKING:
    import duckdb

MEMORY_LIMIT = "2GB"
"""Of a process, for all its questions together."""
_ROWS_AT_ONCE = 100_000
_log = logging.getLogger(__name__)
_intact: dict[tuple[str, int, int], bool] = {}


def connect(
    root: Path, tables: Iterable[str], *, partitions: Sequence[str] | None = None
) -> duckdb.DuckDBPyConnection:
    """A connection with a view per table name; `partitions` limits the partitioned ones.

    The views `scores` and `predictions` leave out rows of an upscaler's or classifier's older
    fingerprints, and of an hr that was exchanged since under its name; `every_scores` and
    `every_predictions` keep them. Damaged shards are left out and named in the log.
    """
    connection = _database(os.getpid()).cursor()
    connection.execute("SET enable_progress_bar = false")
    asked = list(dict.fromkeys(tables))
    judges = [name for table in asked for name in _JUDGES.get(table, ())]
    for name in dict.fromkeys([*asked, *judges]):
        _create_view(connection, root, TABLES[name], partitions)
    for name in asked:
        if name in _CURRENT:
            connection.execute(_CURRENT[name])
    return connection


@cache
def _database(process: int) -> duckdb.DuckDBPyConnection:
    """The database of this process; to make one takes thirty times as long as to ask it.

    A forked child, in which the parent's threads are not there, makes its own.
    """
    del process
    import duckdb

    database = duckdb.connect(":memory:")
    database.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
    # Without this, what memory does not hold goes into `.tmp` of the current folder.
    spill = Path(tempfile.gettempdir()) / f"srlab-{secrets.token_hex(8)}"
    database.execute("SET temp_directory = ?", [str(spill)])
    return database


def reset_database() -> None:
    """Let the next connection be of a fresh database; a fatal error makes the old one useless."""
    _database.cache_clear()


def leave_out_strange(root: Path) -> bool:
    """Leave out shards that cannot be read, or whose columns are not their table's; whether any.

    Such a shard was written by something else; it is looked for only after a question failed. The
    rows themselves are read only where no shard's schema is the reason.
    """
    return _left_out(root, _strange) or _left_out(root, _unreadable)


def _left_out(root: Path, fault: Callable[[Shard, Table], str]) -> bool:
    """Leave out the shards that have this fault; whether there was a new one."""
    found = False
    for table in TABLES.values():
        for shards in list_shards(root, table).values():
            for shard in shards:
                if _is_intact(shard) and (reason := fault(shard, table)):
                    state = shard.path.stat()
                    _intact[str(shard.path), state.st_size, state.st_mtime_ns] = False
                    _log.warning("%s %s; left out", shard.path, reason)
                    found = True
    return found


def _strange(shard: Shard, table: Table) -> str:
    """What is wrong with a shard whose content is as its name says; empty where nothing is."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        schema = pq.read_schema(shard.path)
    except FileNotFoundError:
        return ""
    except (pa.ArrowException, OSError, ValueError) as error:
        return f"is no Parquet ({type(error).__name__})"
    return "" if fits_table(schema, table, shard.version) else "has other columns than its table"


def _unreadable(shard: Shard, table: Table) -> str:
    """Why the rows of a shard cannot be read to the end; empty where they can."""
    import duckdb

    del table
    try:
        rows = _database(os.getpid()).cursor().sql(f"FROM {_files([shard])}")
        for _ in rows.to_arrow_reader(_ROWS_AT_ONCE):
            pass
    except FileNotFoundError:
        return ""
    except Exception as error:  # of damaged Parquet comes whatever a decoder meets
        if isinstance(error, duckdb.FatalException | duckdb.InternalException):
            reset_database()
        return f"cannot be read to its end ({type(error).__name__})"
    return ""


def damaged_shards(root: Path) -> list[Path]:
    """Shards of any table whose content or columns are not what they must be."""
    _left_out(root, _strange)
    _left_out(root, _unreadable)
    return [
        shard.path
        for table in TABLES.values()
        for shards in list_shards(root, table).values()
        for shard in shards
        if not _is_intact(shard)
    ]


_NEWEST_UPSCALERS = """(
    SELECT upscaler, scale, arg_max(fingerprint, "order") AS fingerprint
    FROM upscalers GROUP BY upscaler, scale
)"""

_NEWEST_CLASSIFIERS = """(
    SELECT classifier, arg_max(fingerprint, "order") AS classifier_fingerprint
    FROM classifiers GROUP BY classifier
)"""

# An hr that was exchanged under its name is another image, whose scores are not of this one.
_NEWEST_HR = """(
    SELECT benchmark, sample, scale, degradation, lr_kind, protocol,
        arg_max_null(hr, "order") AS hr
    FROM every_scores GROUP BY ALL
)"""

# A row from before lr had kinds gives way to the same score under the kind that its lr is of.
_CURRENT = {
    "scores": f"""
CREATE TEMP VIEW scores AS
SELECT s.* FROM every_scores s
SEMI JOIN {_NEWEST_UPSCALERS} USING (upscaler, scale, fingerprint)
JOIN {_NEWEST_HR} h ON h.benchmark IS NOT DISTINCT FROM s.benchmark
    AND h.sample IS NOT DISTINCT FROM s.sample AND h.scale IS NOT DISTINCT FROM s.scale
    AND h.degradation IS NOT DISTINCT FROM s.degradation
    AND h.lr_kind IS NOT DISTINCT FROM s.lr_kind AND h.protocol IS NOT DISTINCT FROM s.protocol
    AND h.hr IS NOT DISTINCT FROM s.hr
WHERE NOT EXISTS (
    FROM every_scores o
    WHERE s.degradation = 'given' AND s.lr_kind = '' AND o.lr_kind <> '' AND o.key = s.key
    AND o.benchmark = s.benchmark AND o.sample = s.sample AND o.upscaler = s.upscaler
    AND o.protocol = s.protocol
)
""",
    "predictions": f"""
CREATE TEMP VIEW predictions AS
SELECT p.* FROM every_predictions p
SEMI JOIN {_NEWEST_CLASSIFIERS} USING (classifier, classifier_fingerprint)
WHERE arm <> 'upscaled' OR (upscaler, scale, fingerprint) IN (
    SELECT (upscaler, scale, fingerprint) FROM {_NEWEST_UPSCALERS}
)
""",
}
_JUDGES = {"scores": ("upscalers",), "predictions": ("upscalers", "classifiers")}
"""The tables that tell which rows of another are current."""


def _create_view(
    connection: duckdb.DuckDBPyConnection,
    root: Path,
    table: Table,
    partitions: Sequence[str] | None,
) -> None:
    base, newer = [], []
    for shards in list_shards(root, table, partitions=partitions).values():
        whole = [shard for shard in shards if _is_intact(shard)]
        bases = [shard for shard in whole if shard.kind == BASE]
        base += bases if len(bases) == 1 else []
        newer += [shard for shard in whole if shard.kind != BASE or len(bases) != 1]
    connection.execute(f'CREATE TEMP VIEW "{table.every}" AS {_select(table, base, newer)}')


def _select(table: Table, base: Sequence[Shard], newer: Sequence[Shard]) -> str:
    identity = ", ".join(f'"{column}"' for column in table.identity)
    latest = (
        f"SELECT * FROM {_read(table, newer)} "
        f'QUALIFY row_number() OVER (PARTITION BY {identity} ORDER BY "order" DESC) = 1'
    )
    if not base:
        return latest
    if not newer:
        return f"SELECT * FROM {_read(table, base)}"
    same = " AND ".join(f'b."{c}" IS NOT DISTINCT FROM n."{c}"' for c in table.identity)
    return (
        f"WITH n AS MATERIALIZED ({latest}) SELECT * FROM n UNION ALL "
        f"SELECT b.* FROM {_read(table, base)} b ANTI JOIN n ON {same}"
    )


def _read(table: Table, shards: Sequence[Shard]) -> str:
    if not shards:
        columns = ", ".join(f'NULL::{kind} AS "{name}"' for name, kind in table.columns.items())
        return f"(SELECT {columns} WHERE false)"
    first = [shard for shard in shards if shard.version == 1]
    newer = [shard for shard in shards if shard.version > 1]
    parts = [_read_since(table, newer)] if newer else []
    parts += [_read_first(table, first)] if first else []
    return f"({' UNION ALL '.join(parts)})"


def _read_since(table: Table, shards: Sequence[Shard]) -> str:
    """Shards of today's columns; what a row leaves open is as in shards without the column."""
    columns = ", ".join(
        f'coalesce("{name}", {table.later[name]})::{kind} AS "{name}"'
        if name in table.later
        else f'"{name}"'
        for name, kind in table.columns.items()
    )
    return f"SELECT {columns} FROM {_files(shards)}"


def _read_first(table: Table, shards: Sequence[Shard]) -> str:
    """Shards of the first version, which lack the columns that came later."""
    read = _files(shards, union_by_name=bool(table.sometimes))
    if table.sometimes:
        nulls = ", ".join(f'NULL::{table.columns[n]} AS "{n}"' for n in sorted(table.sometimes))
        read = f"(FROM {read} UNION ALL BY NAME SELECT {nulls} WHERE false)"
    columns = ", ".join(
        f'({table.later[name]})::{kind} AS "{name}"' if name in table.later else f'"{name}"'
        for name, kind in table.columns.items()
    )
    return f"SELECT {columns} FROM {read}"


def _files(shards: Sequence[Shard], *, union_by_name: bool = False) -> str:
    paths = ", ".join("'" + str(shard.path).replace("'", "''") + "'" for shard in shards)
    return f"read_parquet([{paths}], hive_partitioning = false, union_by_name = {union_by_name})"


def _is_intact(shard: Shard) -> bool:
    """Whether a shard may be read; FileNotFoundError where it vanished since it was listed."""
    state = shard.path.stat()
    key = (str(shard.path), state.st_size, state.st_mtime_ns)
    if key not in _intact:
        _intact[key] = shard.intact()
        if not _intact[key]:
            _log.warning(
                "%s is damaged and was left out; all other shards are read. `srlab store check` "
                "lists what is damaged; evaluate again to compute the lost rows",
                shard.path,
            )
    return _intact[key]
