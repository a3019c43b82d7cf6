from __future__ import annotations

import time
from pathlib import Path

import pytest

from srlab.errors import StoreError, StoreFullError
from srlab.store import buffer as module
from srlab.store.buffer import RowBuffer
from srlab.store.shards import now
from srlab.store.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "store")


def run_row(name: str) -> dict:
    return {"run": name, "status": "done", "time": now()}


def runs(store: Store) -> list[str]:
    return [name for (name,) in store.rows("SELECT run FROM runs ORDER BY run", tables=("runs",))]


def test_rows_are_kept_on_leaving(store: Store) -> None:
    with RowBuffer(store) as buffer:
        buffer.add("runs", [run_row("a")])
    assert runs(store) == ["a"]


def test_rows_are_kept_when_the_work_is_interrupted(store: Store) -> None:
    with pytest.raises(KeyboardInterrupt):
        work_and_be_interrupted(store)
    assert runs(store) == ["a"]


def test_rows_are_kept_while_nothing_else_arrives(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FLUSH_SECONDS", 0.02)
    with RowBuffer(store) as buffer:
        buffer.add("runs", [run_row("a")])
        deadline = time.monotonic() + 10
        while not runs(store) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert runs(store) == ["a"]


def test_an_error_met_in_the_background_is_raised(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(table: str, rows: list) -> None:
        raise StoreFullError("no room")

    monkeypatch.setattr(module, "FLUSH_SECONDS", 0.01)
    monkeypatch.setattr(store, "append", refuse)
    with pytest.raises(StoreFullError):
        add_for_ever(store)


def work_and_be_interrupted(store: Store) -> None:
    with RowBuffer(store) as buffer:
        buffer.add("runs", [run_row("a")])
        raise KeyboardInterrupt


def add_for_ever(store: Store) -> None:
    with RowBuffer(store) as buffer:
        while True:
            buffer.add("runs", [run_row("b")])
            time.sleep(0.01)


def test_rows_that_cannot_be_written_are_not_dropped_in_silence(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is no UTF-8 makes Arrow refuse; that must not end as "everything was kept"."""
    buffer = RowBuffer(store)
    with pytest.raises(StoreError, match="1 rows of runs were not kept"):
        keep(buffer, run_row("A\udcff"))
    assert runs(store) == []


def test_rows_wait_until_they_can_be_written(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = RowBuffer(store)
    buffer.add("runs", [run_row("a")])
    with monkeypatch.context() as broken:
        broken.setattr(store, "append", lambda *_: (_ for _ in ()).throw(StoreFullError("full")))
        with pytest.raises(StoreFullError):
            buffer.flush()
    buffer.flush()
    assert runs(store) == ["a"]


def keep(buffer: RowBuffer, row: dict) -> None:
    with buffer:
        buffer.add("runs", [row])


def test_what_scores_refer_to_is_written_before_them(store: Store, monkeypatch) -> None:
    """And scores that come while a flush is at work wait for the next, with their images."""
    written: list[tuple[str, int]] = []
    buffer = RowBuffer(store)

    def keep(table: str, rows: list) -> None:
        written.append((table, len(rows)))
        buffer.add("images", [{}])
        buffer.add("scores", [{}])

    monkeypatch.setattr(store, "append", keep)
    buffer.add("scores", [{}])
    buffer.add("images", [{}])
    buffer.flush()
    assert written == [("images", 1), ("scores", 1)]
