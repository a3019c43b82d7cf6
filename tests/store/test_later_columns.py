"""Shards written before a column was added stay readable."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from srlab.store.shards import arrow_table, now, write_shard
from srlab.store.store import Store
from srlab.store.tables import HISTORY
from srlab.store.upkeep import compact


def _first_version(store: Store, lacking: str, epoch: int, **judged: float) -> Path:
    """Write a shard as the first version did: without order, and without the column `lacking`."""
    columns = {n: kind for n, kind in HISTORY.columns.items() if n not in ("order", lacking)}
    content = arrow_table(replace(HISTORY, columns=columns), [_epoch(epoch, **judged)])
    path = write_shard(store.root, HISTORY, content)
    return path.rename(path.with_name(path.name.replace(".v2.", ".")))


def _epoch(number: int, **judged: float) -> dict:
    return {"training": "t", "recipe": b"r" * 16, "epoch": number, "time": now(), **judged}


def _kept(store: Store) -> list[tuple]:
    return store.rows(
        "SELECT epoch, psnr, accuracy FROM history ORDER BY epoch", tables=("history",)
    )


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store with one epoch from before accuracy was kept."""
    store = Store.create(tmp_path / "store")
    _first_version(store, "accuracy", 1, psnr=30.0)
    return store


def test_an_older_shard_alone_reads_null_in_the_column_it_lacks(store: Store) -> None:
    assert _kept(store) == [(1, 30.0, None)]
    assert store.damaged() == []


def test_older_and_newer_shards_are_read_together_and_merged(store: Store) -> None:
    store.append("history", [_epoch(2, accuracy=0.5)])
    expected = [(1, 30.0, None), (2, None, 0.5)]
    assert _kept(store) == expected
    assert compact(store) == 2
    store.append("history", [_epoch(2, accuracy=0.75)])
    assert _kept(store) == [(1, 30.0, None), (2, None, 0.75)]


def test_a_shard_that_lacks_another_column_is_still_left_out(store: Store) -> None:
    path = _first_version(store, "psnr", 3)
    assert store.damaged() == [path]
    assert _kept(store) == [(1, 30.0, None)]
