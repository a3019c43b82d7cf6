"""The page of trainings: what is charted, what stands in the table, and where there is nothing."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from dashboard.views.training import COLOURS, as_shown, loss_chart, score_chart
from srlab.analysis.history import history, trainings
from srlab.store.store import Store
from tests.dashboard.screen import said
from tests.trained import keep_fine_tuning, keep_history

_CLASSIFIER = {1: {"accuracy": 0.5, "loss": 1.0}, 2: {"accuracy": 0.25, "loss": 0.9}}


@pytest.fixture
def trained(tmp_path: Path, hostile: str) -> Store:
    """Two trainings, one of a classifier with a hostile name, and no scores."""
    store = Store.create(tmp_path / "trained")
    keep_fine_tuning(store)
    keep_history(store, hostile, _CLASSIFIER, recipe=b"c")
    return store


@pytest.fixture
def rows(trained: Store) -> pd.DataFrame:
    return history(store=trained)


def _colours(rows: pd.DataFrame) -> dict[str, str]:
    return dict(zip(sorted(set(rows["training"])), COLOURS, strict=False))


def test_scores_are_lines_with_a_star_at_the_epoch_that_was_kept(rows) -> None:
    line, star = score_chart(rows, "psnr", _colours(rows)).data
    assert list(line.x) == [0, 1, 2, 3, 4]
    assert list(line.y) == [30, 31, 33, 33, 32]
    assert (list(star.x), list(star.y)) == ([2], [33])


def test_accuracies_are_per_cent_and_names_are_escaped(rows, hostile) -> None:
    line, _ = score_chart(rows, "accuracy", _colours(rows)).data
    assert list(line.y) == [50, 25]
    assert hostile not in line.name
    assert "&lt;img" in line.name
    assert hostile not in line.hovertemplate


def test_losses_of_training_and_validation_share_a_colour(rows) -> None:
    lines = loss_chart(rows[rows["training"] == "tuned"], _colours(rows)).data
    assert [line.line.dash for line in lines] == ["solid", "dash"]
    assert lines[0].line.color == lines[1].line.color
    assert list(lines[1].y) == pytest.approx([0.2, 0.1, 0.2 / 3, 0.05, 0.04])


def test_the_table_writes_numbers_out(rows) -> None:
    shown = as_shown(trainings(frame=rows)).set_index("Training").loc["tuned"]
    assert shown.to_dict() == {
        "Epochs": "4",
        "Best epoch": "2",
        "PSNR (dB)": "33.00",
        "Accuracy": "–",
        "Started at": "30.00",
        "Validation loss": "0.06667",
        "Time": "0:04:00",
        "Peak memory (GB)": "1.00",
        "Judged on": "set5",
        "Protocol": "paper-y",
    }


def test_the_page_needs_no_scores_and_a_link_chooses_trainings(app, trained) -> None:
    at = app("training", root=trained.root, training="tuned")
    assert not at.exception
    assert at.multiselect("many-training").value == ["tuned"]
    assert at.dataframe[0].value["Training"].tolist() == ["tuned"]
    assert "1 training. A star marks" in said(at)


def test_a_store_without_trainings_says_what_to_run(app) -> None:
    at = app("training")
    assert not at.exception
    assert "Nothing was trained yet" in said(at)
    assert at.code[0].value.endswith("srlab train mine.toml")
