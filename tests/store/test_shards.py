from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from srlab.errors import (
    StoreError,
    StoreFullError,
    StoreMissingError,
    StoreNewerError,
    StoreReadOnlyError,
)
from srlab.store import files
from srlab.store.shards import list_shards, now, write_shard
from srlab.store.store import Store
from srlab.store.tables import SCORES
from srlab.store.upkeep import check, compact, forget, gc, summary


def score_row(sample: str, value: float, *, benchmark: str = "tiny", key: int = 0) -> dict:
    return {
        "key": key.to_bytes(16, "big"),
        "benchmark": benchmark,
        "sample": sample,
        "scale": 2,
        "degradation": "matlab-bicubic",
        "upscaler": "bicubic",
        "fingerprint": b"f" * 16,
        "metric": "psnr",
        "protocol": "paper-y",
        "value": value,
        "time": now(),
    }


def values(store: Store) -> dict[str, float]:
    return dict(store.rows("SELECT sample, value FROM every_scores"))


def in_process(script: str) -> str:
    command = [sys.executable, "-c", script]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "store")


def test_rows_come_back_as_they_went_in(store: Store) -> None:
    store.append("scores", [score_row("a", 30.25), score_row("b", float("inf"))])
    assert values(store) == {"a": 30.25, "b": float("inf")}


def test_the_newest_row_of_one_identity_counts(store: Store) -> None:
    store.append("scores", [score_row("a", 1.0)])
    store.append("scores", [score_row("a", 2.0)])
    assert values(store) == {"a": 2.0}


def test_compact_leaves_one_shard_with_the_same_answer(store: Store) -> None:
    for i in range(5):
        store.append("scores", [score_row("a", float(i)), score_row(f"s{i}", 1.0)])
    before = values(store)
    assert compact(store) == 5
    assert values(store) == before
    assert [len(s) for s in list_shards(store.root, SCORES).values()] == [1]


def test_a_row_newer_than_a_compacted_one_counts(store: Store) -> None:
    for value in (1.0, 2.0):
        store.append("scores", [score_row("a", value), score_row("b", 5.0)])
    compact(store)
    store.append("scores", [score_row("a", 3.0)])
    assert values(store) == {"a": 3.0, "b": 5.0}


def test_compact_of_a_compacted_store_does_nothing(store: Store) -> None:
    for _ in range(2):
        store.append("scores", [score_row("a", 1.0)])
    compact(store)
    assert compact(store) == 0


@pytest.mark.parametrize("damage", ["cut", "flipped", "emptied"])
def test_a_damaged_shard_is_named_and_the_others_are_read(
    store: Store, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    store.append("scores", [score_row("a", 1.0)])
    store.append("scores", [score_row("b", 2.0)])
    [shards] = list_shards(store.root, SCORES).values()
    victim = shards[0].path
    content = bytearray(victim.read_bytes())
    if damage == "cut":
        content = content[: len(content) // 2]
    elif damage == "flipped":
        content[len(content) // 3] ^= 1
    else:
        content = bytearray()
    victim.write_bytes(content)

    assert values(store) == {"b": 2.0}
    assert victim.name in caplog.text
    assert store.damaged() == [victim]
    assert [problem.path for problem in check(store)] == [victim]


def test_a_half_written_shard_is_never_seen(store: Store) -> None:
    store.append("scores", [score_row("a", 1.0)])
    (store.root / "scores/tiny/.tmp-123-new-1.parquet").write_bytes(b"PAR1")
    assert values(store) == {"a": 1.0}
    assert store.damaged() == []


def test_a_store_of_a_newer_schema_is_refused(store: Store) -> None:
    (store.root / "schema.json").write_text('{"format":"srlab-store","version":99}')
    with pytest.raises(StoreNewerError, match=r"schema 99.*upgrade srlab"):
        Store.open(store.root)


def test_a_schema_that_is_no_json_is_refused(store: Store) -> None:
    (store.root / "schema.json").write_text("not json")
    with pytest.raises(StoreError, match="does not describe a store"):
        Store.open(store.root)


def test_a_missing_store_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(StoreMissingError, match="srlab evaluate"):
        Store.open(tmp_path / "nothing")


def test_a_folder_of_something_else_is_not_made_a_store(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("x")
    with pytest.raises(StoreError, match="is no store"):
        Store.create(tmp_path)


@pytest.mark.parametrize(
    ("number", "expected"),
    [(errno.ENOSPC, StoreFullError), (errno.EROFS, StoreReadOnlyError)],
)
def test_a_write_that_the_system_refuses_is_named_and_leaves_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch, number: int, expected: type[StoreError]
) -> None:
    def refuse(handle: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(files.os, "fsync", refuse)
    with pytest.raises(expected, match=r"\.parquet"):
        store.append("scores", [score_row("a", 1.0)])
    assert [path for path in store.root.rglob("*") if ".tmp-" in path.name] == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a limit on file size (Unix)")
def test_a_disk_that_is_full_for_real_gives_store_full(store: Store) -> None:
    """A file-size limit of 4 kB stands for the disk; the kernel, not a mock, refuses."""
    script = f"""
import resource, signal
from pathlib import Path
from srlab.errors import StoreFullError
from srlab.store.store import Store
store = Store.open({str(store.root)!r})
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    store.pictures.write(b"x" * 16, b"0" * 100_000)
except StoreFullError as error:
    print("full", list(store.root.rglob(".tmp-*")))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "full []"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs to drop root")
def test_a_store_that_may_only_be_read_can_be_read_and_refuses_writes(store: Store) -> None:
    store.append("scores", [score_row("a", 1.0)])
    script = f"""
import os
from srlab.errors import StoreReadOnlyError
from srlab.store.store import Store
import pyarrow.parquet, duckdb
store = Store.open({str(store.root)!r})
os.seteuid(65534)
print(store.rows("SELECT value FROM every_scores"))
try:
    store.pictures.write(b"x" * 16, b"png")
except StoreReadOnlyError:
    print("refused")
"""
    for folder in [store.root, *store.root.parents]:
        if folder.owner() == "root" and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o055)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["[(1.0,)]", "refused"]


def test_a_benchmark_name_cannot_leave_the_store(store: Store) -> None:
    with pytest.raises(StoreError, match="cannot name a folder"):
        store.append("scores", [score_row("a", 1.0, benchmark="../../etc")])


@pytest.mark.parametrize("name", ["../../schema", "AB" * 16, "ab" * 15, "ab" * 16 + "/x"])
def test_a_picture_name_cannot_leave_the_store(store: Store, name: str) -> None:
    with pytest.raises(StoreError, match="no image name"):
        store.pictures.read(name)


def test_gc_removes_old_pictures_that_no_score_refers_to(store: Store) -> None:
    used, unused, young = (bytes([i]) * 16 for i in (1, 2, 3))
    store.append("scores", [{**score_row("a", 1.0), "hr": used, "lr": used, "sr": used}])
    for image in (used, unused, young):
        store.pictures.write(image, b"png")
    for image in (used, unused):
        os.utime(store.pictures.path(image), (0, 0))
    cleaned = gc(store)
    assert (len(cleaned.old), cleaned.old_bytes) == (1, 3)
    assert set(store.pictures) == {used, young}


def test_summary_counts_rows_and_shards(store: Store) -> None:
    store.append("scores", [score_row("a", 1.0), score_row("b", 1.0)])
    facts = summary(store)
    assert (facts["scores"], facts["shards"], facts["failures"]) == (2, 1, 0)


def test_only_partitions_asked_for_are_read(store: Store) -> None:
    store.append("scores", [score_row("a", 1.0), score_row("b", 2.0, benchmark="other")])
    rows = store.rows("SELECT sample FROM every_scores", benchmarks=["other"])
    assert rows == [("b",)]


def test_a_shard_of_other_columns_is_named_and_the_others_are_read(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """A stranger's shard whose name fits its content, but not its table."""
    store.append("scores", [score_row("a", 1.0)])
    strange = write_shard(
        store.root, SCORES, pa.table({"sample": ["b"], "value": ["high"]}), partition="tiny"
    )
    assert values(store) == {"a": 1.0}
    assert strange.name in caplog.text
    assert store.damaged() == [strange]


@pytest.mark.parametrize("text", ['{"format":"srlab-store","version":1e999}', "[" * 100_000])
def test_a_schema_that_is_hostile_is_refused(store: Store, text: str) -> None:
    (store.root / "schema.json").write_text(text)
    with pytest.raises(StoreError):
        Store.open(store.root)


def test_forget_removes_samples_or_a_whole_set(store: Store) -> None:
    rows = [score_row(name, 1.0) for name in ("a", "b", "it's")]
    store.append("scores", [*rows, score_row("a", 2.0, benchmark="other")])
    assert forget(store, "tiny", ["a", "it's"]) == (2, 0)
    assert store.rows("SELECT benchmark, sample FROM every_scores ORDER BY ALL") == [
        ("other", "a"),
        ("tiny", "b"),
    ]
    assert forget(store, "tiny") == (1, 0)
    assert store.rows("SELECT benchmark FROM every_scores") == [("other",)]
    assert forget(store, "tiny") == (0, 0)
