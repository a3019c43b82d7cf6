"""No table, chart or sentence of a report puts anyone above who is nowhere better."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from srlab.figures import charts
from srlab.report import results
from srlab.report.compose import compose
from srlab.report.document import Bullets, Document, Table
from srlab.store.store import Store
from tests.conclusions import FIELD, METRIC, frame, keep, must_stand_above

PARADOX = {"A": [np.inf] * 3 + [30.1] * 7, "B": [62.0] * 3 + [30.0] * 7, "bicubic": [28.0] * 10}


def written(rows: pd.DataFrame) -> tuple[Document, list[list[str]]]:
    """The report on `rows`, and the orders of names that charts were drawn in."""
    drawn: list[list[str]] = []

    def chart(panels: object, *, axis: str, order: list[str], zero: str = "") -> bytes:
        del panels, axis, zero
        drawn.append(list(order))
        return b""

    saved = results.dot_chart
    results.dot_chart = chart  # type: ignore[assignment]
    try:
        with TemporaryDirectory() as folder:
            return compose(keep(Store.create(Path(folder) / "s"), rows)), drawn
    finally:
        results.dot_chart = saved


def tables(document: Document, words: str) -> list[Table]:
    return [b for b in document.blocks if isinstance(b, Table) and words in b.caption]


def leaders(document: Document) -> list[str]:
    """Those of whom a sentence says that they lead, alone or with another."""
    said = [item for b in document.blocks if isinstance(b, Bullets) for item in b.items]
    first = [re.search(r"\): (\S+) leads with", text) for text in said]
    equal = [re.search(r", as does (\S+?)[;.]", text) for text in said]
    return [match[1] for match in [*first, *equal] if match]


@settings(max_examples=15)
@given(FIELD, METRIC)
def test_tables_bold_charts_and_sentences_agree_with_the_rows(field, metric: str) -> None:
    rows = frame(field, metric)
    if rows.empty:
        return
    document, drawn = written(rows)
    [means] = tables(document, ": means under")
    orders = [[str(row[0].value) for row in means.rows], *drawn]
    orders += [[str(row[1].value) for row in t.rows] for t in tables(document, "mean gain in")]
    bold = {str(row[0].value) for row in means.rows if row[1].best}
    shown = {str(row[0].value): row[1].value for row in means.rows}
    for a, b in must_stand_above(rows):
        for order in orders:
            if a in order and b in order:
                assert order.index(a) < order.index(b)
        assert b not in leaders(document)
        assert b not in bold or shown[a] == pytest.approx(shown[b], abs=0.01)


def test_who_wins_ten_of_ten_leads_is_bold_and_is_said_so() -> None:
    names = [f"img{i}" for i in range(10)]
    rows = pd.concat(
        [
            frame({name: [value] for name, value in zip(PARADOX, values, strict=True)}).assign(
                sample=sample
            )
            for sample, values in zip(names, zip(*PARADOX.values(), strict=True), strict=True)
        ]
    )
    document, orders = written(rows)
    assert orders == [["A", "B", "bicubic"]] * 2  # gains, and ranks
    assert leaders(document) == ["A"]
    [means] = tables(document, ": means under")
    assert [(row[0].value, row[1].best, row[1].mark) for row in means.rows] == [
        ("A", True, "‡"),
        ("B", False, ""),
        ("bicubic", False, ""),
    ]
    [gains] = tables(document, "mean gain in")
    assert [row[1].value for row in gains.rows] == ["A", "B"]
    assert gains.rows[0][2].value > gains.rows[1][2].value  # type: ignore[operator]


def test_a_chart_draws_every_image_that_counts() -> None:
    """Identical images are dots at their gain, not left out."""
    series = charts.Series(name="a", values=(70.0, 0.1), mean=35.0, low=-1.0, high=71.0)
    assert charts.dot_chart([charts.Panel(title="×2", series=(series,))], axis="gain (dB)")
