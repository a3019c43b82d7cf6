"""What must hold of every order and gain, whatever the scores are."""

from __future__ import annotations

import itertools

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from srlab.analysis.frames import CELL
from srlab.analysis.leaderboard import leaderboard
from srlab.analysis.paired import gains, turned
from tests.conclusions import FIELD, METRIC, dominates, frame, must_stand_above


def order_of(rows: pd.DataFrame) -> list[str]:
    return leaderboard(frame=rows)["upscaler"].tolist() if len(rows) else []


@settings(max_examples=40)
@given(FIELD, METRIC)
def test_who_is_nowhere_worse_and_somewhere_better_stands_above(field, metric: str) -> None:
    rows = frame(field, metric)
    order = order_of(rows)
    leads = leaderboard(frame=rows).set_index("upscaler")["leads"] if len(rows) else {}
    for a, b in must_stand_above(rows):
        assert order.index(a) < order.index(b)
        assert not leads[b]


@settings(max_examples=40)
@given(FIELD, METRIC)
def test_who_is_nowhere_worse_and_somewhere_better_has_the_larger_gain(field, metric: str) -> None:
    rows = frame(field, metric)
    found = gains(rows).set_index("upscaler")
    for a, b in itertools.permutations(found.index, 2):
        both_whole = found.loc[a, "n"] == found.loc[b, "n"]
        if dominates(rows, a, b) and both_whole:
            assert found.loc[a, "gain"] >= found.loc[b, "gain"]
            assert found.loc[a, "wins"] >= found.loc[b, "wins"]
            assert found.loc[a, "losses"] <= found.loc[b, "losses"]


@settings(max_examples=40)
@given(FIELD, METRIC, st.sampled_from("abcz"))
def test_an_upscaler_removed_changes_nobody_elses_value_gain_or_place(
    field, metric: str, gone: str
) -> None:
    rows = frame(field, metric)
    left = rows[rows["upscaler"] != gone]
    assert order_of(left) == [name for name in order_of(rows) if name != gone]
    own = [*CELL, "upscaler", "mean", "low", "high", "n", "infinite", "counted", "gain"]
    before, after = (leaderboard(frame=part)[own] for part in (rows, left))
    before = before[before["upscaler"] != gone].reset_index(drop=True)
    pd.testing.assert_frame_equal(before, after, check_dtype=False)
    paired = ["upscaler", "n", "gain", "low", "high", "wilcoxon_p", "sign_p", "wins", "note"]
    before, after = (gains(part)[paired] for part in (rows, left))
    before = before[before["upscaler"] != gone].reset_index(drop=True)
    pd.testing.assert_frame_equal(before, after, check_dtype=False)


@settings(max_examples=40)
@given(FIELD, METRIC, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_place_and_no_test(field, metric: str, random) -> None:
    rows = frame(field, metric)
    shuffled = rows.sample(frac=1, random_state=random.randrange(1 << 30))
    assert order_of(rows) == order_of(shuffled)
    names = ["upscaler", "n", "wilcoxon_p", "holm_p", "family", "wins", "losses", "verdict"]
    pd.testing.assert_frame_equal(gains(rows)[names], gains(shuffled)[names])


@settings(max_examples=40)
@given(FIELD, METRIC)
def test_no_conclusion_contradicts_its_rows(field, metric: str) -> None:
    """Sign of the gain, interval, wins, dominance, verdict and turning round agree."""
    found = gains(frame(field, metric))
    for row in found.to_dict("records"):
        assert row["wins"] + row["losses"] + row["ties"] == row["n"]
        assert not row["low"] > row["gain"]
        assert not row["high"] < row["gain"]
        if row["dominance"] == "dominates":
            assert row["gain"] >= 0
            assert row["losses"] == 0 < row["wins"]
        if row["verdict"] == "better":
            assert row["gain"] > 0
            assert row["wins"] > row["losses"]
            assert row["holm_p"] < 0.05
        assert row["holm_p"] >= row["wilcoxon_p"] - 1e-15
    pd.testing.assert_frame_equal(turned(turned(found)), found)


@settings(max_examples=40)
@given(FIELD)
def test_partial_upscalers_do_not_lead(field) -> None:
    rows = frame(field)
    if len(rows):
        board = leaderboard(frame=rows)
        assert not board.loc[board["n"] < board["images"], "leads"].any()
