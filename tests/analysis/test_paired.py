"""Paired comparisons against SciPy and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, wilcoxon

from srlab.analysis.frames import scores
from srlab.analysis.interval import mean_interval
from srlab.analysis.paired import compare, gains, holm, sign_p, small_n_note, wilcoxon_p
from srlab.errors import StoreError, UnknownNameError, UsageError


def test_the_difference_is_the_mean_of_a_minus_b_with_its_interval(keep) -> None:
    ours, theirs = [31.0, 32.5, 29.0, 35.0, 30.0, 31.0], [30.0, 32.0, 29.5, 33.0, 28.0, 30.5]
    row = compare("net", "bicubic", keep({"net": ours, "bicubic": theirs})).iloc[0]
    expected = mean_interval(np.subtract(ours, theirs))
    assert (row["a"], row["b"], row["n"]) == ("net", "bicubic", 6)
    assert (row["difference"], row["low"], row["high"], row["interval"]) == (
        expected.mean,
        expected.low,
        expected.high,
        "bootstrap",
    )


def test_the_tests_are_scipys(keep, rng) -> None:
    ours = rng.normal(30, 3, 40)
    theirs = ours + rng.normal(-0.2, 0.5, 40)
    row = compare("net", "bicubic", keep({"net": ours, "bicubic": theirs})).iloc[0]
    assert row["wilcoxon_p"] == pytest.approx(wilcoxon(ours, theirs).pvalue, rel=1e-12)
    wins = int((ours > theirs).sum())
    assert row["sign_p"] == pytest.approx(binomtest(wins, 40).pvalue, rel=1e-12)


def test_only_samples_that_both_have_are_compared(keep) -> None:
    store = keep({"net": {"a": 31.0, "b": 50.0}, "bicubic": {"a": 30.0, "c": 10.0}})
    row = compare("net", "bicubic", store).iloc[0]
    assert (row["n"], row["difference"]) == (1, 1.0)


def test_wins_losses_and_ties_are_counted(keep) -> None:
    store = keep({"net": [31.0, 29.0, 30.0, 33.0], "bicubic": [30.0, 30.0, 30.0, 30.0]})
    row = compare("net", "bicubic", store).iloc[0]
    assert (row["wins"], row["losses"], row["ties"]) == (2, 1, 1)


def test_a_lower_value_wins_where_lower_is_better(keep) -> None:
    store = keep({"net": [0.1, 0.2, 0.5], "bicubic": [0.3, 0.3, 0.3]}, metric="lpips-alex")
    row = compare("net", "bicubic", store, metrics=["lpips"]).iloc[0]
    assert (row["wins"], row["losses"]) == (2, 1)
    assert row["difference"] < 0


def test_nobody_wins_a_metric_without_a_direction(keep) -> None:
    store = keep({"net": [5.0, 6.0], "bicubic": [4.0, 6.0]}, metric="entropy")
    counts = compare("net", "bicubic", store)[["wins", "losses"]]
    assert counts.isna().all(axis=None)


def test_an_identical_image_on_one_side_is_a_win_and_left_out_of_the_mean(keep) -> None:
    store = keep({"net": [np.inf, 31.0, 30.5], "bicubic": [30.0, 30.0, 30.0]})
    row = compare("net", "bicubic", store).iloc[0]
    assert (row["wins"], row["losses"], row["n"]) == (3, 0, 3)
    assert row["difference"] == pytest.approx(0.75)


def test_an_image_identical_on_both_sides_is_a_tie(keep) -> None:
    store = keep({"net": [np.inf, 31.0], "bicubic": [np.inf, 30.0]})
    row = compare("net", "bicubic", store).iloc[0]
    assert (row["wins"], row["losses"], row["ties"]) == (1, 0, 1)
    assert row["difference"] == pytest.approx(0.5)


def test_the_sign_test_counts_infinite_differences_and_leaves_ties_out(keep) -> None:
    store = keep({"net": [np.inf, 31.0, 30.0], "bicubic": [30.0, 30.0, 30.0]})
    assert compare("net", "bicubic", store)["sign_p"].iloc[0] == binomtest(2, 2).pvalue


def test_equal_upscalers_differ_in_nothing(keep) -> None:
    row = compare("net", "bicubic", keep({"net": [30.0] * 8, "bicubic": [30.0] * 8})).iloc[0]
    assert (row["wilcoxon_p"], row["sign_p"], row["holm_p"], row["ties"]) == (1, 1, 1, 8)


def test_holm_is_what_one_works_out_by_hand() -> None:
    adjusted = holm(np.array([0.04, 0.01, 0.03, 0.005]))
    # Sorted 0.005, 0.01, 0.03, 0.04 times 4, 3, 2, 1: 0.02, 0.03, 0.06, 0.04, never falling.
    assert adjusted == pytest.approx([0.06, 0.03, 0.06, 0.02])


def test_holm_never_goes_over_one() -> None:
    assert holm(np.array([0.9, 0.8])).tolist() == [1.0, 1.0]


def test_holm_of_nothing_is_nothing() -> None:
    assert holm(np.array([])).tolist() == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_keeps_the_order_and_never_lowers_a_p(values: list[float]) -> None:
    p = np.array(values)
    adjusted = holm(p)
    assert (adjusted >= p).all()
    assert (np.diff(adjusted[np.argsort(p, kind="stable")]) >= 0).all()


def test_holm_is_taken_over_the_rows_of_the_call(keep) -> None:
    better, base = [31.0, 32.0, 33.0, 34.0, 35.0, 36.0], [30.0] * 6
    keep({"net": better, "bicubic": base})
    store = keep({"net": better, "bicubic": base}, scale=3)
    both, alone = (compare("net", "bicubic", store, scales=s) for s in ([2, 3], [2]))
    assert alone["wilcoxon_p"].tolist() == pytest.approx([2 / 2**6])
    assert alone["holm_p"].tolist() == pytest.approx([2 / 2**6])
    assert both["holm_p"].tolist() == pytest.approx([4 / 2**6] * 2)


def test_each_benchmark_scale_metric_and_protocol_has_its_row_in_catalog_order(keep) -> None:
    for place in (
        {"metric": "mse"},
        {},
        {"protocol": "matlab-y"},
        {"scale": 3},
        {"benchmark": "set14"},
    ):
        store = keep({"net": [31.0, 33.0], "bicubic": [30.0, 31.0]}, **place)
    table = compare("net", "bicubic", store)
    rows = table[["benchmark", "scale", "protocol", "metric"]].to_numpy().tolist()
    assert rows == [
        ["set14", 2, "paper-y", "psnr"],
        ["set5", 2, "matlab-y", "psnr"],
        ["set5", 2, "paper-y", "psnr"],
        ["set5", 2, "paper-y", "mse"],
        ["set5", 3, "paper-y", "psnr"],
    ]
    assert table["n"].tolist() == [2] * 5


def test_five_images_carry_the_note_that_no_test_can_be_significant(keep) -> None:
    values = [31.0, 32.0, 33.0, 34.0, 35.0]
    row = compare("net", "bicubic", keep({"net": values, "bicubic": [30.0] * 5})).iloc[0]
    assert row["note"] == "n = 5: no exact two-sided test can go under p = 0.0625"
    assert row["wilcoxon_p"] == pytest.approx(0.0625)


def test_six_images_need_no_note() -> None:
    assert small_n_note(6) == ""


def test_wilcoxon_and_sign_tests_of_nothing_say_nothing() -> None:
    assert wilcoxon_p(np.array([])) == 1.0
    assert sign_p(np.array([])) == 1.0


@pytest.mark.parametrize(("metric", "sign"), [("psnr", 1), ("lpips-alex", -1)])
def test_gains_are_the_differences_of_compare_with_their_sign(keep, rng, metric, sign) -> None:
    base = rng.normal(30, 3, 12)
    values = {"bicubic": base, "net": base + rng.normal(0.3, 0.5, 12), "old": base - 1}
    store = keep(values, metric=metric)
    found = gains(scores(store, metrics=[metric]))
    alike = [compare(name, "bicubic", store).iloc[0] for name in found["upscaler"]]
    for (_, own), row in zip(found.iterrows(), alike, strict=True):
        assert own["gain"] == pytest.approx(sign * row["difference"], abs=1e-12)
        assert (own["n"], own["better"], own["worse"]) == (12, row["wins"], row["losses"])
    adjusted = holm(np.array([row["wilcoxon_p"] for row in alike]))
    assert found["p"].to_numpy() == pytest.approx(adjusted, rel=1e-9)


def test_gains_that_are_all_infinite_are_tested_by_their_sign(keep) -> None:
    store = keep({"net": [np.inf] * 6, "bicubic": [30.0] * 6})
    row = gains(scores(store)).iloc[0]
    assert np.isnan(row["gain"])
    assert (row["better"], row["worse"], row["p"]) == (6, 0, 2 / 2**6)


def test_an_upscaler_may_be_called_like_a_column(keep) -> None:
    store = keep({"sample": [31.0, 32.0], "scale": [30.0, 30.0]})
    assert compare("sample", "scale", store)["difference"].tolist() == [1.5]


def test_an_upscaler_is_not_compared_with_itself(keep) -> None:
    with pytest.raises(UsageError, match="name two upscalers"):
        compare("net", "net", keep({"net": [30.0]}))


def test_an_upscaler_without_scores_is_named(keep) -> None:
    with pytest.raises(UnknownNameError, match=r"no such scores of edsr;"):
        compare("net", "edsr", keep({"net": [30.0]}))


def test_two_upscalers_without_a_common_sample_cannot_be_compared(keep) -> None:
    store = keep({"net": {"a": 30.0}, "bicubic": {"b": 30.0}})
    with pytest.raises(StoreError, match="never scored alike"):
        compare("net", "bicubic", store)
