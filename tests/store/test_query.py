"""Asking one database: side by side, and after it met an error."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from srlab.errors import StoreError
from srlab.store import query
from srlab.store.store import Store
from tests.store.test_shards import score_row, values


def test_two_stores_asked_side_by_side_answer_of_their_own(tmp_path: Path) -> None:
    stores = [Store.create(tmp_path / name) for name in ("one", "two")]
    for value, store in enumerate(stores):
        store.append("scores", [score_row("a", float(value))])
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(values, stores * 40))
    assert found == [{"a": 0.0}, {"a": 1.0}] * 40


def test_a_question_leaves_nothing_behind(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "store")
    store.rows("SELECT * FROM scores")
    with query.connect(store.root, ["runs"]) as connection:
        views = connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal")
        assert views.fetchall() == [("runs",)]


def test_after_an_error_the_next_question_asks_a_fresh_database(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "store")
    store.append("scores", [score_row("a", 30.0)])
    before = query._database()
    with pytest.raises(StoreError, match="no_such"):
        store.rows("SELECT no_such FROM scores")
    assert query._database() is not before
    assert values(store) == {"a": 30.0}
