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
    assert "failed: grey_cat: partner-missing: only in photos\n" in said.err


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


def test_several_upscalers_have_folders_of_their_own_and_are_drawn_side_by_side(
    srlab_, place: Path
) -> None:
    words = "upscale photos/cat.png -u nearest -u bilinear -u lanczos -s 2"
    said = srlab_(words, "-o", "out", "--compare", "picture.png")
    assert said.code == 0
    kernels = ["nearest", "bilinear", "lanczos"]
    assert said.out.split() == [*(f"out/{name}/cat.png" for name in kernels), "picture.png"]
    assert read_image(place / "picture.png").shape[1] == 3 * 480 + 2 * 16
    images = [read_image(place / "out" / name / "cat.png") for name in kernels]
    assert not np.array_equal(images[0], images[1])
    assert not np.array_equal(images[1], images[2])


def test_several_results_do_not_go_to_one_file(srlab_, place: Path) -> None:
    said = srlab_("upscale photos/cat.png -u nearest -u bilinear -s 2 -o out.png")
    assert said.code == 2
    assert "would write over one another" in said.err
    assert not (place / "out.png").exists()


@pytest.mark.parametrize(
    "command", ["upscale photos/cat.png -u nearest", "downscale photos/cat.png"]
)
def test_another_format_is_refused_by_name(srlab_, place: Path, command: str) -> None:
    said = srlab_(f"{command} -s 2 -o out.jpg")
    assert said.code == 2
    assert "out.jpg asks for .jpg, and what is written is PNG" in said.err
    assert not (place / "out.jpg").exists()


def test_what_was_done_to_the_content_of_files_is_said(srlab_, place: Path, photo) -> None:
    from PIL import Image

    for name in ("a", "b", "c", "d"):
        clear = np.dstack([photo, np.full(photo.shape[:2], 100, np.uint8)])
        Image.fromarray(clear).save(place / "photos" / f"{name}.png")
    (place / "photos" / "anim.gif").write_bytes(b"GIF89a")
    named = "photos/a.png, photos/b.png, photos/c.png and 1 more: alpha composited on white"
    for words in ("upscale photos -u nearest -s 2 -o out", "downscale photos -s 2 -o small"):
        said = srlab_(words)
        assert said.code == 3
        assert f"note: {named}\n" in said.err
        assert "failed: photos/anim.gif: left-out: .gif is not read; convert it to PNG" in said.err
    said = srlab_("score out photos")
    assert f"note: {named}\n" in said.err
    assert "photos/anim.gif: left-out" in said.err


def test_images_in_folders_below_are_said_to_be_left_alone(srlab_, place: Path, photo) -> None:
    (place / "photos" / "more").mkdir()
    write_image(place / "photos" / "more" / "dog.png", photo)
    said = srlab_("upscale photos -u nearest -s 2 -o photos/up")
    assert said.code == 0
    assert "note: photos/more: the 1 images in this folder are not looked at" in said.err
    again = srlab_("upscale photos -u nearest -s 2 -o photos/up")
    assert "photos/up" not in again.err


def test_a_net_that_fails_on_an_image_is_named_and_the_others_go_on(
    srlab_, place: Path, monkeypatch
) -> None:
    (place / "picky.py").write_text(
        "import torch\n"
        "class Picky(torch.nn.Module):\n"
        "    def forward(self, x):\n"
        "        assert x.shape[-1] % 8 == 0, 'needs a multiple of 8'\n"
        "        return x.repeat_interleave(2, -1).repeat_interleave(2, -2)\n"
    )
    monkeypatch.syspath_prepend(place)
    write_image(place / "photos" / "wide.png", np.zeros((16, 32, 3), np.uint8))
    said = srlab_("upscale photos -u py:picky:Picky -s 2 -o out")
    assert said.code == 3
    assert said.out.split() == ["out/wide.png"]
    assert "photos/cat.png: net-failed: the net fails on an input of 48x60" in said.err
    assert "module.multiple_of = 8" in said.err


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
