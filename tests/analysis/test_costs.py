"""What upscalers cost, out of a store."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import srlab
from srlab.fingerprint import digest


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


def test_times_are_of_images_of_one_size_the_one_nearest_to_512(keep, store) -> None:
    """Patches of 64x64 cost more a pixel, and do not make x4 seem slower than x3."""
    for scale, sizes in ((3, [(510, 510)]), (4, [(64, 64)] * 9 + [(512, 512)] * 2)):
        names = {f"s{scale}-{i}": 30.0 for i in range(len(sizes))}
        keep({"net": names}, scale=scale)
        for (name, _), (height, width) in zip(names.items(), sizes, strict=True):
            seconds = height * width / 1e6 * (0.5 if height > 100 else 2.0)
            image = {"image": digest(["net", name]), "kind": "sr", "seconds": seconds}
            store.append("images", [{**image, "height": height, "width": width}])
    table = srlab.costs(store).set_index("scale")
    assert table["seconds_per_megapixel"].tolist() == pytest.approx([0.5, 0.5])
    assert table["timed_height"].tolist() == [510, 512]
    assert table["timed_images"].tolist() == [1, 2]
