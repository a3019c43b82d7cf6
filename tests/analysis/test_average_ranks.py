"""Average ranks and Friedman's test, against SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import friedmanchisquare

from srlab.analysis.average_ranks import average_ranks, critical_difference
from srlab.analysis.frames import scores


@pytest.mark.parametrize("decimals", [6, 0], ids=["without-ties", "with-ties"])
def test_friedmans_p_is_scipys(keep, rng, decimals: int) -> None:
    columns = [np.round(rng.normal(30 + i / 3, 1, 14), decimals) for i in range(4)]
    table = average_ranks(scores(keep(dict(zip("abcd", columns, strict=True)))))
    # The same formula for ties, arranged otherwise.
    assert table["friedman_p"].iloc[0] == pytest.approx(friedmanchisquare(*columns).pvalue)
    assert table["average_rank"].sum() == pytest.approx(4 * 5 / 2)


def test_the_best_has_rank_one_whichever_way_the_metric_runs(keep) -> None:
    for metric, values in (("psnr", [3.0, 2.0, 1.0]), ("mse", [1.0, 2.0, 3.0])):
        best, middle, worst = ([value, value] for value in values)
        store = keep({"best": best, "middle": middle, "worst": worst}, metric=metric)
    table = average_ranks(scores(store))
    assert table["upscaler"].tolist() == ["best", "middle", "worst"] * 2
    assert table["average_rank"].tolist() == [1, 2, 3] * 2


def test_who_lacks_an_image_is_not_ranked_and_two_are_too_few(keep) -> None:
    store = keep({"a": [1.0, 2.0], "b": [2.0, 1.0], "part": [9.0], "c": [3.0, np.inf]})
    assert average_ranks(scores(store))["upscaler"].tolist() == ["c", "a", "b"]
    assert average_ranks(scores(store, upscalers=["a", "b", "part"])).empty


def test_equal_upscalers_do_not_differ(keep) -> None:
    table = average_ranks(scores(keep({name: [30.0, 31.0] for name in "abc"})))
    assert table["average_rank"].tolist() == [2, 2, 2]
    assert table["friedman_p"].tolist() == [1, 1, 1]


@pytest.mark.parametrize(("k", "q"), [(3, 2.343), (4, 2.569), (5, 2.728), (10, 3.164)])
def test_the_critical_difference_is_that_of_the_printed_table(k: int, q: float) -> None:
    """Demsar 2006, Table 5(a), printed to three digits."""
    expected = q * np.sqrt(k * (k + 1) / (6 * 14))
    assert critical_difference(14, k) == pytest.approx(expected, rel=3e-4)
