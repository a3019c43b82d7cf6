"""Paired comparisons against SciPy and by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, wilcoxon

from srlab.analysis.family import holm
from srlab.analysis.frames import scores
from srlab.analysis.interval import mean_interval
from srlab.analysis.paired import compare, gains
from srlab.analysis.signed_ranks import sign_p, small_n_note, wilcoxon_p
from srlab.errors import StoreError, UnknownNameError, UsageError


def test_the_difference_is_the_mean_of_a_minus_b_with_its_interval(keep) -> None:
    ours, theirs = [31.0, 32.5, 29.0, 35.0, 30.0, 31.0], [30.0, 32.0, 29.5, 33.0, 28.0, 30.5]
    row = compare("net", "bicubic", keep({"net": ours, "bicubic": theirs})).iloc[0]
    expected = mean_interval(np.subtract(ours, theirs))
    assert (row["a"], row["b"], row["n"]) == ("net", "bicubic", 6)
    assert (row["gain"], row["low"], row["high"], row["interval"]) == (
        expected.mean,
        expected.low,
        expected.high,
        "t",
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
    assert (row["n"], row["gain"]) == (1, 1.0)


def test_wins_losses_and_ties_are_counted(keep) -> None:
    store = keep({"net": [31.0, 29.0, 30.0, 33.0], "bicubic": [30.0, 30.0, 30.0, 30.0]})
    row = compare("net", "bicubic", store).iloc[0]
    assert (row["wins"], row["losses"], row["ties"]) == (2, 1, 1)


def test_a_lower_value_wins_where_lower_is_better(keep) -> None:
    store = keep({"net": [0.1, 0.2, 0.5], "bicubic": [0.3, 0.3, 0.3]}, metric="lpips-alex")
    row = compare("net", "bicubic", store, metrics=["lpips"]).iloc[0]
    assert (row["wins"], row["losses"]) == (2, 1)
    assert row["gain"] == pytest.approx(0.1 / 3)


def test_nobody_wins_a_metric_without_a_direction(keep) -> None:
    store = keep({"net": [5.0, 6.0], "bicubic": [4.0, 6.0]}, metric="entropy")
    counts = compare("net", "bicubic", store)[["wins", "losses"]]
    assert counts.isna().all(axis=None)


def test_an_identical_image_on_one_side_is_a_win_and_counts_as_100_db(keep) -> None:
    store = keep({"net": [np.inf, 31.0, 30.5], "bicubic": [30.0, 30.0, 30.0]})
    row = compare("net", "bicubic", store).iloc[0]
    assert (row["wins"], row["losses"], row["n"]) == (3, 0, 3)
    assert row["gain"] == pytest.approx((70 + 1 + 0.5) / 3)


def test_an_image_identical_on_both_sides_is_a_tie(keep) -> None:
    store = keep({"net": [np.inf, 31.0], "bicubic": [np.inf, 30.0]})
    row = compare("net", "bicubic", store).iloc[0]
    assert (row["wins"], row["losses"], row["ties"]) == (1, 0, 1)
    assert row["gain"] == pytest.approx(0.5)


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


def test_holm_is_over_all_that_the_store_holds_against_the_baseline(keep, rng) -> None:
    base = rng.normal(30, 2, 12)
    nets = {name: base + rng.normal(0.4, 0.5, 12) for name in ("net", "other", "third")}
    keep({**nets, "bicubic": base})
    store = keep({"net": nets["net"], "bicubic": base}, scale=3)
    row = compare("net", "bicubic", store, scales=[2]).iloc[0]
    every = [wilcoxon(values - base).pvalue for values in nets.values()]
    assert row["holm_p"] == pytest.approx(holm(np.array(every))[0], rel=1e-12)
    assert row["family"] == 3
    alone = compare("net", "bicubic", store, scales=[3]).iloc[0]
    assert (alone["family"], alone["holm_p"]) == (1, alone["wilcoxon_p"])
    both = compare("net", "bicubic", store)
    assert both["holm_p"].tolist() == [row["holm_p"], alone["holm_p"]]


def test_two_labels_of_equal_images_are_one_comparison(keep) -> None:
    values, base = [31.0, 32.0, 33.0, 34.0, 35.0, 36.5], [30.0] * 6
    store = keep({"net": values, "twin": values, "bicubic": base, "plain": base})
    rows = scores(store, extra=["key"])
    for name, of in (("twin", "net"), ("plain", "bicubic")):
        keys = rows.loc[rows["upscaler"] == of, "key"].tolist()
        rows["key"] = [
            keys.pop(0) if who == name else key
            for who, key in zip(rows["upscaler"], rows["key"], strict=True)
        ]
    found = gains(rows).set_index("upscaler")
    assert found["family"].tolist() == [1, 1, 1]
    assert found["holm_p"].to_dict() == {"net": 2 / 2**6, "twin": 2 / 2**6, "plain": 1.0}


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
    assert row["note"] == (
        "5 images decide: no exact two-sided test can go under p = 0.0625, though the interval "
        "excludes 0"
    )
    assert row["wilcoxon_p"] == pytest.approx(0.0625)


def test_six_images_need_no_note() -> None:
    assert small_n_note(6) == ""


def test_wilcoxon_and_sign_tests_of_nothing_say_nothing() -> None:
    assert wilcoxon_p(np.array([])) == 1.0
    assert sign_p(np.array([])) == 1.0


@pytest.mark.parametrize("metric", ["psnr", "lpips-alex", "entropy"])
def test_gains_are_those_of_compare(keep, rng, metric) -> None:
    base = rng.normal(5, 0.3, 12)
    values = {"bicubic": base, "net": base + rng.normal(0.3, 0.5, 12), "old": base - 1}
    store = keep(values, metric=metric)
    found = gains(scores(store, metrics=[metric]))
    alike = pd.concat([compare(name, "bicubic", store) for name in found["upscaler"]])
    names = [name for name in found if name != "upscaler"]
    assert alike[names].reset_index(drop=True).equals(found[names])
    sign = -1 if metric.startswith("lpips") else 1
    expected = sign * (values["net"] - base).mean()
    assert found.set_index("upscaler")["gain"]["net"] == pytest.approx(expected, abs=1e-12)


def test_gains_that_are_all_infinite_count_as_100_db_and_are_one_rank(keep) -> None:
    store = keep({"net": [np.inf] * 6, "bicubic": [30.0] * 6})
    row = gains(scores(store)).iloc[0]
    assert (row["gain"], row["wins"], row["losses"]) == (70.0, 6, 0)
    assert (row["wilcoxon_p"], row["sign_p"]) == (2 / 2**6, 2 / 2**6)


def test_infinite_differences_share_the_top_rank(keep) -> None:
    store = keep({"net": [np.inf, np.inf, 31.0, 32.0], "bicubic": [90.0, 10.0, 30.0, 34.0]})
    row = compare("net", "bicubic", store).iloc[0]
    # Ranks 1, 2, 3.5, 3.5; only the 2 is negative.
    assert row["wilcoxon_p"] == pytest.approx(wilcoxon([3, 3, 1, -2]).pvalue)


def test_one_against_all_turns_every_gain_and_has_one_family(keep, rng) -> None:
    base = rng.normal(30, 3, 12)
    values = {"mine": base + 1, "bicubic": base, "best": base + 3 + rng.normal(0, 0.1, 12)}
    store = keep(values)
    table = compare("mine", store=store, against="all")
    assert table["b"].tolist() == ["bicubic", "best"]
    assert set(table["a"]) == {"mine"}
    assert table["family"].tolist() == [2, 2]
    assert table["gain"].tolist() == pytest.approx([1.0, -(values["best"] - values["mine"]).mean()])
    assert table["dominance"].tolist() == ["dominates", "dominated"]
    assert table["verdict"].tolist() == ["better", "worse"]
    assert (table["low"] <= table["gain"]).all()
    assert (table["gain"] <= table["high"]).all()


def test_a_verdict_needs_the_adjusted_p_and_gain_and_wins_of_one_sign(keep) -> None:
    """Fourteen small wins and two large losses: p is small, and the mean says the opposite."""
    ours = [30.1 + i / 100 for i in range(14)] + [22.0, 21.0]
    row = compare("net", "bicubic", keep({"net": ours, "bicubic": [30.0] * 16})).iloc[0]
    assert row["gain"] < 0
    assert row["wins"] > row["losses"]
    assert row["verdict"] == "undecided"


def test_what_to_compare_with_must_be_said_once(keep) -> None:
    store = keep({"net": [30.0], "bicubic": [29.0]})
    for sides in ({}, {"b": "bicubic", "against": "all"}, {"against": "net"}):
        with pytest.raises(UsageError, match="against='all'"):
            compare("net", store=store, **sides)


def test_an_upscaler_may_be_called_like_a_column(keep) -> None:
    store = keep({"sample": [31.0, 32.0], "scale": [30.0, 30.0]})
    assert compare("sample", "scale", store)["gain"].tolist() == [1.5]


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
