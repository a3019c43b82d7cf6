from __future__ import annotations

import os
from pathlib import Path

import pytest

from srlab.fingerprint import file_digest
from srlab.store.file_index import FileIndex
from srlab.store.store import Store


class Counted:
    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, path: Path) -> bytes:
        self.calls += 1
        return file_digest(path)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "store")


@pytest.fixture
def settled(tmp_path: Path) -> Path:
    path = tmp_path / "file.bin"
    path.write_bytes(b"one")
    os.utime(path, (1_000_000, 1_000_000))
    return path


def test_the_second_look_reads_nothing(store: Store, settled: Path) -> None:
    compute = Counted()
    index = FileIndex(store)
    first = index.digest(settled, "content", compute)
    index.save()
    assert FileIndex(store).digest(settled, "content", compute) == first
    assert compute.calls == 1


def test_a_changed_file_is_read_again(store: Store, settled: Path) -> None:
    compute = Counted()
    index = FileIndex(store)
    first = index.digest(settled, "content", compute)
    settled.write_bytes(b"two")
    assert index.digest(settled, "content", compute) != first


def test_a_file_that_just_changed_is_not_trusted(store: Store, tmp_path: Path) -> None:
    young = tmp_path / "young.bin"
    young.write_bytes(b"one")
    compute = Counted()
    index = FileIndex(store)
    index.digest(young, "content", compute)
    index.digest(young, "content", compute)
    assert compute.calls == 2
