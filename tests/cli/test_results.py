"""`srlab scores`, `leaderboard`, `rank`, `compare`: what is printed."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pytest

from srlab.image.files import write_image

_READING = ["scores", "leaderboard", "rank -u nearest", "compare nearest bicubic"]


def test_csv_of_scores_has_exactly_the_columns_of_the_design(evaluated) -> None:
    lines = evaluated("scores --format csv").out.splitlines()
    assert lines[0] == "benchmark,sample,scale,upscaler,metric,protocol,value,degradation,lr_kind"
    assert len(lines) == 1 + 8
    assert lines[1].startswith("photos,cat,2,bicubic,psnr,paper-y,")


@pytest.mark.parametrize("words", _READING)
def test_json_is_a_list_of_objects_with_the_columns_of_csv(evaluated, words: str) -> None:
    as_csv = list(csv.DictReader(io.StringIO(evaluated(words, "--format", "csv").out)))
    as_json = json.loads(evaluated(words, "--json").out)
    assert [list(row) for row in as_json] == [list(row) for row in as_csv]
    assert as_json == json.loads(evaluated(words, "--format", "json").out)


def test_infinity_is_the_word_inf_everywhere(srlab_, place, photo) -> None:
    (place / "ready").mkdir()
    for name, pixels in (("cat", photo), ("grey_cat", photo[..., 0].copy())):
        write_image(place / "ready" / f"{name}.png", pixels)
    srlab_("evaluate -b photos -u same=outputs:ready -s 2 -m psnr")
    assert {row["value"] for row in json.loads(srlab_("scores", "--json").out)} == {"inf"}
    assert srlab_("scores --format csv").out.count(",inf,matlab-bicubic,\n") == 2
    [row] = json.loads(srlab_("leaderboard", "--json").out)
    assert (row["n"], row["infinite"], row["mean"], row["counted"]) == (2, 2, None, 100.0)
    assert "2 identical, counted as 100 dB: 100.00" in srlab_("leaderboard").out


def test_filters_choose_rows(evaluated) -> None:
    out = evaluated("scores -u nearest -m ssim -b photos -s 2 --protocol paper-y --json").out
    assert len(json.loads(out)) == 2


@pytest.mark.parametrize("form", ["table", "csv", "json", "md", "latex"])
@pytest.mark.parametrize("words", _READING)
def test_every_reading_command_prints_in_every_format(evaluated, words: str, form: str) -> None:
    said = evaluated(words, "--format", form)
    assert said.code == 0, said.err
    assert "nearest" in said.out


@pytest.mark.parametrize("words", ["scores", "leaderboard", "rank -u nothere"])
def test_where_nothing_matches_this_is_said_and_the_code_is_3(evaluated, words: str) -> None:
    extra = [] if "-u" in words else ["-b", "nothere"]
    said = evaluated(words, *extra)
    assert (said.code, said.out) == (3, "")
    assert said.err.startswith("nothing stored matches. Stored are:")


def test_without_any_match_csv_is_its_header_and_json_an_empty_list(evaluated) -> None:
    said = evaluated("scores -b nothere --format csv")
    assert said.out == "benchmark,sample,scale,upscaler,metric,protocol,value,degradation,lr_kind\n"
    assert json.loads(evaluated("scores -b nothere --json").out) == []


@pytest.mark.parametrize("words", [*_READING, "store info", "store check", "store gc"])
def test_without_a_store_the_code_is_1_and_the_way_to_one_is_said(srlab_, words: str) -> None:
    said = srlab_(words)
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("srlab: store-missing: there is no store at .srlab; ")


def test_the_store_of_the_environment_counts_and_an_option_before_it(
    evaluated, monkeypatch, place
) -> None:
    monkeypatch.setenv("SRLAB_STORE", str(place / "elsewhere"))
    assert evaluated("scores").code == 1
    assert evaluated("scores", "--store", ".srlab").code == 0


def test_the_leaderboard_shows_gain_and_mse_reduction(evaluated) -> None:
    rows = json.loads(evaluated("leaderboard", "--json").out)
    psnr = {row["upscaler"]: row for row in rows if row["metric"] == "psnr"}
    expected = psnr["nearest"]["mean"] - psnr["bicubic"]["mean"]
    assert psnr["nearest"]["gain"] == pytest.approx(expected)
    assert psnr["bicubic"]["mse_reduction"] == 0


def test_published_values_stand_among_ours_with_their_citation(srlab_, shared) -> None:
    set5 = str(shared / "data/benchmarks/Set5")
    srlab_("evaluate", "-b", set5, *["-u", "bicubic", "-s", "3", "-m", "psnr"])
    rows = json.loads(srlab_("leaderboard", "--published", "--json").out)
    means = [row["mean"] for row in rows]
    assert means == sorted(means, reverse=True)
    [ours] = [row for row in rows if row["citation"] == ""]
    assert (ours["upscaler"], ours["n"]) == ("bicubic", 5)
    [srcnn] = [row for row in rows if row["upscaler"] == "SRCNN"]
    assert (srcnn["mean"], srcnn["n"], srcnn["protocol"]) == (32.75, 5, "paper-y")


def test_a_folder_of_a_known_name_gets_no_published_values_and_the_reason(srlab_, place) -> None:
    (place / "photos").rename(place / "set5")
    srlab_("evaluate -b ./set5 -u bicubic -s 3 -m psnr")
    said = srlab_("leaderboard", "--published")
    assert "SRCNN" not in said.out
    assert "set5 x3: no printed values stand beside ours: 2 images were scored" in said.err


def test_nothing_published_leaves_the_leaderboard_as_it_is(evaluated) -> None:
    rows = json.loads(evaluated("leaderboard", "--published", "--json").out)
    assert [row["upscaler"] for row in rows].count("bicubic") == 2
    assert all(isinstance(row["n"], int) for row in rows)


def test_ranking_by_gain_begins_with_the_worst_when_asked(evaluated) -> None:
    rows = json.loads(evaluated("rank -u nearest --by gain --worst --json").out)
    gains = [row["gain"] for row in rows]
    assert gains == sorted(gains)
    assert [row["rank"] for row in rows] == [1, 2]


def test_a_comparison_of_two_images_carries_its_note(evaluated) -> None:
    out = evaluated("compare nearest bicubic -m psnr").out
    note = "note: 2 images decide: no exact two-sided test can go under p = 0.5"
    assert out.splitlines()[-1].startswith(note)


def test_a_comparison_says_over_how_many_p_is_adjusted(srlab_) -> None:
    srlab_("evaluate -b photos -u bicubic -u nearest -u lanczos -u bilinear -s 2 -m psnr")
    out = srlab_("compare nearest bicubic").out
    assert "note: holm p: over 3 comparisons, all that the store holds against bicubic" in out
    [row] = json.loads(srlab_("compare nearest bicubic --json").out)
    assert row["family"] == 3


def test_one_against_all_has_a_row_an_upscaler_and_average_ranks(srlab_) -> None:
    srlab_("evaluate -b photos -u bicubic -u nearest -u lanczos -s 2 -s 3 -m psnr")
    rows = json.loads(srlab_("compare lanczos --against all -s 2 --json").out)
    assert [row["b"] for row in rows] == ["nearest", "bicubic"]
    assert all(row["gain"] > 0 and row["family"] == 2 for row in rows)
    out = srlab_("compare lanczos --against all -s 2").out
    assert "average ranks of psnr under paper-y, 2 images (Friedman's test: p =" in out
    assert "average ranks" not in srlab_("compare lanczos --against all").out


def test_given_lr_of_two_kinds_are_two_rows_that_say_which(srlab_, place, photo) -> None:
    for kind in ("one", "other"):
        home = place / kind / "own"
        (home / "HR").mkdir(parents=True)
        (home / "LR_bicubic" / "X2").mkdir(parents=True)
        for name in ("a", "b"):
            hr = photo[: photo.shape[0] // 2 * 2, : photo.shape[1] // 2 * 2]
            write_image(home / "HR" / f"{name}.png", hr.copy())
            small = hr[::2, ::2] if kind == "other" else hr[1::2, 1::2]
            write_image(home / "LR_bicubic" / "X2" / f"{name}x2.png", small.copy())
        srlab_("evaluate", "-b", f"own={home}", *["-u", "bicubic", "-s", "2", "-m", "psnr"])
    rows = json.loads(srlab_("leaderboard", "--json").out)
    assert [row["n"] for row in rows] == [2, 2]
    assert len({row["lr_kind"] for row in rows}) == 2
    assert srlab_("leaderboard").out.count("LR_bicubic/X2#") == 2
    kind = rows[0]["lr_kind"]
    assert len(json.loads(srlab_("scores", "--lr-kind", kind, "--json").out)) == 2
    assert len(json.loads(srlab_("scores", "--lr-kind", "LR_bicubic/X2", "--json").out)) == 4


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ("compare nearest nearest", 2, "name two upscalers"),
        ("compare nearest", 2, "--against all"),
        ("compare nearest nothere", 2, "the store has no such scores of nothere"),
        ("rank -u nearest -m psn", 2, "did you mean psnr"),
        ("rank -u nearest --by beauty", 2, "'beauty' is not one of 'value', 'gain'"),
        ("rank -u nearest --top 0", 2, "Invalid value for '--top'"),
        ("scores --format yaml", 2, "'yaml' is not one of 'table', 'csv'"),
    ],
)
def test_what_cannot_be_answered_is_said(evaluated, words: str, code: int, message: str) -> None:
    said = evaluated(words)
    assert said.code == code
    assert message in " ".join(said.err.split())


def test_the_numbers_of_the_command_line_are_those_of_the_library(evaluated, place) -> None:
    import srlab

    rows = json.loads(evaluated("scores", "--json").out)
    assert np.array_equal([row["value"] for row in rows], srlab.scores(".srlab")["value"])
