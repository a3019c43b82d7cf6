"""The section on trainings."""

from __future__ import annotations

from pathlib import Path

import pytest

import srlab
from srlab.analysis.frames import Filter
from srlab.report.compose import compose
from srlab.report.document import Bullets, Document, Figure, Heading, Note, Table
from srlab.report.training_words import duration
from srlab.store.store import Store
from tests.trained import keep_fine_tuning, keep_history


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Scores of bicubic, and the history of a fine-tuning and of a classifier."""
    store = Store.create(tmp_path / "store")
    srlab.evaluate(["skimage"], ["bicubic"], [2], limit=1, metrics=["psnr"], store=str(store.root))
    keep_fine_tuning(store)
    keep_history(store, "vit", {1: {"accuracy": 0.5}, 2: {"accuracy": 0.25}})
    return store


def _section(document: Document) -> list:
    """The blocks below the heading Training; none where there is none."""
    blocks = list(document.blocks)
    titles = [b.text if isinstance(b, Heading) and b.level == 1 else "" for b in blocks]
    if "Training" not in titles:
        return []
    start = titles.index("Training") + 1
    end = next(i for i in range(start, len(titles)) if titles[i])
    return blocks[start:end]


def _one(blocks: list, kind: type):
    return next(block for block in blocks if isinstance(block, kind))


def test_each_training_is_told_with_what_it_reached_and_gained(store) -> None:
    tuned, vit = _one(_section(compose(store)), Bullets).items
    assert tuned == (
        "tuned was trained for 4 epochs (40 steps, 4 minutes on cpu). Epoch 2 was the best: "
        "33.00 dB under paper-y on set5, +3.00 dB over where it started."
    )
    assert vit.endswith("Epoch 1 was the best: 50.0% right.")


def test_the_table_holds_values_and_the_figures_are_by_what_was_judged(store) -> None:
    section = _section(compose(store))
    table = _one(section, Table)
    rows = {row[0].value: [cell.value for cell in row[1:]] for row in table.rows}
    titles = [column.title for column in table.columns[1:]]
    tuned = dict(zip(titles, rows["tuned"], strict=True))
    assert tuned["PSNR, dB"] == 33
    assert tuned["Started at"] == 30
    assert tuned["Minutes"] == pytest.approx(4)
    assert tuned["Accuracy, %"] is None
    figures = [block.name for block in section if isinstance(block, Figure)]
    assert figures == ["training-psnr.png", "training-accuracy.png"]


def test_a_selection_tells_only_of_trainings_that_are_named_or_used(store) -> None:
    bicubic = Filter(upscalers=["bicubic"])
    assert _section(compose(store, bicubic)) == []
    named = _section(compose(store, bicubic, trainings=["tuned"]))
    assert len(_one(named, Bullets).items) == 1


def test_the_training_of_an_evaluated_checkpoint_is_told(store, tmp_path) -> None:
    from srlab.shipped import share_root

    weights = share_root() / "checkpoints" / "srcnn-y-x2.safetensors"
    (tmp_path / "tuned.safetensors").write_bytes(weights.read_bytes())
    path = str(tmp_path / "tuned.safetensors")
    srlab.evaluate(["skimage"], [path], [2], limit=1, metrics=["psnr"], store=str(store.root))
    section = _section(compose(store, Filter(upscalers=["tuned"])))
    assert _one(section, Bullets).items[0].startswith("tuned was trained")


def test_what_has_no_room_in_the_figure_is_named(store) -> None:
    for place in range(4):
        keep_fine_tuning(store, f"net-{place}")
    note = _one(_section(compose(store)), Note)
    assert note.text.endswith("not drawn: tuned.")


def test_the_epochs_lie_beside_the_report(store) -> None:
    [file] = compose(store).provenance.files
    assert file.name == "history.csv"
    assert file.content.count(b"\n") == 1 + 5 + 2


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(1, "1 second"), (89, "89 seconds"), (600, "10 minutes"), (5400, "1.5 hours")],
)
def test_durations_have_the_digits_that_matter(seconds, text) -> None:
    assert duration(seconds) == text
