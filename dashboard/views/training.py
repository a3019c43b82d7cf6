"""How trainings went: PSNR or accuracy and loss after each epoch, and a row per training."""

from __future__ import annotations

import html
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard import results
from dashboard.bar import Bar, show_notes
from dashboard.words import COLOUR, NOTHING, code, counted
from srlab.analysis.csv_text import csv_of
from srlab.analysis.history import trainings
from srlab.store.store import Store

FIRST_STEP = """\
srlab show recipe srcnn-y-x2 > mine.toml   # name your own folder of images in it
srlab train mine.toml"""
COLOURS = (COLOUR, "#d9622b", "#3f9d6b", "#a05fc0", "#b08a1e", "#8a8f98")
"""Of trainings, in the order of their names; legible on light and on dark."""
_SCORES = {"psnr": "PSNR (dB)", "accuracy": "Accuracy (%)"}
_HEIGHT = 380
_SHOWN_AT_FIRST = 6


def show() -> None:
    """The page."""
    store = Store.open()
    known = results.epochs(store)
    if known.empty:
        _say_what_to_run()
        return
    names = sorted(set(known["training"]))
    chosen = Bar().many("training", "Trainings", names, default=names[:_SHOWN_AT_FIRST])
    show_notes()
    rows = known[known["training"].isin(chosen)]
    colours = {name: COLOURS[place % len(COLOURS)] for place, name in enumerate(names)}
    figures = [
        score_chart(rows, column, colours) for column in _SCORES if rows[column].notna().any()
    ]
    with st.container(key="beside-curves"):
        for place, figure in zip(
            st.columns(len(figures) + 1), [*figures, loss_chart(rows, colours)], strict=True
        ):
            place.plotly_chart(figure, config={"displayModeBar": False})
    st.caption(_in_words(rows))
    summary = as_shown(trainings(frame=rows))
    right = st.column_config.Column(alignment="right")
    st.dataframe(
        summary,
        hide_index=True,
        height="content",
        placeholder=NOTHING,
        column_config=dict.fromkeys(summary.columns[1:-2], right),
        key="trainings",
    )
    st.download_button(
        "Download every epoch as csv",
        csv_of(rows),
        file_name="history.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def score_chart(rows: pd.DataFrame, column: str, colours: dict[str, str]) -> go.Figure:
    """What epochs are judged by, a line a training; the epoch that was kept is marked."""
    figure = go.Figure()
    percent = 100 if column == "accuracy" else 1
    for name, own in rows[rows[column].notna()].groupby("training", sort=True):
        values = percent * own[column]
        figure.add_trace(_line(str(name), own["epoch"], values, colours[str(name)], "%{y:.2f}"))
        best = own["best"]
        figure.add_trace(
            go.Scatter(
                x=own["epoch"][best],
                y=values[best],
                mode="markers",
                marker={"symbol": "star", "size": 13, "color": colours[str(name)]},
                hoverinfo="skip",
                showlegend=False,
            )
        )
    return _dressed(figure, f"{_SCORES[column]} of the validation images")


def loss_chart(rows: pd.DataFrame, colours: dict[str, str]) -> go.Figure:
    """The loss of training, and dashed that of the validation images, on a logarithmic axis."""
    figure = go.Figure()
    for name, own in rows.groupby("training", sort=True):
        for column, dash in (("loss", "solid"), ("validation_loss", "dash")):
            if own[column].notna().any():
                line = _line(str(name), own["epoch"], own[column], colours[str(name)], "%{y:.5f}")
                line.update(line_dash=dash, showlegend=False)
                figure.add_trace(line)
    figure.update_yaxes(type="log", exponentformat="none", nticks=6)
    return _dressed(figure, "Loss (dashed: of the validation images)")


def _line(name: str, epochs: pd.Series, values: pd.Series, colour: str, form: str) -> go.Scatter:
    shown = html.escape(name)
    return go.Scatter(
        x=epochs,
        y=values,
        name=shown,
        mode="lines+markers" if len(epochs) <= 40 else "lines",
        line={"color": colour, "width": 2},
        marker={"size": 5},
        hovertemplate=f"{shown}, epoch %{{x}}: {form}<extra></extra>",
    )


def _dressed(figure: go.Figure, title: str) -> go.Figure:
    figure.update_xaxes(title_text="Epoch", title_font_size=12, rangemode="tozero", tickformat="d")
    figure.update_yaxes(title_text=title, title_font_size=12)
    figure.update_layout(
        height=_HEIGHT,
        margin={"l": 0, "r": 8, "t": 36, "b": 8},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        showlegend=True,
    )
    return figure


def as_shown(summary: pd.DataFrame) -> pd.DataFrame:
    """The summary with its numbers written out; columns that nothing fills are left out."""
    shown = pd.DataFrame({"Training": summary["training"]})
    shown["Epochs"] = summary["epochs"].astype(str)
    shown["Best epoch"] = summary["best_epoch"].astype(str)
    texts: dict[str, tuple[str, Any]] = {
        "PSNR (dB)": ("psnr", "{:.2f}".format),
        "Accuracy": ("accuracy", "{:.1%}".format),
        "Started at": ("started_at", "{:.2f}".format),
        "Validation loss": ("validation_loss", "{:.5f}".format),
        "Time": ("seconds", clock),
        "Peak memory (GB)": ("peak_bytes", lambda value: f"{value / 1e9:.2f}"),
    }
    for title, (column, form) in texts.items():
        if summary[column].notna().any():
            shown[title] = [NOTHING if pd.isna(v) else form(v) for v in summary[column]]
    shown["Judged on"] = summary["validation"].fillna(NOTHING)
    shown["Protocol"] = summary["protocol"].fillna(NOTHING)
    return shown


def clock(seconds: float) -> str:
    """Seconds as `0:02:05`."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


def _in_words(rows: pd.DataFrame) -> str:
    count = counted(rows["training"].nunique(), "training")
    return (
        f"{count}. A star marks the epoch whose weights were kept, the first of the best. Epoch 0 "
        "is what a fine-tuning started from. PSNR is the mean over whole validation images under "
        "the protocol named below; numbers of other protocols or images cannot be compared with it."
    )


def _say_what_to_run() -> None:
    st.header("Nothing was trained yet")
    st.markdown(
        f"{code('srlab show recipes')} lists what can be trained; what each epoch reached then "
        "shows up here while the training runs. For example:"
    )
    st.code(FIRST_STEP, language="bash")


if __name__ == "__main__":
    show()
