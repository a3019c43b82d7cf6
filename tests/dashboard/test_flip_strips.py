"""The strips of the flips page: pictures, bars, maps of the evidence, commands."""

from __future__ import annotations

import shlex

from dashboard import results
from dashboard.flips import strips
from dashboard.flips.choosing import FlipSelection
from dashboard.results import Cell
from dashboard.study import Study
from dashboard.viewer import Flip
from srlab.image.files import image_size
from srlab.store.store import Store
from tests.dashboard.predicted import SELECTION, SETTING, keep_explanation, keep_predictions

CELL = Cell(benchmark="tiny", scale=3, protocol="paper-y", degradation="matlab-bicubic")


def shown_flips(
    store: Store, study: Study, selection: FlipSelection = SELECTION
) -> dict[str, Flip]:
    """The strips of all flips of a selection, by id."""
    rows = selection.here(study.pairs[study.pairs["flipped"]])
    shown = strips.read_shown(store, rows, selection, "paper-y")
    return {flip.id: flip for flip in strips.strips_of(store, rows, shown)}


def test_a_strip_is_original_small_and_upscaled_with_their_labels(store, study) -> None:
    flip = shown_flips(store, study)["bicubic n02"]
    assert [seen.title for seen in flip.seen] == ["original", "small ×3", "bicubic"]
    assert [(seen.height * seen.factor, seen.width * seen.factor) for seen in flip.seen] == [
        (63, 60)
    ] * 3
    assert [seen.chances[0].label for seen in flip.seen] == ["cat", "owl", "fox"]
    assert [seen.chances[0].truth for seen in flip.seen] == [True, False, False]
    assert flip.seen[2].detail.endswith(" dB")
    assert flip.kind == "harmed"


def test_a_strip_of_the_small_image_has_no_upscaled_one(store, study) -> None:
    flip = shown_flips(store, study)["small n01"]
    assert [seen.title for seen in flip.seen] == ["original", "small ×3"]
    assert (flip.maps, flip.todo) == ([], "")


def test_a_true_class_that_is_unlikely_is_added_to_the_bars() -> None:
    row = {"truth": "cat", "truth_probability": 0.001, "top": [("fox", 0.9), ("owl", 0.05)]}
    bars = strips.chances(row)
    assert [(bar.label, bar.text, bar.truth, bar.far) for bar in bars] == [
        ("fox", "90%", False, False),
        ("owl", "5%", False, False),
        ("cat", "0.1%", True, True),
    ]


def test_maps_are_shown_with_what_their_colours_mean(store, study) -> None:
    flip = shown_flips(store, study)["bicubic n00"]
    [maps] = flip.maps
    assert flip.todo == ""
    assert [one["title"] for one in maps.pictures] == ["original", "upscaled", "difference"]
    assert (maps.low, maps.high) == ("−12.5%", "+12.5%")
    assert "speaks for “fox”" in maps.note
    assert "12.5 percentage points" in maps.note


def test_maps_of_weights_that_were_superseded_are_not_shown(copy) -> None:
    keep_explanation(copy, "tiny", "n01", "bicubic", classifier_fingerprint=bytes(16))
    assert set(results.explanations(copy, SETTING)["sample"]) == {"n00"}


def test_a_flip_without_maps_names_the_command_that_makes_them(store, study) -> None:
    flip = shown_flips(store, study)["bicubic n02"]
    assert flip.todo == shlex.join(
        [
            *("srlab", "explain", "n02", "-u", "bicubic", "-s", "3", "-b", "tiny"),
            "--store",
            str(store.root),
        ]
    )


def test_the_command_quotes_names_and_tells_classifiers_apart(copy, hostile) -> None:
    for classifier in ("one", "two"):
        labels = {hostile: "cat"}, {hostile: "fox"}
        keep_predictions(
            copy,
            "odd",
            {"original": labels[0], "bicubic": labels[1]},
            truth=labels[0],
            classes=["cat", "fox"],
            classifier=classifier,
        )
    selection = FlipSelection(benchmark="odd", classifier="one", scale=3, arms=("bicubic",))
    study = results.study(copy, selection.setting)
    [flip] = shown_flips(copy, study, selection).values()
    typed = shlex.split(flip.todo)
    assert typed[:3] == ["srlab", "explain", hostile]
    assert typed[typed.index("--classifier") + 1] == "one=/of/one"


def test_a_damaged_picture_is_named_and_a_missing_one_has_no_address(copy, study) -> None:
    rows = results.sample_scores(
        copy,
        results.Cell(benchmark="tiny", scale=3, protocol="paper-y", degradation="matlab-bicubic"),
        "n02",
    )
    hr, sr = (rows.loc[rows["upscaler"] == "bicubic", name].iloc[0] for name in ("hr", "sr"))
    copy.pictures.path(sr).write_bytes(copy.pictures.read(hr))
    flip = shown_flips(copy, study)["bicubic n02"]
    assert [seen.detail for seen in flip.seen] == ["", "", strips.DAMAGED]
    copy.pictures.path(sr).unlink()
    flip = shown_flips(copy, study)["bicubic n02"]
    assert flip.seen[2].url == ""
    copy.pictures.path(hr).unlink()
    flip = shown_flips(copy, study)["bicubic n02"]
    assert [bool(seen.url) for seen in flip.seen] == [False, True, False]
    assert flip.seen[0].chances[0].label == "cat"


def test_maps_have_the_size_of_the_original(store, study) -> None:
    flip = shown_flips(store, study)["bicubic n00"]
    digest = flip.maps[0].pictures[0]["url"].split("/")[-1].removesuffix(".png")
    assert image_size(store.maps.read(digest)) == (flip.height, flip.width)
