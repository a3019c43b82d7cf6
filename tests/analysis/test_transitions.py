"""The four-way table and McNemar's test against SciPy and by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from srlab.analysis.compared import against_original
from srlab.analysis.family import holm
from srlab.analysis.predictions import predictions
from srlab.analysis.transitions import COLUMNS, mcnemar_p, transitions

counts = st.integers(0, 2000)


def table(store):
    return transitions(against_original(predictions(store)))


def test_the_four_ways_add_up_and_changed_wrong_is_a_part_of_kept_wrong(classify) -> None:
    store = classify({"original": "aaaabbbbb", "net": "aaabacbbc"}, truth="a" * 9)
    row = table(store).iloc[0]
    assert table(store).columns.tolist() == COLUMNS
    names = ["kept_right", "harmed", "rescued", "kept_wrong", "changed_wrong", "changed", "n"]
    assert row[names].tolist() == [3, 1, 1, 4, 2, 4, 9]


def test_shares_are_of_all_images_compared_with_wilsons_interval(classify) -> None:
    store = classify({"original": "aaaabb", "net": "bbaaac"}, truth="a" * 6)
    row = table(store).iloc[0]
    for name, count in {"changed": 4, "harmed": 2, "rescued": 1}.items():
        witness = binomtest(count, 6).proportion_ci(method="wilson")
        found = [row[f"{name}_{what}"] for what in ("share", "low", "high")]
        # Both are closed formulas in float64.
        assert found == pytest.approx([count / 6, witness.low, witness.high])


def test_accuracies_are_of_the_same_images(classify) -> None:
    # The third image has no original, the fourth no upscaled one.
    store = classify({"original": "ab a", "net": "aac "}, truth="aaca")
    row = table(store).iloc[0]
    assert (row["n"], row["original_accuracy"], row["accuracy"]) == (2, 0.5, 1.0)
    assert (row["without_original"], row["without_upscaled"]) == (1, 1)


def test_top5_is_that_of_the_arm(classify) -> None:
    # The label is first; then come a, b, c, d: the truth h is out of five.
    row = table(classify({"original": "hhhh", "net": "habc"}, truth="hhha")).iloc[0]
    assert row["top5"] == 0.5


def test_an_arm_without_any_original_has_a_row_of_no_image(classify) -> None:
    row = table(classify({"net": "ab"}, truth="aa")).iloc[0]
    assert (row["n"], row["without_original"], row["mcnemar_p"]) == (0, 2, 1)
    assert np.isnan([row["accuracy"], row["harmed_share"], row["harmed_low"], row["top5"]]).all()


@given(counts, counts)
def test_mcnemars_p_is_the_exact_binomial(harmed: int, rescued: int) -> None:
    p = mcnemar_p(np.array([harmed]), np.array([rescued]))[0]
    turned = harmed + rescued
    expected = binomtest(harmed, turned).pvalue if turned else 1.0
    # Sums of up to 4000 binomial terms, against SciPy's, which come from Boost;
    # those lose digits where a term is near the smallest float64.
    assert p == pytest.approx(expected, rel=1e-9, abs=1e-290)


@given(counts, counts)
def test_mcnemars_test_knows_no_direction(harmed: int, rescued: int) -> None:
    there = mcnemar_p(np.array([harmed]), np.array([rescued]))
    assert there == mcnemar_p(np.array([rescued]), np.array([harmed]))
    assert 0 <= there[0] <= 1


def test_mcnemars_p_of_one_against_eight_is_what_one_works_out_by_hand() -> None:
    # 2 * (C(9,0) + C(9,1)) / 2**9
    assert mcnemar_p(np.array([8]), np.array([1]))[0] == pytest.approx(20 / 512)


@pytest.mark.parametrize(
    ("net", "note"),
    [
        ("aaaaaa", "no image turned right or wrong: there is nothing to test"),
        ("baaaaa", "1 image turned right or wrong: no exact test can go under p = 1"),
        ("bbbbba", "5 images turned right or wrong: no exact test can go under p = 0.0625"),
        ("bbbbbb", ""),
    ],
)
def test_the_note_says_where_so_few_turned_that_no_test_can_tell(classify, net, note) -> None:
    row = table(classify({"original": "aaaaaa", "net": net}, truth="a" * 6)).iloc[0]
    assert row["note"] == note
    assert (row["mcnemar_p"] < 0.05) == (note == "")


def test_holm_is_taken_over_the_rows_of_the_table(classify) -> None:
    arms = {"original": "a" * 9, "small": "b" * 9, "bicubic": "b" * 7 + "aa", "net": "a" * 9}
    found = table(classify(arms, truth="a" * 9))
    assert found["upscaler"].tolist() == ["small", "bicubic", "net"]
    assert found["holm_p"].tolist() == holm(found["mcnemar_p"].to_numpy(float)).tolist()
    assert found["holm_p"].iloc[0] == pytest.approx(3 * 2 / 2**9)


def test_nothing_compared_is_an_empty_table(store) -> None:
    assert table(store).empty
    assert table(store).columns.tolist() == COLUMNS


@settings(max_examples=30)
@given(st.lists(st.sampled_from("abc"), max_size=12), st.randoms(use_true_random=False))
def test_the_counts_of_any_labels_are_those_of_counting_by_hand(labels, random) -> None:
    n = len(labels)
    truth, after = random.choices("abc", k=n), random.choices("abc", k=n)
    sides = [("original", "", labels), ("upscaled", "net", after)]
    frame = pd.concat(
        pd.DataFrame(
            {
                "benchmark": "photos",
                "classifier": "vit",
                "scale": 3,
                "degradation": "given",
                "arm": arm,
                "upscaler": upscaler,
                "sample": [str(i) for i in range(n)],
                "truth": pd.Series(truth, dtype="str"),
                "label": pd.Series(given, dtype="str"),
                "correct5": True,
            }
        )
        for arm, upscaler, given in sides
    )
    found = transitions(against_original(frame))
    assert len(found) == (n > 0)
    if n:
        row = found.iloc[0]
        triples = list(zip(truth, labels, after, strict=True))
        assert row["kept_right"] == sum(t == o == u for t, o, u in triples)
        assert row["harmed"] == sum(t == o != u for t, o, u in triples)
        assert row["rescued"] == sum(t == u != o for t, o, u in triples)
        assert row["kept_wrong"] == sum(o != t != u for t, o, u in triples)
        assert row["changed"] == sum(o != u for _, o, u in triples)
