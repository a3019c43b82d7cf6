"""`srlab score`, `upscale`, `downscale`: files in, numbers or files out."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from srlab.data.embedded import embedded_images
from srlab.image.files import read_image, write_image
from srlab.image.resize import downscale


@pytest.fixture
def upscaled(srlab_):
    """`small/` made from `photos/`, and `large/` from it."""
    assert srlab_("downscale photos -s 2 -o small").code == 0
    assert srlab_("upscale small -u bicubic -s 2 -o large").code == 0
    return srlab_


def test_down_and_up_again_keeps_names_sizes_and_channels(upscaled, place: Path) -> None:
    assert read_image(place / "small" / "cat.png").shape == (24, 30, 3)
    assert read_image(place / "large" / "cat.png").shape == (48, 60, 3)
    assert read_image(place / "large" / "grey_cat.png").shape == (48, 60)


def test_every_file_written_is_named(srlab_) -> None:
    said = srlab_("downscale photos -s 2 -o small")
    assert said.out.splitlines() == ["small/cat.png", "small/grey_cat.png"]


def test_what_is_written_is_png_whatever_came(srlab_, place: Path, photo) -> None:
    from PIL import Image

    Image.fromarray(photo).save(place / "cat.bmp")
    srlab_("upscale cat.bmp -u nearest -s 2 -o out")
    assert (place / "out" / "cat.png").read_bytes().startswith(b"\x89PNG")


def test_one_image_may_go_to_a_file_of_ones_own_name(srlab_, place: Path) -> None:
    srlab_("downscale photos/cat.png -s 4 -o tiny.png")
    assert read_image(place / "tiny.png").shape == (12, 15, 3)


def test_hr_is_cut_to_a_multiple_of_the_scale_before_it_is_made_small(srlab_, place, photo) -> None:
    write_image(place / "odd.png", photo[:47, :59].copy())
    srlab_("downscale odd.png -s 3 -o out")
    assert read_image(place / "out" / "odd.png").shape == (15, 19, 3)


def test_scores_of_two_folders_are_those_of_an_evaluation(upscaled) -> None:
    # The small images that lie beside could be meant as lr, so how lr is made must be said.
    assert upscaled("evaluate -b photos -u bicubic -s 2").code == 3
    upscaled("evaluate -b photos -u bicubic -s 2 --degradation matlab-bicubic")
    stored = json.loads(upscaled("scores", "--json").out)
    rows = json.loads(upscaled("score large photos -s 2 --json").out)
    assert list(rows[0]) == ["sample", "metric", "protocol", "value"]

    def values(rows: list[dict]) -> dict:
        return {(row["sample"], row["metric"]): row["value"] for row in rows}

    assert values(rows) == values(stored)


def test_with_a_scale_the_protocol_is_paper_y_and_without_one_full_rgb(upscaled) -> None:
    images = "score large/cat.png photos/cat.png --json"
    assert {row["protocol"] for row in json.loads(upscaled(images).out)} == {"full-rgb"}
    with_scale = json.loads(upscaled(images, "-s", "2").out)
    assert {row["protocol"] for row in with_scale} == {"paper-y"}


def test_a_protocol_that_needs_the_scale_is_wrong_usage_without_it(upscaled) -> None:
    said = upscaled("score large photos --protocol paper-y")
    assert said.code == 2
    assert "name it (-s 2), or choose a protocol with a fixed border" in said.err


def test_identical_images_score_infinity(srlab_) -> None:
    said = srlab_("score photos/cat.png photos/cat.png -m psnr --json")
    assert json.loads(said.out)[0]["value"] == "inf"


def test_a_missing_partner_is_named_and_the_code_is_3(upscaled, place: Path) -> None:
    (place / "large" / "grey_cat.png").unlink()
    said = upscaled("score large photos -s 2 -m psnr --json")
    assert said.code == 3
    assert [row["sample"] for row in json.loads(said.out)] == ["cat"]
    assert said.err == "failed: grey_cat: partner-missing: only in photos\n"


def test_a_broken_image_is_named_and_the_others_are_written(srlab_, place: Path) -> None:
    (place / "photos" / "broken.png").write_text("no picture")
    said = srlab_("upscale photos -u bicubic -s 2 -o out")
    assert said.code == 3
    assert len(said.out.splitlines()) == 2
    assert "failed: photos/broken.png: image-unreadable: " in said.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("upscale photos -u bicubic -s 5 -o out", "expected one of 2, 3, 4, 8"),
        ("downscale photos -s 5 -o out", "expected one of 2, 3, 4, 8"),
        ("downscale photos -s 0 -o out", "expected one of 2, 3, 4, 8"),
        ("upscale photos -u bicubc -s 2 -o out", "did you mean bicubic"),
        ("downscale photos -s 2 -o out --degradation blur", "no degradation is called 'blur'"),
        ("upscale nothere.png -u bicubic -s 2 -o out", "there is no nothere.png"),
        ("score nothere.png photos/cat.png", "there is no nothere.png"),
        ("score photos photos/cat.png", "must be two images or two folders"),
        ("upscale photos -u bicubic -s 2 -o photos", "would be written over"),
        ("upscale photos -u bicubic -s 2 -o out.png", "must be a folder too"),
        ("upscale photos -u bicubic -s 2 -o out --tile 0", "Invalid value for '--tile'"),
    ],
)
def test_wrong_usage_is_named_and_leaves_with_2(srlab_, place, words: str, message: str) -> None:
    said = srlab_(words)
    assert said.code == 2
    assert message in " ".join(said.err.split())
    assert not (place / "out").exists()


def test_sources_are_left_as_they_were(upscaled, place: Path, photo) -> None:
    assert np.array_equal(read_image(place / "photos" / "cat.png"), photo)


def test_upscale_draws_a_comparison_when_asked(srlab_, tmp_path) -> None:
    hr = read_image(embedded_images()["chelsea"])[:96, :120]
    write_image(tmp_path / "hr.png", hr)
    write_image(tmp_path / "lr.png", downscale(hr, 2))
    words = f"upscale {tmp_path}/lr.png -u lanczos -s 2 -o {tmp_path}/sr"
    said = srlab_(words, "--compare", f"{tmp_path}/picture.png", "--hr", f"{tmp_path}/hr.png")
    assert said.code == 0
    assert read_image(tmp_path / "picture.png").shape[1] == 3 * 480 + 2 * 16


def test_a_reference_without_a_comparison_is_wrong_usage(srlab_, tmp_path) -> None:
    write_image(tmp_path / "lr.png", np.zeros((24, 24), np.uint8))
    words = f"upscale {tmp_path}/lr.png -u bicubic -s 2 -o {tmp_path}/sr --hr {tmp_path}/lr.png"
    assert srlab_(words).code == 2


def test_a_picture_alone_needs_no_output(srlab_, place: Path) -> None:
    said = srlab_("upscale photos/cat.png -u bicubic -s 2 --compare picture.png")
    assert (said.code, said.out.split()) == (0, ["picture.png"])
    assert read_image(place / "picture.png").shape[1] > 200


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("-o out.png --compare photos/cat.png", "photos/cat.png would be written over"),
        ("-o out.png --compare out.png", "out.png would be written over"),
        ("-o out --compare out/cat.png", "out/cat.png would be written over"),
        ("--compare big.png --hr big.png", "big.png would be written over"),
        ("-o out.png --compare picture.jpg", "should end in .png"),
        ("", "nothing is written; name -o OUT, or --compare PICTURE"),
    ],
)
def test_a_picture_is_written_over_nothing(srlab_, place: Path, words: str, message: str) -> None:
    before = (place / "photos" / "cat.png").read_bytes()
    said = srlab_("upscale photos/cat.png -u lanczos -s 2", words)
    assert said.code == 2
    assert message in said.err
    assert (place / "photos" / "cat.png").read_bytes() == before


def test_ready_outputs_are_no_upscaler_of_files(srlab_) -> None:
    said = srlab_("upscale photos/cat.png -u outputs:photos -s 2 -o out.png")
    assert said.code == 2
    assert "is ready already; name what upscales" in said.err
