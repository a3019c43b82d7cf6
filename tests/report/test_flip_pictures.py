"""Which flips are shown, and with what under them."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from srlab.analysis.frames import Filter
from srlab.figures.triples import Triple
from srlab.report import flip_pictures
from srlab.report.document import Figure, Note
from srlab.report.flip_pictures import in_turn, pictures
from srlab.report.material import Material, gather
from srlab.store.store import Store
from tests.report.predicting import predict

SAID = {"original": "aabbcca", "small": "aabbcbd", "bicubic": "aabbccb", "lanczos": "baabcca"}
TRUTH = "aabbccd"


@pytest.fixture
def looked_at(made_store: Store, tmp_path: Path) -> Store:
    """Seven pictures; lanczos harms the first and the third, and rescues none."""
    shutil.copytree(made_store.root, tmp_path / "looked")
    return predict(Store.open(tmp_path / "looked"), SAID, truth=TRUTH)


def _material(store: Store) -> Material:
    return gather(store, Filter())


def _flips(*rows: tuple[str, str, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["upscaler", "sample", "upscaled_probability"])
    return frame.assign(scale=3, original_probability=0.9)


def test_flips_are_taken_from_each_upscaler_in_turn_the_surest_first():
    flips = _flips(("a", "x", 0.5), ("a", "y", 0.8), ("a", "z", 0.7), ("b", "w", 0.1))
    chosen = in_turn(flips)
    assert list(zip(chosen["upscaler"], chosen["sample"], strict=True)) == [
        ("a", "y"),
        ("b", "w"),
        ("a", "z"),
        ("a", "x"),
    ]


def test_the_surest_is_sure_both_times():
    flips = _flips(("a", "x", 0.95), ("a", "y", 0.85)).assign(original_probability=[0.3, 0.8])
    assert in_turn(flips, most=1)["sample"].tolist() == ["y"]


def test_an_image_is_shown_once_and_its_upscaler_shows_another():
    flips = _flips(("a", "x", 0.9), ("b", "x", 0.9), ("b", "y", 0.2))
    chosen = in_turn(flips)
    assert list(zip(chosen["upscaler"], chosen["sample"], strict=True)) == [("a", "x"), ("b", "y")]


def test_no_more_are_shown_than_asked_for():
    flips = _flips(
        *(("a", f"s{i}", 0.5) for i in range(9)), *(("b", f"t{i}", 0.5) for i in range(9))
    )
    assert len(in_turn(flips)) == flip_pictures.MOST
    assert in_turn(flips)["upscaler"].value_counts().to_dict() == {"a": 3, "b": 3}


def test_labels_signs_and_probabilities_stand_under_the_stored_pictures(
    looked_at: Store, monkeypatch
):
    drawn: list[Triple] = []

    def keep(triples: list[Triple]) -> bytes:
        drawn.extend(triples)
        return b"png"

    monkeypatch.setattr(flip_pictures, "triples_png", keep)
    material = _material(looked_at)
    [figure] = [
        block
        for block in pictures(material.album, material.predicted[0])
        if isinstance(block, Figure)
    ]
    assert figure.name == "harmed-small-vit.png"
    assert figure.caption.startswith("small, vit: harmed images, right as originals, wrong after")
    assert "(2 of 2 flips)" in figure.caption
    assert figure.alt == ("astronaut (lanczos ×3): a becomes b; chelsea (lanczos ×3): b becomes a.")
    first = drawn[0]
    assert first.title == "astronaut (truth: a)"
    assert [picture.title for picture in first.pictures] == ["original", "small ×3", "lanczos ×3"]
    assert [picture.lines for picture in first.pictures] == [
        ("✓ a", "60.0%"),
        ("✓ a", "60.0%"),
        ("✗ b", "60.0%"),
    ]
    row = material.rows[
        (material.rows["sample"] == "astronaut")
        & (material.rows["scale"] == 3)
        & (material.rows["upscaler"] == "lanczos")
    ].iloc[0]
    stored = [bytes(row[name]) for name in ("hr", "lr", "sr")]
    images = material.album.intact(stored)
    for picture, digest in zip(first.pictures, stored, strict=True):
        assert np.array_equal(picture.pixels, images[digest])


def test_a_small_image_that_was_not_classified_is_shown_without_a_label(
    looked_at: Store, monkeypatch
):
    drawn: list[Triple] = []
    monkeypatch.setattr(flip_pictures, "triples_png", lambda t: drawn.extend(t) or b"png")
    material = gather(looked_at, Filter(), predictions=None)
    item = material.predicted[0]
    without = item.rows[item.rows["arm"] != "small"]
    object.__setattr__(item, "rows", without)
    pictures(material.album, item)
    assert drawn[0].pictures[1].lines == ()


def test_a_damaged_picture_is_named_and_the_others_are_drawn(looked_at: Store):
    rows = _material(looked_at).rows
    chosen = (rows["sample"] == "chelsea") & (rows["scale"] == 3) & (rows["upscaler"] == "lanczos")
    looked_at.pictures.path(bytes(rows[chosen].iloc[0]["sr"])).write_bytes(b"no picture")
    material = _material(looked_at)
    blocks = pictures(material.album, material.predicted[0])
    [figure] = [block for block in blocks if isinstance(block, Figure)]
    assert "(1 of 2 flips" in figure.caption
    [note] = [block for block in blocks if isinstance(block, Note)]
    assert note.text.startswith("No picture of chelsea: ")
