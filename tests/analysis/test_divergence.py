"""The Jensen-Shannon divergence against SciPy and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.spatial.distance import jensenshannon

from srlab.analysis.compared import CELL, against_original
from srlab.analysis.divergence import COLUMNS, divergences, jensen_shannon, mean_divergences
from srlab.analysis.interval import mean_interval
from srlab.analysis.predictions import predictions
from srlab.errors import StoreError


def weights(*, allow_subnormal: bool = True):
    elements = st.floats(0, 1, allow_subnormal=allow_subnormal)
    return arrays(np.float64, (2, 3, 7), elements=elements).filter(
        lambda values: bool((values.sum(axis=2) > 1e-3).all())
    )


def pairs(store):
    return against_original(predictions(store)).pairs


@given(weights(allow_subnormal=False))
def test_the_divergence_is_the_square_of_scipys_distance_in_bits(values) -> None:
    p, q = values
    witness = jensenshannon(p, q, base=2, axis=1) ** 2
    # SciPy halves sums, so the smallest numbers are left to the other test; near zero its root
    # costs half of the digits, and it gives nan where rounding leaves a negative sum.
    assert jensen_shannon(p, q) == pytest.approx(np.nan_to_num(witness), rel=1e-9, abs=1e-12)


@given(weights())
def test_the_divergence_knows_no_direction_and_stays_within_one_bit(values) -> None:
    p, q = values
    there = jensen_shannon(p, q)
    assert there == pytest.approx(jensen_shannon(q, p), abs=1e-15)
    assert ((there >= 0) & (there <= 1)).all()
    assert jensen_shannon(p, p) == pytest.approx(np.zeros(3), abs=1e-15)


def test_distributions_without_a_common_class_are_one_bit_apart() -> None:
    assert jensen_shannon(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])).tolist() == [1.0]


def test_certainty_against_a_coin_is_what_one_works_out_by_hand() -> None:
    # H(3/4, 1/4) - H(1/2, 1/2) / 2 = 0.811278 - 0.5
    found = jensen_shannon(np.array([[1.0, 0.0]]), np.array([[0.5, 0.5]]))
    assert found[0] == pytest.approx(0.311278, abs=1e-6)


def test_each_pair_has_its_divergence_also_where_the_label_stayed(classify) -> None:
    store = classify({"original": "aab", "net": "aba"}, truth="aaa")
    frame = pairs(store)
    found = divergences(frame)
    same, other = np.full(8, 0.4 / 7), np.full(8, 0.4 / 7)
    same[0], other[1] = 0.6, 0.6
    expected = jensenshannon(same, other, base=2) ** 2
    # Stored probabilities are float32.
    assert found.tolist() == pytest.approx([0, expected, expected], abs=1e-7)
    assert found.index.equals(frame.index)


def test_the_mean_is_that_of_the_images_with_its_interval(classify) -> None:
    store = classify({"original": "aaaa", "small": "bbbb", "net": "abab"}, truth="aaaa")
    table = mean_divergences(pairs(store))
    assert table.columns.tolist() == COLUMNS
    assert table["upscaler"].tolist() == ["small", "net"]
    values = divergences(pairs(store)).to_numpy()
    expected = mean_interval(values[4:], lowest=0.0, highest=1.0)
    row = table.iloc[1]
    assert (row["n"], row["mean"], row["low"]) == (4, expected.mean, expected.low)


def test_classifiers_of_different_sizes_stand_side_by_side(classify) -> None:
    classify({"original": "a", "net": "b"}, truth="a", classifier="small-vit")
    frame = pairs(classify({"original": "a", "net": "b"}, truth="a"))
    few = frame["classifier"] == "small-vit"
    for column in ("original_probabilities", "upscaled_probabilities"):
        frame.loc[few, column] = frame.loc[few, column].str[:16]
    assert (divergences(frame) > 0).all()


@pytest.mark.parametrize(
    ("blob", "said"),
    [
        (b"", "different numbers of classes"),
        (b"123", "different numbers of classes"),
        (np.ones(3, "<f4").tobytes(), "of 8 and 3 classes"),
        (np.zeros(8, "<f4").tobytes(), "not all finite"),
        (np.full(8, np.nan, "<f4").tobytes(), "not all finite"),
        ((-np.ones(8, "<f4")).tobytes(), "not all finite"),
    ],
    ids=["empty", "cut", "fewer", "zero", "nan", "negative"],
)
def test_strange_probabilities_are_refused(classify, blob: bytes, said: str) -> None:
    frame = pairs(classify({"original": "a", "net": "b"}, truth="a"))
    frame["upscaled_probabilities"] = [blob]
    with pytest.raises(StoreError, match=said):
        divergences(frame)


def test_no_pair_has_no_divergence(store) -> None:
    assert divergences(pairs(store)).empty
    assert mean_divergences(pairs(store)).columns.tolist() == [*CELL, *COLUMNS[len(CELL) :]]
