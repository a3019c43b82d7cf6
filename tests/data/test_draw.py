"""Which images are drawn."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from srlab.data.draw import draw_places
from srlab.errors import UsageError

TRUTHS = ["a"] * 5 + ["b"] * 5 + ["c"] * 4


def _draw(samples, *, seed=0, stratified=False, truths=TRUTHS):
    return draw_places(truths, samples, seed=seed, stratified=stratified)


def test_without_a_number_all_are_drawn_in_order():
    assert _draw(None) == list(range(14))


def test_a_plain_draw_is_numpys_choice_without_replacement_sorted():
    expected = np.random.default_rng(7).choice(14, 6, replace=False)
    assert _draw(6, seed=7) == sorted(expected.tolist())


@pytest.mark.parametrize("stratified", [False, True])
def test_the_same_seed_draws_the_same_and_another_one_does_not(stratified):
    assert _draw(6, stratified=stratified) == _draw(6, stratified=stratified)
    assert _draw(6, stratified=stratified) != _draw(6, seed=1, stratified=stratified)


@pytest.mark.parametrize("samples", range(1, 13))
def test_a_stratified_draw_takes_shares_that_differ_by_one_at_most(samples):
    places = _draw(samples, stratified=True)
    shares = Counter(TRUTHS[place] for place in places)
    assert len(set(places)) == samples
    assert places == sorted(places)
    assert max(shares.values()) - min(shares[truth] for truth in "abc") <= 1


def test_more_than_there_are_names_both_numbers():
    with pytest.raises(UsageError, match="15 samples are asked for and there are 14"):
        _draw(15)


def test_a_share_that_a_class_cannot_give_names_the_class_and_what_can_be_had():
    with pytest.raises(UsageError, match=r"'c' has 4; ask for at most 12 samples"):
        _draw(14, stratified=True)


@pytest.mark.parametrize(("samples", "seed"), [(0, 0), (-3, 0), (3, -1)])
def test_numbers_that_mean_nothing_are_refused(samples, seed):
    with pytest.raises(UsageError, match="expected 1 or more, by 0 or more"):
        _draw(samples, seed=seed)
