"""The section on trainings: how each went, as sentences, a table and learning curves."""

from __future__ import annotations

from typing import Any

import pandas as pd

from srlab.analysis.history import score_of, trainings
from srlab.figures.curves import Curve, learning_curves
from srlab.figures.paper import COLOURS
from srlab.report import training_words as words
from srlab.report.document import (
    Align,
    Block,
    Bullets,
    Cell,
    Column,
    Figure,
    Heading,
    Note,
    Paragraph,
    Table,
)
from srlab.report.flip_cells import records
from srlab.report.flip_words import Row
from srlab.report.material import Material


def training(material: Material) -> list[Block]:
    """How the networks of this report were trained; nothing where the store does not tell."""
    epochs = material.trainings
    if epochs.empty:
        return []
    rows = records(trainings(frame=epochs))
    return [
        Heading(text="Training"),
        Paragraph(text=words.INTRODUCTION),
        Bullets(items=tuple(_sentence(row, epochs) for row in rows)),
        *(
            block
            for column, axis in (("psnr", words.PSNR), ("accuracy", words.ACCURACY))
            for block in _curves(epochs[epochs[column].notna()], column, axis)
        ),
        _table(rows),
    ]


def _sentence(row: Row, epochs: pd.DataFrame) -> str:
    own = epochs[epochs["training"] == row["training"]]
    started, psnr = float(row["started_at"]), float(row["psnr"])
    where = words.judged_on(_text(row["validation"]), _text(row["protocol"]))
    return words.told(
        words.Told(
            name=str(row["training"]),
            epochs=int(row["epochs"]),
            steps=int(own["steps"].max()),
            seconds=float(row["seconds"]),
            device=str(row["device"]),
            best_epoch=int(row["best_epoch"]),
            reached=words.score(psnr, float(row["accuracy"])) + where,
            gain=psnr - started if psnr == psnr and started == started else None,
        )
    )


def _curves(epochs: pd.DataFrame, column: str, axis: str) -> list[Block]:
    """The learning curves of those judged alike; nothing where there are none."""
    if epochs.empty:
        return []
    names = sorted(set(epochs["training"]))
    drawn, left = names[: len(COLOURS)], names[len(COLOURS) :]
    curves = [_curve(name, epochs[epochs["training"] == name]) for name in drawn]
    figure = Figure(
        name=f"training-{column}.png",
        png=learning_curves(curves, score_axis=axis),
        caption=words.FIGURE,
        alt=words.alt([_ends(curve) for curve in curves]),
    )
    return [figure, *([Note(text=words.not_drawn(left))] if left else [])]


def _curve(name: str, rows: pd.DataFrame) -> Curve:
    kept = rows.loc[rows["best"], "epoch"]
    return Curve(
        name=name,
        epochs=tuple(map(int, rows["epoch"])),
        scores=tuple(map(float, score_of(rows))),
        losses=tuple(map(float, rows["loss"])),
        validation_losses=tuple(map(float, rows["validation_loss"])),
        best=int(kept.iloc[0]) if len(kept) else int(rows["epoch"].iloc[-1]),
    )


def _ends(curve: Curve) -> str:
    return f"{curve.name}: from {curve.scores[0]:.4g} to {curve.scores[-1]:.4g}."


def _table(rows: list[Row]) -> Table:
    columns: list[tuple[str, str, float, int]] = [
        ("PSNR, dB", "psnr", 1, 2),
        ("Accuracy, %", "accuracy", 100, 1),
        ("Started at", "started_at", 1, 2),
        ("Validation loss", "validation_loss", 1, 5),
        ("Minutes", "seconds", 1 / 60, 1),
        ("Peak memory, GB", "peak_bytes", 1e-9, 2),
    ]
    there = [item for item in columns if any(not pd.isna(row[item[1]]) for row in rows)]
    return Table(
        caption=words.TABLE,
        columns=(
            Column(title="Training", align=Align.LEFT),
            Column(title="Epochs"),
            Column(title="Best epoch"),
            *(Column(title=title, decimals=decimals) for title, _, _, decimals in there),
        ),
        rows=tuple(
            (
                Cell(value=str(row["training"])),
                Cell(value=int(row["epochs"])),
                Cell(value=int(row["best_epoch"])),
                *(
                    Cell(value=None if pd.isna(row[name]) else float(row[name]) * factor)
                    for _, name, factor, _ in there
                ),
            )
            for row in rows
        ),
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
