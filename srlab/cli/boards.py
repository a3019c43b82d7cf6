"""A leaderboard as a person reads it, and what must be said beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from srlab.cli.output import Formatter, as_shown, metric_value, number, percent

if TYPE_CHECKING:
    import pandas as pd

_NOT_SHOWN = ["interval", "images", "above", "counted", "leads"]


def board_as_shown(board: pd.DataFrame, form: str) -> pd.DataFrame:
    """`board` for people: who is partial stands in `n`, identical images in a column of theirs."""
    if form in ("csv", "json") or board.empty:
        return board
    rows = board.to_dict("records")
    shown = board.assign(n=[_count(row) for row in rows], infinite=[identical(row) for row in rows])
    shown = as_shown(shown, form).rename(columns={"infinite": "identical"})
    return shown.drop(columns=_NOT_SHOWN)


def board_formatters() -> dict[str, Formatter]:
    """How the cells of such a table are printed."""
    return {
        **dict.fromkeys(("mean", "low", "high"), metric_value),
        "gain": number(2, signed=True),
        "mse_reduction": percent,
    }


def board_notes(board: pd.DataFrame) -> Iterator[str]:
    """What a reader of the board must know besides."""
    if board.empty:
        return
    partial = board[board["n"] < board["images"]]
    if names := sorted(partial["upscaler"].unique()):
        does = "is not scored on all images; it stands below and leads"
        if len(names) > 1:
            does = "are not scored on all images; they stand below and lead"
        yield f"{', '.join(names)} {does} nowhere"
    if (board["infinite"] + board["above"] > 0).any():
        yield (
            "the mean is over images that are not identical to hr; order, interval and gain count "
            "identical ones, and values above 100 dB, as 100 dB"
        )


def identical(row: Mapping[Any, Any]) -> str:
    """ "3 identical, counted as 100 dB: 53.11", or nothing."""
    from srlab.analysis.counting import counted_in_words

    what = counted_in_words(row)
    return f"{what}: {metric_value(row['counted'], row)}" if what else ""


def _count(row: Mapping[Any, Any]) -> str:
    return str(row["n"]) if row["n"] == row["images"] else f"{row['n']} of {row['images']}"
