"""`srlab classify`, `flips` and `explain`."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
from skimage.data import brick, camera, coins

from srlab.image.files import write_image
from tests.classifiers.stand_in import write_vit

CLASSES = {"brick": brick, "camera": camera, "coins": coins}
COLUMNS = (
    "sample,upscaler,scale,truth,original,original_probability,upscaled,upscaled_probability,"
    "category"
)


@pytest.fixture
def classified(srlab_, place: Path) -> Path:
    """Eighteen small pictures of three classes, classified at x4 by a net with random weights."""
    for name, read in CLASSES.items():
        (place / "pictures" / name).mkdir(parents=True)
        for number in range(6):
            top = 30 + 40 * number
            pixels = np.ascontiguousarray(read()[top : top + 28, 60:88])
            write_image(place / "pictures" / name / f"{number}.png", pixels)
    write_vit(place / "vit", labels=list(CLASSES), channels=1)
    said = srlab_("classify --images pictures --classifier vit -u nearest -s 4")
    assert said.code == 0
    return place


def test_classify_prints_the_table_and_says_it_in_words(srlab_, classified) -> None:
    said = srlab_("classify --images pictures --classifier vit -u nearest -s 4")
    assert "0 predictions by vit, 72 already stored" in said.out
    lines = said.out.splitlines()
    assert [line.split()[0] for line in lines if line[:7] in ("small  ", "bicubic", "nearest")][
        :3
    ] == ["small", "bicubic", "nearest"]
    assert any(line.startswith("nearest ×4: ") and "of 18 images" in line for line in lines)


def test_flips_lists_exactly_the_columns_of_the_contract(srlab_, classified) -> None:
    out = srlab_("flips --format csv").out
    assert out.splitlines()[0] == COLUMNS
    rows = list(csv.DictReader(io.StringIO(out)))
    assert rows
    assert all(row["original"] != row["upscaled"] for row in rows)
    assert json.loads(srlab_("flips --json").out)[0].keys() == rows[0].keys()


def test_flips_are_filtered_by_category_class_upscaler_and_scale(srlab_, classified) -> None:
    every = list(csv.DictReader(io.StringIO(srlab_("flips --format csv").out)))
    first = every[0]
    chosen = f"--category {first['category']} --class {first['truth']} -u {first['upscaler']} -s 4"
    some = list(csv.DictReader(io.StringIO(srlab_(f"flips --format csv {chosen}").out)))
    keys = ("category", "truth", "upscaler")
    assert some == [row for row in every if all(row[key] == first[key] for key in keys)]


def test_a_broken_rule_exits_4_and_says_which(srlab_, classified) -> None:
    rows = list(csv.DictReader(io.StringIO(srlab_("flips --format csv").out)))
    changed = sum(row["upscaler"] == "nearest" for row in rows)
    assert changed
    broken = srlab_("flips -u nearest --fail-if changed>0")
    assert broken.code == 4
    assert f"nearest ×4: changed {changed} of 18 images" in broken.err
    assert srlab_(f"flips -u nearest --fail-if changed>{changed}").code == 0
    again = srlab_(
        "classify --images pictures --classifier vit -u nearest -s 4 --fail-if changed>0"
    )
    assert again.code == 4


def test_a_rule_that_is_none_is_wrong_usage(srlab_, classified) -> None:
    said = srlab_("flips --fail-if harmless>1%")
    assert said.code == 2
    assert "is no rule" in said.err


def test_explain_names_the_files_it_made(srlab_, classified) -> None:
    said = srlab_("explain coins/1 -u nearest -s 4 --method occlusion")
    assert said.code == 0
    paths = [Path(line.split(": ")[1]) for line in said.out.splitlines() if ": " in line]
    assert len(paths) == 3
    assert all(path.is_file() for path in paths)


def test_a_sample_that_is_not_there_is_named(srlab_, classified) -> None:
    said = srlab_("explain zebra/1")
    assert said.code == 1
    assert "no predictions of zebra/1" in said.err


def test_a_folder_without_classifier_says_what_to_name(srlab_, classified) -> None:
    said = srlab_("classify --images pictures -u nearest -s 4")
    assert said.code == 2
    assert "--classifier" in said.err
