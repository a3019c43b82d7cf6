"""Sets of classes on the hub, with small Parquet files in place of the shards."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from srlab.data import class_hub
from srlab.data.class_hub import HubClasses, shards
from srlab.errors import BenchmarkError, DownloadError, OfflineError
from srlab.hub import HubFile
from srlab.image.files import decode, encode_png

REVISION = "0123456789abcdef0123456789abcdef01234567"
PIES = HubClasses(repo="some/pies", revision=REVISION, files=shards("validation", 2))
LABELS = [1, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1]


def _pixels(row: int) -> np.ndarray:
    return np.full((8, 8), row, np.uint8)


def _write(path: Path, rows: list[int], *, names: list[str], labels: list[int]) -> None:
    from datasets import ClassLabel, Dataset, Features, Image

    images = [{"bytes": encode_png(_pixels(row)), "path": None} for row in rows]
    features = Features({"image": Image(), "label": ClassLabel(names=names)})
    records = {"image": images, "label": [labels[row] for row in rows]}
    path.parent.mkdir(parents=True, exist_ok=True)
    Dataset.from_dict(records, features=features).to_parquet(path)


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """The folder that stands for the hub; `fetched` lists what was asked of it."""
    import datasets

    fetched = []

    def fetch(repo, file, *, revision, repo_type):
        assert (repo, revision, repo_type) == ("some/pies", REVISION, "dataset")
        fetched.append(file)
        return HubFile(path=tmp_path / "hub" / file, revision=revision)

    monkeypatch.setattr(class_hub, "fetch_hub_file", fetch)
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "datasets")
    monkeypatch.setenv("SRLAB_CACHE", str(tmp_path / "cache"))
    return fetched


@pytest.fixture
def pies(hub, tmp_path):
    names = ["apple pie", "pot_pie"]
    for file, rows in zip(PIES.files, (list(range(6)), list(range(6, 11))), strict=True):
        _write(tmp_path / "hub" / file, rows, names=names, labels=LABELS)
    return hub


def test_drawn_images_are_named_by_class_and_row(pies):
    images = PIES.draw(lambda truths: [10, 0, 4, 6])
    assert [image.name for image in images] == [
        "apple pie/04", "apple pie/06", "pot_pie/00", "pot_pie/10",
    ]  # fmt: skip
    assert [image.truth for image in images] == ["apple pie", "apple pie", "pot_pie", "pot_pie"]
    assert [int(decode(image.source).pixels[0, 0]) for image in images] == [4, 6, 0, 10]


def test_a_choice_goes_by_rows(pies):
    seen = []
    PIES.draw(lambda truths: seen.extend(truths) or [])
    assert seen == [PIES.labels()[label] for label in LABELS]


def test_what_was_drawn_before_needs_no_shard(pies):
    first = PIES.draw(lambda truths: [1, 2, 3])
    pies.clear()
    assert PIES.draw(lambda truths: [1, 2]) == first[:1] + first[1:2]
    assert pies == []


def test_a_shard_that_is_no_parquet_is_named(pies, tmp_path):
    (tmp_path / "hub" / PIES.files[0]).write_bytes(b"PAR1 and nothing more")
    with pytest.raises(DownloadError, match=r"some/pies at 0123456 is not the Parquet"):
        PIES.labels()


def test_labels_without_names_are_refused(hub, tmp_path):
    from datasets import Dataset

    for file in PIES.files:
        path = tmp_path / "hub" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        Dataset.from_dict({"label": [0, 1]}).to_parquet(path)
    with pytest.raises(DownloadError, match="labels without names"):
        PIES.labels()


@pytest.mark.parametrize("name", ["..", "a/b", "", "new\nline"])
def test_a_class_name_that_leads_elsewhere_is_refused(hub, tmp_path, name):
    for file in PIES.files:
        _write(tmp_path / "hub" / file, [0, 1], names=["pie", name], labels=[0, 1])
    with pytest.raises(BenchmarkError, match="is no name for a class"):
        PIES.labels()


def test_offline_the_missing_shard_is_named_at_once(tmp_path, monkeypatch):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setenv("SRLAB_CACHE", str(tmp_path))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(OfflineError, match=r"validation-00000-of-00002\.parquet of some/pies"):
        PIES.draw(lambda truths: [0])
