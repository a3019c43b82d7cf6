"""A store that a stranger hands over: what cannot be read is named, and the rest is read."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import srlab
from srlab.fingerprint import bytes_digest, digest
from srlab.report.compose import compose
from srlab.store.store import Store
from srlab.store.tables import HISTORY
from srlab.store.upkeep import check
from tests.conclusions import frame, keep
from tests.trained import keep_history

ROWS = frame({"bicubic": [30.0, 31.0, 29.0, 33.0], "net": [31.0, 32.0, 30.5, 33.5]})
SECONDS = 60


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return keep(Store.create(tmp_path / "s"), ROWS)


def _name(content: bytes) -> str:
    return f"new-{1:019d}-{bytes_digest(content).hex()}.v2.parquet"


def _command(store: Store, *words: str) -> subprocess.CompletedProcess[str]:
    program = "from srlab.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", program, *words, "--store", str(store.root)],
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )


@pytest.mark.parametrize("content", [b"", b"no parquet at all", b"PAR1" + b"\0" * 40 + b"PAR1"])
@pytest.mark.parametrize("table", ["scores/set", "upscalers", "history", "index/images"])
def test_a_shard_that_is_no_parquet_is_named_and_the_rest_is_read(
    store: Store, content: bytes, table: str
) -> None:
    expected = srlab.scores(store)
    strange = store.root / table / _name(content)
    strange.parent.mkdir(parents=True, exist_ok=True)
    strange.write_bytes(content)
    pd.testing.assert_frame_equal(srlab.scores(Store.open(store.root)), expected)
    compose(Store.open(store.root))
    assert strange in [problem.path for problem in check(Store.open(store.root))]


def test_commands_end_without_a_traceback(store: Store) -> None:
    (store.root / "scores/set" / _name(b"junk")).write_bytes(b"junk")
    for words in (["scores"], ["leaderboard"], ["store", "info"], ["store", "check"]):
        done = _command(store, *words)
        assert "Traceback" not in done.stderr, words
    assert "junk" not in done.stdout
    assert "damaged shard" in done.stdout + done.stderr


@pytest.mark.parametrize("table", ["scores/set", "upscalers"])
def test_a_pipe_that_is_named_as_a_shard_hangs_nothing(store: Store, table: str) -> None:
    os.mkfifo(store.root / table / _name(b"pipe"))
    for words in (["scores"], ["store", "check"]):
        done = _command(store, *words)
        assert "Traceback" not in done.stderr
    assert len(srlab.scores(store)) == len(ROWS)


def test_facts_of_a_hundred_thousand_brackets_break_nothing(store: Store) -> None:
    net = {"upscaler": "net", "scale": 2, "fingerprint": digest("net"), "family": "outputs"}
    store.append("upscalers", [{**net, "facts": "[" * 100_000}])
    compose(store)
    assert len(srlab.costs(store)) == 2


@pytest.mark.parametrize("column", list(HISTORY.columns))
def test_a_null_in_history_breaks_nothing(store: Store, column: str) -> None:
    keep_history(store, "whole", {1: {"psnr": 30.0, "loss": 0.1}})
    keep_history(store, "odd", {1: {"psnr": 31.0, "loss": 0.1, column: None}})
    assert "whole" in set(srlab.history(store=store)["training"])
    srlab.trainings(store)
    compose(store)
