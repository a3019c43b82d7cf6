"""What upscalers cost, out of a store."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import srlab


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    store = str(tmp_path_factory.mktemp("costs") / "store")
    srlab.evaluate(["skimage"], ["bicubic", "srcnn-y"], [3], limit=2, metrics=["psnr"], store=store)
    return srlab.costs(store).set_index("upscaler")


def test_a_net_has_its_counts_and_what_its_header_tells(table: pd.DataFrame) -> None:
    row = table.loc["srcnn-y"]
    assert row["parameters"] == 57281
    assert row["macs_hd"] == (81 * 64 + 25 * 64 * 32 + 25 * 32) * 1280 * 720
    assert row["receptive_radius"] == 8
    assert row["licence"] == "MIT"
    assert row["training_data"].startswith("386 images of T91")


def test_what_has_no_weights_has_a_time_and_no_counts(table: pd.DataFrame) -> None:
    row = table.loc["bicubic"]
    assert pd.isna(row["parameters"])
    assert row["seconds_per_megapixel"] > 0


def test_an_empty_store_has_no_costs(tmp_path: Path) -> None:
    from srlab.store.store import Store

    assert srlab.costs(Store.create(tmp_path / "store")).empty
