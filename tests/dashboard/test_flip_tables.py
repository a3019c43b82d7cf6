"""The tables and charts of the flips page."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from dashboard import results
from dashboard.flips import changes, closeness, relations
from tests.dashboard.predicted import CLASSIFIER, LOOK, SELECTION, SETTING


def test_controls_stand_first_and_the_four_ways_add_up(study) -> None:
    shown = changes.as_shown(SELECTION.here(study.changes))
    assert shown["Seen as"].tolist() == ["small", "bicubic", "lanczos"]
    parts = shown[["Kept right", "Harmed", "Rescued", "Kept wrong"]].sum(axis=1)
    assert parts.tolist() == shown["Images"].tolist() == [12, 12, 12]
    text = changes.styled(shown).to_string()
    assert "91.7%" in text
    assert "0.91" not in text


def test_the_accuracy_table_begins_with_the_originals(study) -> None:
    table = changes.accuracy_table(study, SELECTION)
    assert table["Seen as"].tolist() == ["original", "small", "bicubic", "lanczos"]
    assert table["Accuracy"].tolist()[0] == "66.7%"
    assert table["Divergence (bit)"].tolist()[0] == "–"


def test_the_bars_say_what_the_axis_counts(study) -> None:
    figure = changes.chart(SELECTION.here(study.changes))
    assert "% of images" in figure.layout.xaxis.title.text
    kinds = {trace.name: list(trace.x) for trace in figure.data if trace.name}
    assert kinds["harmed"] == pytest.approx([200 / 12, 700 / 12, 100 / 12])


def test_the_margins_are_of_both_groups_with_their_sizes(study) -> None:
    figure = closeness.chart(SELECTION.here(study.pairs))
    assert figure.layout.xaxis.title.text.startswith("logit margin of the original")
    assert [trace.name for trace in figure.data] == [
        "flipped (n = 4, 11, 2)",
        "not flipped (n = 8, 1, 10)",
    ]
    assert [len(trace.x) for trace in figure.data] == [17, 19]


def test_flips_are_held_against_psnr_and_ssim(store) -> None:
    table = relations.quality_table(SELECTION.here(results.quality(store, SETTING, "paper-y")))
    assert set(table["Score"]) == {"PSNR (dB) ↑", "SSIM ↑"}
    assert table["Worse when flipped"].str.endswith("%").all()


def test_the_matrix_says_what_each_image_flipped_to_where(study) -> None:
    shown, kinds = relations.matrix(relations.recurring(study.pairs), study.pairs)
    assert list(shown)[-2:] == ["bicubic ×3", "lanczos ×3"]
    assert shown["Sample"].tolist()[:2] == ["n00", "n01"]
    assert shown["bicubic ×3"].tolist()[:2] == ["cat", "fox"]
    assert kinds["lanczos ×3"].tolist()[:2] == ["rescued", "harmed"]
    assert math.isnan(kinds["lanczos ×3"].iloc[2])


def test_the_confusion_of_flips_counts_every_arm(study) -> None:
    table = relations.confusion_table(SELECTION.here(study.confusion))
    assert list(table)[:3] == ["Original seen as", "Then as", "small"]
    assert table[["small", "bicubic", "lanczos"]].to_numpy().sum() == 4 + 11 + 2
    first = table.iloc[0]
    assert (first["Original seen as"], first["Then as"], first["bicubic"]) == ("cat", "fox", 4)


def test_names_are_escaped_in_charts(study, hostile_class) -> None:
    pairs = SELECTION.here(study.pairs).assign(sample=hostile_class, upscaler=hostile_class)
    assert hostile_class not in closeness.chart(pairs).to_json()


def test_rows_that_lack_a_name_are_left_out(copy) -> None:
    whole = results.study(copy, SETTING)
    row = {"benchmark": "tiny", "classifier": CLASSIFIER, "classifier_fingerprint": LOOK}
    labelled = {"label": "cat", "probability": 0.5, "margin": 1.0, "top": "[]"}
    setting = {"scale": 3, "degradation": "matlab-bicubic", "arm": "original", "upscaler": ""}
    copy.append("predictions", [{**row, **labelled, **setting}])
    edited = results.study(copy, SETTING)
    pd.testing.assert_frame_equal(edited.changes, whole.changes)
