"""Predictions and classifiers in the store: which rows count, and looking after them."""

from __future__ import annotations

import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from srlab.store.shards import now
from srlab.store.store import Store
from srlab.store.upkeep import check, compact, forget, gc, summary

BEGIN = datetime(2026, 1, 1)


def row(sample: str, label: str, *, arm: str = "original", upscaler: str = "", **others) -> dict:
    return {
        "key": b"k" * 16,
        "benchmark": "photos",
        "sample": sample,
        "truth": "apple_pie",
        "scale": 3,
        "degradation": "matlab-bicubic",
        "classifier": "vit",
        "classifier_fingerprint": b"c" * 16,
        "arm": arm,
        "upscaler": upscaler,
        "fingerprint": b"u" * 16 if upscaler else b"",
        "label": label,
        "probability": 0.75,
        "margin": 1.5,
        "top": '[["apple_pie",0.75]]',
        "probabilities": b"\0\0\x80\x3f",
        "time": BEGIN,
        **others,
    }


def classifier(fingerprint: bytes = b"c" * 16, *, second: int = 0) -> dict:
    time = BEGIN + timedelta(seconds=second)
    return {"classifier": "vit", "fingerprint": fingerprint, "labels": "[]", "time": time}


def upscaler(fingerprint: bytes = b"u" * 16, *, scale: int = 3, second: int = 0) -> dict:
    time = BEGIN + timedelta(seconds=second)
    return {"upscaler": "net", "scale": scale, "fingerprint": fingerprint, "time": time}


def labels(store: Store, view: str = "predictions") -> list[str]:
    rows = store.rows(f"SELECT label FROM {view} ORDER BY ALL", tables=("predictions",))
    return [label for (label,) in rows]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A classifier and an upscaler, with one image seen in all three arms."""
    store = Store.create(tmp_path / "store")
    store.append("classifiers", [classifier()])
    store.append("upscalers", [upscaler()])
    arms = [row("a", "o"), row("a", "s", arm="small")]
    store.append("predictions", [*arms, row("a", "u", arm="upscaled", upscaler="net")])
    return store


def test_rows_come_back_as_they_went_in(store: Store) -> None:
    columns = "key, fingerprint, margin, probabilities"
    found = store.rows(
        f"SELECT {columns} FROM predictions WHERE arm = 'original'", tables=("predictions",)
    )
    assert found == [(b"k" * 16, b"", 1.5, b"\0\0\x80\x3f")]


def test_the_newest_row_of_an_identity_counts(store: Store) -> None:
    store.append("predictions", [row("a", "newer", time=BEGIN + timedelta(seconds=1))])
    assert labels(store) == labels(store, "every_predictions") == ["newer", "s", "u"]


def test_rows_of_an_upscalers_older_weights_are_kept_and_not_shown(store: Store) -> None:
    store.append("upscalers", [upscaler(b"v" * 16, second=1)])
    assert labels(store) == ["o", "s"]
    assert labels(store, "every_predictions") == ["o", "s", "u"]


def test_newer_weights_at_another_scale_supersede_nothing(store: Store) -> None:
    store.append("upscalers", [upscaler(b"v" * 16, scale=2, second=1)])
    assert labels(store) == ["o", "s", "u"]


def test_rows_of_a_classifiers_older_weights_are_kept_and_not_shown(store: Store) -> None:
    store.append("classifiers", [classifier(b"d" * 16, second=1)])
    store.append("predictions", [row("a", "new", classifier_fingerprint=b"d" * 16)])
    assert labels(store) == ["new"]
    assert labels(store, "every_predictions") == ["new", "o", "s", "u"]


def test_older_weights_that_come_back_are_shown_again(store: Store) -> None:
    store.append("classifiers", [classifier(b"d" * 16, second=1), classifier(second=2)])
    assert labels(store) == ["o", "s", "u"]


def test_compact_keeps_what_is_shown_and_what_is_not(store: Store) -> None:
    store.append("upscalers", [upscaler(b"v" * 16, second=1)])
    store.append("predictions", [row("a", "newer", time=BEGIN + timedelta(seconds=1))])
    assert compact(store) == 4
    assert labels(store) == ["newer", "s"]
    assert labels(store, "every_predictions") == ["newer", "s", "u"]
    store.append("predictions", [row("b", "later")])
    assert labels(store) == ["later", "newer", "s"]


def test_summary_counts_predictions_and_classifiers(store: Store) -> None:
    facts = summary(store)
    assert (facts["predictions"], facts["classifiers"], facts["shards"]) == (3, 1, 3)


def test_forget_removes_the_predictions_of_samples_or_of_a_whole_set(store: Store) -> None:
    store.append("predictions", [row("b", "b"), row("a", "x", benchmark="other")])
    assert forget(store, "photos", ["a"]) == (0, 3)
    assert labels(store) == ["b", "x"]
    assert forget(store, "photos") == (0, 1)
    assert labels(store) == ["x"]


def test_a_damaged_shard_is_left_out_and_named(store: Store) -> None:
    store.append("predictions", [row("a", "x", benchmark="other")])
    [shard] = (store.root / "predictions" / "photos").iterdir()
    content = bytearray(shard.read_bytes())
    content[100] ^= 1
    shard.write_bytes(content)
    assert labels(store) == ["x"]
    assert [problem.path for problem in check(store)] == [shard]


def test_a_store_from_before_there_were_predictions_is_read(store: Store) -> None:
    for table in ("predictions", "classifiers"):
        shutil.rmtree(store.root / table)
    opened = Store.open(store.root)
    assert labels(opened) == []
    assert summary(opened)["predictions"] == 0
    assert list(check(opened)) == []
    assert forget(opened, "photos") == (0, 0)


def test_gc_keeps_a_map_that_a_row_of_images_tells_of_and_removes_others(store: Store) -> None:
    known, unknown = b"1" * 16, b"2" * 16
    for image in (known, unknown):
        store.maps.write(image, b"png")
        os.utime(store.maps.path(image), (1, 1))
    store.append("images", [{"image": known, "kind": "explanation", "time": now()}])
    cleaned = gc(store)
    assert (len(cleaned.old), cleaned.old_bytes) == (1, 3)
    assert set(store.maps) == {known}
