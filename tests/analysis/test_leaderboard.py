"""Means, gains and reductions, worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from srlab.analysis.frames import scores
from srlab.analysis.interval import mean_interval
from srlab.analysis.leaderboard import COLUMNS, leaderboard


def _row(board: pd.DataFrame, upscaler: str, **where: object) -> pd.Series:
    chosen = board[board["upscaler"] == upscaler]
    for column, value in where.items():
        chosen = chosen[chosen[column] == value]
    assert len(chosen) == 1
    return chosen.iloc[0]


def test_a_cell_is_the_mean_of_its_images_with_n_and_interval(keep) -> None:
    store = keep({"bicubic": [28.0, 30, 31, 33, 38]})
    row = _row(leaderboard(store), "bicubic")
    expected = mean_interval(np.array([28.0, 30, 31, 33, 38]))
    assert (row["mean"], row["n"], row["interval"]) == (32.0, 5, "t")
    # Two ways to the same standard error: float64 rounding only.
    assert (row["low"], row["high"]) == pytest.approx((expected.low, expected.high), rel=1e-12)


def test_infinite_values_are_left_out_of_the_mean_and_count_as_100_elsewhere(keep) -> None:
    row = _row(leaderboard(keep({"net": [30.0, np.inf, 32.0]})), "net")
    assert (row["mean"], row["n"], row["infinite"]) == (31.0, 3, 1)
    expected = mean_interval(np.array([30.0, 100.0, 32.0]), lowest=0.0, highest=100.0)
    assert (row["counted"], row["low"], row["high"]) == pytest.approx(
        (expected.mean, expected.low, expected.high), rel=1e-12
    )


def test_the_interval_of_ssim_ends_at_one(keep) -> None:
    row = _row(leaderboard(keep({"net": [0.99, 0.9, 1.0]}, metric="ssim")), "net")
    assert row["high"] == 1.0


def test_one_image_has_no_interval(keep) -> None:
    row = _row(leaderboard(keep({"net": [30.0]})), "net")
    assert np.isnan([row["low"], row["high"]]).all()
    assert row["interval"] == ""


def test_images_that_are_all_identical_have_no_mean_and_are_counted(keep) -> None:
    row = _row(leaderboard(keep({"net": [np.inf, np.inf]})), "net")
    assert np.isnan(row["mean"])
    assert (row["n"], row["infinite"]) == (2, 2)


def test_the_gain_is_the_difference_of_psnr_means_to_bicubic(keep) -> None:
    board = leaderboard(keep({"bicubic": [30.0, 33.0], "net": [31.0, 35.0], "nearest": [28.0, 31]}))
    gains = board.set_index("upscaler")["gain"]
    # Means of differences of small decimals: float64 rounding only.
    assert gains.to_dict() == pytest.approx({"net": 1.5, "bicubic": 0.0, "nearest": -2.0})


def test_the_mse_reduction_is_one_minus_the_ratio_of_mean_mse(keep) -> None:
    store = keep({"bicubic": [100.0, 50.0], "net": [60.0, 30.0]}, metric="mse")
    row = _row(leaderboard(store), "net")
    assert row["mse_reduction"] == pytest.approx(1 - 45 / 75)
    assert np.isnan(row["gain"])


def test_psnr_gives_the_mse_reduction_that_mse_gives(keep) -> None:
    def psnr(mse: float) -> float:
        return 10 * np.log10(255**2 / mse)

    store = keep({"bicubic": [psnr(100), psnr(50)], "net": [psnr(60), psnr(30)]})
    # Through a logarithm and back: relative 1e-12.
    assert _row(leaderboard(store), "net")["mse_reduction"] == pytest.approx(0.4, rel=1e-12)


def test_an_identical_image_counts_as_no_error_in_the_mse_reduction(keep) -> None:
    store = keep({"bicubic": [30.0, 30.0], "net": [30.0, np.inf]})
    row = _row(leaderboard(store), "net")
    assert row["mse_reduction"] == pytest.approx(0.5)
    assert row["gain"] == pytest.approx(35.0)


def test_no_gain_is_claimed_where_bicubic_was_not_scored_on_the_same_samples(keep) -> None:
    store = keep({"bicubic": {"a": 30.0}, "net": {"a": 31.0, "b": 40.0}})
    row = _row(leaderboard(store), "net")
    assert np.isnan(row["gain"])
    assert np.isnan(row["mse_reduction"])


def test_no_gain_is_claimed_without_bicubic_or_for_other_metrics(keep) -> None:
    keep({"net": [31.0, 32.0]})
    store = keep({"bicubic": [0.8, 0.9], "net": [0.9, 0.95]}, metric="ssim", scale=3)
    assert leaderboard(store)[["gain", "mse_reduction"]].isna().all(axis=None)


def test_gains_stay_over_bicubic_where_only_another_upscaler_is_shown(keep) -> None:
    store = keep({"bicubic": [30.0], "net": [31.0], "nearest": [28.0]})
    board = leaderboard(store, upscalers=["net"])
    assert board["upscaler"].tolist() == ["net"]
    assert board["gain"].tolist() == pytest.approx([1.0])


@pytest.mark.parametrize(
    "other",
    [{"protocol": "paper-rgb"}, {"scale": 3}, {"benchmark": "set14"}, {"metric": "ssim"}],
    ids=lambda other: next(iter(other)),
)
def test_rows_of_another_cell_are_never_mixed_in(keep, other: dict) -> None:
    keep({"bicubic": [30.0, 32.0]})
    store = keep({"bicubic": [0.5, 0.7]}, **other)
    board = leaderboard(store)
    assert sorted(board["mean"]) == pytest.approx([0.6, 31.0])
    assert board["n"].tolist() == [2, 2]


def test_rows_of_two_degradations_are_never_mixed(keep) -> None:
    keep({"bicubic": [30.0, 32.0]}, degradation="given")
    keep({"bicubic": [10.0, 12.0]}, degradation="matlab-bicubic")
    store = keep({"bicubic": [20.0, 22.0]}, degradation="pil-bicubic")
    board = leaderboard(store)[["degradation", "mean"]].to_numpy().tolist()
    assert board == [["given", 31.0], ["matlab-bicubic", 11.0], ["pil-bicubic", 21.0]]
    assert leaderboard(store, degradation="matlab-bicubic")["mean"].tolist() == [11.0]
    assert leaderboard(store, degradation="pil-bicubic")["mean"].tolist() == [21.0]


def test_the_best_comes_first_for_a_metric_that_is_better_when_high(keep) -> None:
    store = keep({"nearest": [28.0], "net": [31.0], "bicubic": [30.0]})
    assert leaderboard(store)["upscaler"].tolist() == ["net", "bicubic", "nearest"]


@pytest.mark.parametrize("metric", ["mse", "lpips-alex"])
def test_the_best_comes_first_for_a_metric_that_is_better_when_low(keep, metric: str) -> None:
    store = keep({"nearest": [0.5], "net": [0.1], "bicubic": [0.3]}, metric=metric)
    assert leaderboard(store)["upscaler"].tolist() == ["net", "bicubic", "nearest"]


def test_metrics_come_in_the_order_of_the_catalog(keep) -> None:
    for metric in ("lpips-alex", "mse", "ssim", "psnr"):
        store = keep({"bicubic": [0.5]}, metric=metric)
    assert leaderboard(store)["metric"].tolist() == ["psnr", "ssim", "mse", "lpips-alex"]


def test_an_upscaler_perfect_on_every_image_stands_first(keep) -> None:
    board = leaderboard(keep({"net": [np.inf], "bicubic": [30.0]}))
    assert board["upscaler"].tolist() == ["net", "bicubic"]
    assert board["leads"].tolist() == [True, False]


def test_who_wins_every_image_leads_though_the_mean_of_finite_values_says_otherwise(keep) -> None:
    """A equals hr where B is nearly as good, and is a little better on the others."""
    store = keep({"A": [np.inf, np.inf, 30.1, 31.1], "B": [62.0, 65.0, 30.0, 31.0]})
    board = leaderboard(store)
    assert board["upscaler"].tolist() == ["A", "B"]
    assert board["leads"].tolist() == [True, False]
    assert board["mean"].is_monotonic_increasing


@pytest.mark.parametrize(
    ("a", "b"),
    [([np.inf, 30.0], [120.0, 30.0]), ([125.0, 30.0], [120.0, 30.0])],
    ids=["more-identical-images", "a-better-mean-of-the-finite"],
)
def test_ties_of_the_counted_mean_go_by(keep, a: list[float], b: list[float]) -> None:
    board = leaderboard(keep({"z": a, "b": b}))
    assert board["counted"].nunique() == 1
    assert board["upscaler"].tolist() == ["z", "b"]
    assert board["leads"].tolist() == [True, False]


def test_equals_lead_together(keep) -> None:
    board = leaderboard(keep({"b": [30.0, np.inf], "a": [30.0, np.inf], "c": [29.0, 31.0]}))
    assert board["upscaler"].tolist() == ["a", "b", "c"]
    assert board["leads"].tolist() == [True, True, False]


def test_a_partial_upscaler_does_not_lead_and_stands_below(keep) -> None:
    store = keep({"few": [50.0, 50.0], "a": [30.0] * 5, "b": [31.0] * 5})
    board = leaderboard(store)
    assert board["upscaler"].tolist() == ["b", "a", "few"]
    assert board["leads"].tolist() == [True, False, False]
    assert board["images"].tolist() == [5, 5, 5]


def test_who_is_partial_does_not_depend_on_who_is_shown(keep) -> None:
    store = keep({"few": [50.0, 50.0], "less": [40.0], "a": [30.0] * 5})
    board = leaderboard(store, upscalers=["few", "less"])
    assert board[["n", "images"]].to_numpy().tolist() == [[2, 5], [1, 5]]
    assert not board["leads"].any()


def test_nobody_leads_alone_or_in_a_metric_without_a_direction(keep) -> None:
    keep({"a": [30.0]})
    store = keep({"a": [5.0], "b": [6.0]}, metric="entropy")
    assert not leaderboard(store)["leads"].any()


def test_a_frame_that_was_read_already_serves_as_well(keep) -> None:
    store = keep({"bicubic": [30.0, 31.0], "net": [31.0, 33.0]})
    pd.testing.assert_frame_equal(leaderboard(frame=scores(store)), leaderboard(store))


def test_nothing_stored_gives_an_empty_board_with_its_columns(store) -> None:
    board = leaderboard(store)
    assert board.empty
    assert board.columns.tolist() == COLUMNS
