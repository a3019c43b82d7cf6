"""Asking one database: side by side, and after it met an error."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn

import duckdb
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


def test_after_a_fatal_error_the_next_question_asks_a_fresh_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.create(tmp_path / "store")
    store.append("scores", [score_row("a", 30.0)])
    before = query._database(os.getpid())

    def fatal(*_: object, **__: object) -> NoReturn:
        raise duckdb.FatalException("the database has been invalidated")

    with monkeypatch.context() as patched:
        patched.setattr("srlab.store.store.connect", fatal)
        with pytest.raises(StoreError, match="invalidated"):
            values(store)
    assert query._database(os.getpid()) is not before
    assert values(store) == {"a": 30.0}


def test_a_forked_child_asks_a_database_of_its_own(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "store")
    store.append("scores", [score_row("a", 30.0)])
    script = (
        "import multiprocessing, sys\n"
        "from srlab.store.store import Store\n"
        "def ask(_): return Store.open(sys.argv[1]).rows('SELECT value FROM every_scores')\n"
        "ask(0)\n"
        "with multiprocessing.get_context('fork').Pool(2) as pool: print(pool.map(ask, range(4)))\n"
    )
    command = [sys.executable, "-c", script, str(store.root)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == str([[(30.0,)]] * 4)


def test_what_memory_does_not_hold_goes_to_the_systems_temporary_folder(
    tmp_path: Path, monkeypatch
) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "temporary").mkdir()
    store = Store.create(tmp_path / "store")
    store.append("scores", [score_row("a", 30.0)])
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from srlab.store import query\n"
        "query.MEMORY_LIMIT = '60MB'\n"
        "with query.connect(Path(sys.argv[1]), ['scores']) as connection:\n"
        "    connection.execute('SET threads = 1')\n"
        "    connection.execute('CREATE TEMP TABLE t AS SELECT hash(range) AS a, '\n"
        "        'repeat(range::VARCHAR, 4) AS s FROM range(2000000)')\n"
        "    print(os.listdir('.'), len(os.listdir(sys.argv[2])))\n"
    )
    command = [sys.executable, "-c", script, str(store.root), str(tmp_path / "temporary")]
    done = subprocess.run(
        command,
        cwd=tmp_path / "here",
        env={**os.environ, "TMPDIR": str(tmp_path / "temporary")},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.strip() == "[] 1"
    assert list((tmp_path / "temporary").iterdir()) == []
