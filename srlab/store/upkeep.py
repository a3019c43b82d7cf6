"""Looking after a store: what is in it, what is damaged, merging shards, removing leftovers."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from srlab.fingerprint import file_digest
from srlab.store.files import TEMPORARY_PREFIX, named_errors
from srlab.store.query import connect
from srlab.store.shards import BASE, Shard, list_shards, write_shard
from srlab.store.store import Store
from srlab.store.tables import SCORES, TABLES, Table

if TYPE_CHECKING:
    import pyarrow as pa

SETTLED_SECONDS = 3600.0
"""Leftovers younger than this may belong to a process at work and are left alone."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Something in a store that is not as it should be: where, what, and what to do."""

    path: Path
    what: str


def summary(store: Store) -> dict[str, int]:
    """Rows per table, images, shards and bytes; imports neither torch nor pandas."""
    question = ", ".join(f'(SELECT count(*) FROM "{table.every}")' for table in TABLES.values())
    [row] = store.rows(f"SELECT {question}", tables=tuple(TABLES))
    counts = dict(zip(TABLES, row, strict=True))
    shards = sum(
        len(group) for table in TABLES.values() for group in list_shards(store.root, table).values()
    )
    size = sum(path.stat().st_size for path in store.root.rglob("*") if path.is_file())
    return {**counts, "pictures": sum(1 for _ in store.pictures), "shards": shards, "bytes": size}


def check(store: Store) -> Iterator[Problem]:
    """Everything that is wrong: damaged shards, images that differ from their hash or are gone.

    What killed processes left is not among it: see `leftovers`.
    """
    for path in store.damaged():
        yield Problem(
            path=path, what="damaged shard; remove it and evaluate again to compute its rows"
        )
    kept = store.rows("SELECT image, content FROM images", tables=("images",))
    contents, referenced = dict(kept), set(referenced_images(store))
    for image, path in _all_pictures(store):
        if image in contents and file_digest(path) != contents[image]:
            yield Problem(path=path, what="damaged image; remove it and evaluate again")
        elif image not in contents and image in referenced:
            yield Problem(path=path, what="no row tells its content; evaluate again to tell it")
    for image in sorted(referenced):
        if not store.pictures.has(image):
            path = store.pictures.path(image)
            yield Problem(path=path, what="a score refers to it and it is gone; evaluate again")


def compact(store: Store) -> int:
    """Merge the shards of each partition into one without older rows; how many were removed.

    One process at a time does it; others may write and read meanwhile. Killed half-way it leaves
    rows twice, which readers do not see.
    """
    removed = 0
    with _alone(store):
        for table in TABLES.values():
            for partition, shards in list_shards(store.root, table).items():
                removed += _compact_partition(store, table, partition, shards)
    return removed


@dataclass(frozen=True, kw_only=True)
class Leftovers:
    """Files that nothing refers to: killed processes, or rows that were forgotten, left them.

    `young` ones may belong to a process at work.
    """

    old: tuple[Path, ...]
    young: tuple[Path, ...]
    old_bytes: int


def leftovers(store: Store) -> Leftovers:
    """Images that no score refers to, and temporary files.

    A map stays as long as a row of `images` tells its content.
    """
    settled = time.time() - SETTLED_SECONDS
    referenced = set(referenced_images(store))
    known = {image for (image,) in store.rows("SELECT image FROM images", tables=("images",))}
    unused = [store.pictures.path(image) for image in store.pictures if image not in referenced]
    unused += [store.maps.path(image) for image in store.maps if image not in known]
    unused += store.root.rglob(f"{TEMPORARY_PREFIX}*")
    old, young, size = [], [], 0
    for path in unused:
        try:
            state = path.stat()
        except FileNotFoundError:
            continue  # a process at work has given it its name meanwhile
        if state.st_mtime < settled:
            old.append(path)
            size += state.st_size
        else:
            young.append(path)
    return Leftovers(old=tuple(old), young=tuple(young), old_bytes=size)


def gc(store: Store) -> Leftovers:
    """Remove the old leftovers; what they were."""
    with _alone(store):
        found = leftovers(store)
        for path in found.old:
            with named_errors(path):
                path.unlink(missing_ok=True)
    return found


def forget(
    store: Store, benchmark: str, samples: Sequence[str] = (), lr_kinds: Sequence[str] = ()
) -> tuple[int, int]:
    """Remove a benchmark's scores, predictions and failures, or some of them.

    Only those of `samples`, where named; with `lr_kinds` only scores of such given lr. How many
    (scores, predictions) were removed. Their images stay until `gc`. The one way to take rows
    back: of a set that was named wrongly, or of images or lr that left it.
    """
    with _alone(store):
        before = _scores_and_predictions(store, benchmark)
        tables = [SCORES] if lr_kinds else [t for t in TABLES.values() if t.partition]
        for table in tables:
            shards = list_shards(store.root, table, partitions=[benchmark]).get(benchmark, [])
            whole = [shard for shard in shards if shard.intact()]
            if (samples or lr_kinds) and whole:
                kept = _without(store, table, benchmark, {"sample": samples, "lr_kind": lr_kinds})
                write_shard(store.root, table, kept, partition=benchmark, kind=BASE)
            for shard in whole:
                with named_errors(shard.path):
                    shard.path.unlink(missing_ok=True)
        after = _scores_and_predictions(store, benchmark)
    return before[0] - after[0], before[1] - after[1]


def _scores_and_predictions(store: Store, benchmark: str) -> tuple[int, int]:
    [(scores, predictions)] = store.rows(
        "SELECT (SELECT count(*) FROM every_scores), (SELECT count(*) FROM every_predictions)",
        tables=("scores", "predictions"),
        benchmarks=[benchmark],
    )
    return scores, predictions


def _without(
    store: Store, table: Table, benchmark: str, gone: Mapping[str, Sequence[str]]
) -> pa.Table:
    """The rows of a benchmark less those that have one of the values of every column in `gone`."""
    conditions = []
    for column, values in gone.items():
        if values:
            listed = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
            conditions.append(f"coalesce({column} IN ({listed}), false)")
    with connect(store.root, [table.name], partitions=[benchmark]) as connection:
        return connection.sql(
            f'SELECT * FROM "{table.every}" WHERE NOT ({" AND ".join(conditions)})'
        ).to_arrow_table()


def _all_pictures(store: Store) -> Iterator[tuple[bytes, Path]]:
    for pictures in (store.pictures, store.maps):
        for image in pictures:
            yield image, pictures.path(image)


def referenced_images(store: Store) -> list[bytes]:
    """The digests of all images that a row of scores refers to."""
    rows = store.rows(
        "SELECT DISTINCT image FROM (SELECT unnest([hr, lr, sr]) AS image FROM every_scores) "
        "WHERE image IS NOT NULL"
    )
    return [bytes(image) for (image,) in rows]


def _compact_partition(store: Store, table: Table, partition: str, shards: list[Shard]) -> int:
    whole = [shard for shard in shards if shard.intact()]
    if len(whole) < 2:
        return 0
    where = [partition] if table.partition else None
    with connect(store.root, [table.name], partitions=where) as connection:
        order = ", ".join(f'"{column}"' for column in table.identity)
        rows = connection.sql(f'SELECT * FROM "{table.every}" ORDER BY {order}')
        content = rows.to_arrow_table()
    listed = {shard.path for shard in whole}
    write_shard(store.root, table, content, partition=partition, kind=BASE)
    for path in listed:
        with named_errors(path):
            path.unlink(missing_ok=True)
    return len(listed)


@contextmanager
def _alone(store: Store) -> Iterator[None]:
    path = store.root / ".lock"
    with named_errors(path):
        lock = FileLock(path)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()
