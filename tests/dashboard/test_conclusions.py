"""No page puts anyone above who is nowhere better, whatever the scores are."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings

from dashboard.results import Cell
from dashboard.selection import Selection
from dashboard.views import image, leaderboard, rankings
from srlab.analysis.leaderboard import leaderboard as board_of
from srlab.analysis.paired import gains
from srlab.analysis.ranking import with_gain
from srlab.metrics.catalog import METRICS
from tests.conclusions import FIELD, METRIC, frame, must_stand_above

CELL = Cell(benchmark="set", scale=2, protocol="paper-y", degradation="given", lr_kind="LR#1")


def selection(metric: str, upscaler: str = "", baseline: str = "") -> Selection:
    return Selection(
        cells=(CELL,),
        scale=2,
        protocol="paper-y",
        metrics=(metric,),
        upscaler=upscaler,
        baseline=baseline,
    )


@settings(max_examples=40)
@given(FIELD, METRIC)
def test_table_marks_and_chart_of_the_leaderboard_agree_with_the_rows(field, metric: str) -> None:
    rows = frame(field, metric)
    if rows.empty:
        return
    board = board_of(frame=rows)
    shown = leaderboard.as_shown(board, (metric,))
    style = leaderboard.styled(shown, board, (metric,))
    style._compute()
    marked = {
        shown["Upscaler"].iloc[row]
        for (row, _), css in style.ctx.items()
        if ("font-weight", "bold") in css
    }
    figure = leaderboard.chart(board, (metric,))
    ticks = list(figure.layout.yaxis.categoryarray)
    dots = dict(zip(figure.data[0].y, figure.data[0].x, strict=True))
    order = shown["Upscaler"].tolist()
    sign = METRICS[metric].sign
    n = board.set_index("upscaler")["n"]
    for a, b in must_stand_above(rows):
        assert order.index(a) < order.index(b)
        assert ticks.index(a) < ticks.index(b)
        assert b not in marked
        if n[a] == n[b]:
            assert sign * dots[a] >= sign * dots[b]


@settings(max_examples=40)
@given(FIELD, METRIC)
def test_the_table_of_an_image_puts_the_better_one_first(field, metric: str) -> None:
    rows = frame(field, metric)
    for sample, own in rows.groupby("sample"):
        table = image.score_table(own, selection(metric, "a", "bicubic"))
        order = [row["name"] for row in table.rows]
        best = {row["name"] for row in table.rows if row["cells"][0]["best"]}
        for a, b in must_stand_above(own):
            assert order.index(a) < order.index(b), sample
            assert b not in best


@settings(max_examples=20)
@given(FIELD, METRIC)
def test_the_sentence_of_rankings_has_the_sign_of_its_table(field, metric: str) -> None:
    """One sign: a gain is positive when better, in the sentence and in the column below it."""
    rows = frame(field, metric)
    for row in gains(rows).to_dict("records"):
        own = with_gain(rows[rows["upscaler"] == row["upscaler"]].copy(), "bicubic")
        table = with_gain(rows, "bicubic")
        own = table[(table["upscaler"] == row["upscaler"])].dropna(subset=["gain"])
        assert abs(own["gain"].mean() - row["gain"]) < 1e-9
        sentence = _sentence(row, metric)
        assert ("**+" in sentence) == (round(row["gain"], METRICS[metric].decimals) > 0)
        if row["verdict"] == "undecided":
            assert "not told apart" in sentence


def _sentence(row: dict, metric: str) -> str:
    def answer(*_: object) -> dict:
        return row

    saved = rankings.results.paired_difference
    rankings.results.paired_difference = answer  # type: ignore[assignment]
    try:
        return rankings.summary(None, selection(metric, row["upscaler"], "bicubic"))  # type: ignore[arg-type]
    finally:
        rankings.results.paired_difference = saved


def test_lpips_gains_are_positive_when_better() -> None:
    values = {"bicubic": [0.4, 0.3], "net": [0.2, 0.1]}
    rows = pd.DataFrame(
        [
            ("set", f"i{n}", 2, name, "lpips-alex", "paper-y", value, "given", "LR#1")
            for name, listed in values.items()
            for n, value in enumerate(listed)
        ],
        columns=frame({}).columns,
    )
    [row] = gains(rows).to_dict("records")
    sentence = _sentence(row, "lpips-alex")
    assert "gain over `bicubic`: **+0.2000** on average" in sentence
    assert "better on **2**, worse on **0**" in sentence
