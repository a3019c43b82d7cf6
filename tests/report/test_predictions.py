"""The part on predictions says what the store's predictions say."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import shutil
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from srlab.analysis.accuracy import accuracy
from srlab.analysis.compared import against_original
from srlab.analysis.flips import COLUMNS, flips
from srlab.analysis.frames import Filter
from srlab.analysis.margins import margins
from srlab.analysis.predictions import PredictionFilter, predictions
from srlab.analysis.transitions import transitions
from srlab.errors import ReportError
from srlab.report import prediction_words
from srlab.report.compose import compose
from srlab.report.document import Bullets, Document, Estimate, Heading, Note, Paragraph, Table
from srlab.report.markdown import to_markdown
from srlab.report.write import FORMATS, write_report
from srlab.store.store import Store
from tests.report.predicting import predict

TRUTH = "aabbccd"
SAID = {
    "original": "aabbcaa",
    "small": "aabaaaa",
    "bicubic": "aabbcaa",
    "lanczos": "abbbcca",
    "nearest": "bbbaadd",
}
PATCHES = tuple(f"brick/r{i}c0" for i in range(7))


@pytest.fixture(scope="module")
def looked_at(made_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Seven small pictures of four classes, classified at x3; not to be changed."""
    root = tmp_path_factory.mktemp("looked") / "store"
    shutil.copytree(made_store.root, root)
    return predict(Store.open(root), SAID, truth=TRUTH)


@pytest.fixture
def bare(tmp_path: Path) -> Store:
    """A store without a score or a picture."""
    return Store.create(tmp_path / "bare")


@pytest.fixture(scope="module")
def document(looked_at: Store) -> Document:
    return compose(looked_at)


def _table(document: Document, caption: str) -> Table:
    [found] = [b for b in document.blocks if isinstance(b, Table) and caption in b.caption]
    return found


def _text(document: Document) -> str:
    parts: list[str] = []
    for block in document.blocks:
        if isinstance(block, Paragraph | Note | Heading):
            parts.append(block.text)
        elif isinstance(block, Bullets):
            parts += block.items
    return "\n".join(parts)


def _headings(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Heading)]


def _values(table: Table) -> list[list[object]]:
    return [[cell.value for cell in row] for row in table.rows]


def _file(document: Document, name: str) -> list[dict[str, str]]:
    [found] = [file for file in document.provenance.files if file.name == name]
    return list(csv.DictReader(io.StringIO(found.content.decode())))


def _frame(store: Store) -> pd.DataFrame:
    return predictions(store)


# What is there


def test_without_predictions_there_is_no_such_part(made_store: Store):
    document = compose(made_store)
    assert "Predictions" not in _headings(document)
    assert document.provenance.files == ()
    assert "classified" not in document.subtitle


def test_the_part_comes_after_the_results_and_before_provenance(document: Document):
    headings = _headings(document)
    order = ["Results", "Best and worst images", "Predictions", "How these numbers were made"]
    assert [name for name in headings if name in order] == order
    assert document.subtitle.endswith(", scored by PSNR and SSIM, classified by vit")


def test_images_classifier_and_arms_are_named(document: Document):
    text = _text(document)
    assert "Images: 7 images of 4 classes of small (1 to 2 of each), at ×3." in text
    assert "Classifier: vit, ViTForImageClassification, 76,301 parameters, knows 8 classes" in text
    assert "makes every image 64×64, processor backend pil; digest" in text
    assert "Arms: original, small, bicubic, lanczos and nearest." in text


def test_the_controls_are_explained_and_a_missing_one_is_named(bare: Store):
    said = {name: SAID[name] for name in ("original", "lanczos")}
    text = _text(compose(predict(bare, said, truth=TRUTH, samples=PATCHES)))
    assert prediction_words.CONTROLS in text
    assert "There is no prediction of the small image and bicubic: what is called changed" in text


def test_a_control_that_one_scale_lacks_is_named_with_it(bare: Store):
    predict(bare, SAID, truth=TRUTH, samples=PATCHES)
    predict(
        bare, {n: SAID[n] for n in ("original", "small")}, truth=TRUTH, samples=PATCHES, scale=2
    )
    assert "There is no prediction of bicubic at ×2: " in _text(compose(bare))


@pytest.mark.parametrize("facts", ["{", "[1]", "3"])
def test_facts_of_a_classifier_that_cannot_be_read_are_left_out_with_a_note(
    bare: Store, facts: str
):
    text = _text(compose(predict(bare, SAID, truth=TRUTH, samples=PATCHES, facts=facts)))
    assert "Classifier: vit, knows 8 classes; digest" in text
    assert prediction_words.unread_classifier("vit") in text


def test_facts_of_other_types_are_left_out(bare: Store):
    facts = json.dumps({"parameters": "many", "input_size": [1, "x"], "backend": 3})
    text = _text(compose(predict(bare, SAID, truth=TRUTH, samples=PATCHES, facts=facts)))
    assert "Classifier: vit, knows 8 classes; digest" in text


# Numbers


def test_every_accuracy_is_that_of_the_analysis(document: Document, looked_at: Store):
    shown = _values(_table(document, "accuracy with Wilson"))
    expected = accuracy(_frame(looked_at))
    assert [row[1] for row in shown] == list(expected["upscaler"])
    for row, (_, item) in zip(shown, expected.iterrows(), strict=True):
        assert row[2] == item["n"] == 7
        for cell, top in zip(row[3:], ("top1", "top5"), strict=True):
            assert isinstance(cell, Estimate)
            names = (top, f"{top}_low", f"{top}_high")
            assert (cell.value, cell.low, cell.high) == tuple(100 * item[name] for name in names)


def test_the_four_way_table_is_that_of_the_analysis(document: Document, looked_at: Store):
    shown = _values(_table(document, "what became of the originals' predictions"))
    expected = transitions(against_original(_frame(looked_at)))
    names = ["kept_right", "harmed", "rescued", "kept_wrong", "changed_wrong"]
    names += ["mcnemar_p", "holm_p"]
    assert [row[1:] for row in shown] == [
        [item["upscaler"], *(item[name] for name in names)] for _, item in expected.iterrows()
    ]
    assert all(sum(row[2:6]) == 7 for row in shown)  # type: ignore[arg-type]


def test_changes_are_told_in_words(document: Document):
    text = _text(document)
    assert (
        "nearest ×3: six of 7 images (85.7%) were classified differently: four harmed, one "
        "rescued, one wrong both times; McNemar's exact test gives p = 0.3750, by Holm "
        "p = 1.0000, and with so few no exact test can go under 0.05."
    ) in text
    assert "bicubic ×3: none of 7 images was classified differently." in text


def test_the_summary_tells_the_fewest_and_the_most_changes(document: Document):
    assert (
        "small, vit, ×3 (n = 7): 0 (0%) upscaled by bicubic (the fewest), 6 (85.7%) upscaled by "
        "nearest (the most) and 2 (28.6%) left small."
    ) in _text(document)


def test_images_that_lack_a_prediction_are_named_and_counted(bare: Store):
    document = compose(predict(bare, {**SAID, "lanczos": "abbbcc "}, truth=TRUTH, samples=PATCHES))
    assert "lanczos ×3: not compared: 1 image without this arm's prediction." in _text(document)
    missing = {str(row[1]): row[3] for row in _values(_table(document, "accuracy with Wilson"))}
    assert missing["lanczos"] == 1
    assert missing["bicubic"] == 0


def test_margins_and_their_chart_are_those_of_the_analysis(document: Document, looked_at: Store):
    shown = {row[1]: row for row in _values(_table(document, "original's margin where"))}
    expected = margins(against_original(_frame(looked_at)).pairs).set_index("upscaler")
    for name, row in shown.items():
        assert row[2] == expected.loc[name, "flipped"]
        assert isinstance(row[6], Estimate)
        assert row[6].value == pytest.approx(100 * expected.loc[name, "auc"], nan_ok=True)
    assert "margins-small-vit.png" in [figure.name for figure in document.figures]


def test_flips_are_held_against_the_scores_of_the_same_images(document: Document):
    table = _table(document, "worse score under paper-y")
    assert [column.title for column in table.columns] == ["Scale", "Upscaler", "PSNR, %", "SSIM, %"]
    assert [row[1] for row in _values(table)] == ["bicubic", "lanczos", "nearest"]


def test_images_without_a_score_are_counted(own_store: Store):
    samples = [*(f"s{i}" for i in range(3)), "astronaut", "camera", "chelsea", "coffee"]
    text = _text(compose(predict(own_store, SAID, truth=TRUTH, samples=samples)))
    assert "Images without a score are in no pair: up to 3 images of a row." in text


def test_where_nothing_changed_no_cause_is_looked_for(bare: Store):
    document = compose(predict(bare, dict.fromkeys(SAID, "aabbcaa"), truth=TRUTH, samples=PATCHES))
    assert "What changed" in _headings(document)
    assert "Why predictions change" not in _headings(document)
    assert "Pictures" not in _headings(document)
    assert "0 (0%) upscaled by any of 3 upscalers" in _text(document)


def test_of_five_classes_there_is_no_top_5(bare: Store):
    document = compose(predict(bare, SAID, truth=TRUTH, samples=PATCHES, classes=tuple("abcd")))
    table = _table(document, "accuracy with Wilson")
    assert [column.title for column in table.columns] == ["Scale", "Arm", "n", "Top-1, %"]
    assert "too few classes for a top-5" in table.caption


def test_of_many_arms_those_are_told_that_say_most(bare: Store):
    names = {f"net-{i:02}": "b" * i + "aaabbaaaaaaaaaa"[i:] for i in range(15)}
    said = {"original": "a" * 15, "small": "a" * 15, "bicubic": "a" * 15, **names}
    samples = [f"s{i:02}" for i in range(15)]
    document = compose(predict(bare, said, truth="a" * 15, samples=samples))
    told = [line for line in _text(document).splitlines() if " ×3: " in line]
    assert [line.partition(" ×3")[0] for line in told] == [
        "the small image",
        "bicubic",
        "net-00",
        "net-14",
    ]
    assert "Of the 17 rows of the table, " in _text(document)
    assert len(_table(document, "what became of").rows) == 17


def test_of_many_classes_the_ten_that_lose_most_are_shown(bare: Store):
    classes = [f"c{i:02}" for i in range(30)]
    samples = [f"s{i:02}" for i in range(30)]
    said = {"original": classes, "bicubic": ["c00"] * 12 + classes[12:]}
    document = compose(predict(bare, said, truth=classes, classes=classes, samples=samples))
    table = _table(document, "recall in % by class, the 10 of 30 that lose most")
    assert [row[0] for row in _values(table)] == classes[1:11]
    assert [row[2:] for row in _values(table)] == [[100.0, 0.0]] * 10


def test_without_an_arm_to_compare_there_are_accuracies_alone(bare: Store):
    said = {"original": SAID["original"]}
    document = compose(predict(bare, said, truth=TRUTH, samples=PATCHES))
    assert len(_table(document, "accuracy with Wilson").rows) == 1
    assert "What changed" not in _headings(document)
    assert _file(document, "flips.csv") == []
    assert len(_file(document, "predictions.csv")) == 7


def test_without_the_originals_nothing_is_compared_and_that_is_said(bare: Store):
    said = {"bicubic": SAID["bicubic"]}
    text = _text(compose(predict(bare, said, truth=TRUTH, samples=PATCHES)))
    assert "bicubic ×3: not compared: 7 images without the original's prediction." in text
    assert "small, vit, ×3 (n = 0): nothing could be compared." in text


# Files


def test_predictions_csv_holds_every_row_with_its_divergence(document: Document, looked_at: Store):
    rows = _file(document, "predictions.csv")
    assert len(rows) == len(_frame(looked_at)) == 35
    assert {row["label"] for row in rows if row["arm"] == "original"} == {"a", "b", "c"}
    assert all((row["divergence"] == "") == (row["arm"] == "original") for row in rows)
    bicubic = [row for row in rows if row["upscaler"] == "bicubic"]
    assert [float(row["divergence"]) for row in bicubic] == [0.0] * 7
    assert all(len(row["key"]) == 32 for row in rows)


def test_flips_csv_is_the_list_of_flips(document: Document, looked_at: Store):
    [found] = [file for file in document.provenance.files if file.name == "flips.csv"]
    assert found.content.decode() == flips(looked_at).to_csv(index=False, lineterminator="\n")
    assert found.content.decode().splitlines()[0] == ",".join(COLUMNS)


def test_the_digest_of_every_file_is_named(document: Document):
    text = _text(document)
    assert [file.name for file in document.provenance.files] == [
        "predictions.csv",
        "flips.csv",
        "classes.csv",
    ]
    for file in document.provenance.files:
        assert hashlib.sha256(file.content).hexdigest() in text


def test_few_flips_are_all_listed(document: Document, looked_at: Store):
    table = _table(document, "every changed prediction")
    listed = flips(looked_at)
    assert [row[0] for row in _values(table)] == list(listed["sample"])
    assert [row[-1] for row in _values(table)] == list(listed["category"])


def test_of_many_flips_the_file_is_named(bare: Store):
    samples = [f"s{i:02}" for i in range(41)]
    said = {"original": "a" * 41, "bicubic": "b" * 41}
    document = compose(predict(bare, said, truth="a" * 41, samples=samples))
    assert "The 41 changed predictions are too many to print; flips.csv" in _text(document)
    assert "Every changed prediction" not in _headings(document)


def test_each_classifier_has_its_part_and_its_list(bare: Store):
    predict(bare, SAID, truth=TRUTH, samples=PATCHES)
    predict(bare, SAID, truth=TRUTH, samples=PATCHES, classifier="other")
    document = compose(bare)
    headings = _headings(document)
    assert [name for name in headings if name.startswith("small, ")] == [
        "small, other",
        "small, vit",
    ]
    assert [file.name for file in document.provenance.files] == [
        "predictions.csv",
        "flips-small-other.csv",
        "flips-small-vit.csv",
        "classes.csv",
    ]


def test_files_are_written_beside_the_report(looked_at: Store, tmp_path: Path):
    paths = write_report(looked_at, tmp_path, formats=("md",))
    assert [path.name for path in paths[:4]] == [
        "rows.csv",
        "predictions.csv",
        "flips.csv",
        "classes.csv",
    ]
    text = (tmp_path / "report.md").read_text()
    for name in ("predictions.csv", "flips.csv", "classes.csv"):
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() in text


# Selection


def test_predictions_follow_the_selection_of_scores(looked_at: Store):
    assert "Predictions" not in _headings(compose(looked_at, Filter(scales=[2])))
    few = compose(looked_at, Filter(samples=["astronaut", "camera"], upscalers=["lanczos"]))
    rows = _file(few, "predictions.csv")
    assert {row["sample"] for row in rows} == {"astronaut", "camera"}
    assert {row["upscaler"] for row in rows} == {"", "lanczos", "bicubic"}


def test_a_filter_of_its_own_says_which_predictions(bare: Store):
    predict(bare, SAID, truth=TRUTH, samples=PATCHES)
    predict(bare, SAID, truth=TRUTH, samples=PATCHES, classifier="other")
    document = compose(bare, predictions=PredictionFilter(classifiers=["other"]))
    assert {row["classifier"] for row in _file(document, "predictions.csv")} == {"other"}


def test_a_filter_that_fits_nothing_is_said(looked_at: Store):
    document = compose(looked_at, predictions=PredictionFilter(classifiers=["nobody"]))
    assert prediction_words.NONE_FIT in _text(document)


def test_scores_beyond_the_selection_are_in_rows_csv(looked_at: Store):
    chosen = Filter(scales=[2], metrics=["psnr"])
    document = compose(looked_at, chosen, predictions=PredictionFilter(scales=[3]))
    rows = list(csv.DictReader(io.StringIO(document.provenance.rows_csv.decode())))
    assert len(rows) == 21 + 42
    assert "the 63 scores in rows.csv" in _text(document)
    [means] = [b for b in document.blocks if isinstance(b, Table) and ": means" in b.caption]
    assert [column.title for column in means.columns] == ["Upscaler", "PSNR ×2, dB"]


def test_predictions_without_any_score_make_a_report(bare: Store, tmp_path: Path):
    document = compose(predict(bare, SAID, truth=TRUTH, samples=PATCHES))
    assert _headings(document)[:2] == ["Summary", "Predictions"]
    assert document.title == "Super-resolution on small"
    assert document.subtitle == "3 upscalers at ×3, classified by vit"
    assert document.provenance.newest == datetime(2026, 3, 1)
    assert "No picture of brick/" in _text(document)
    write_report(bare, tmp_path / "out", formats=("md", "pdf"))
    assert (tmp_path / "out" / "report.pdf").is_file()


def test_neither_scores_nor_predictions_are_nothing_to_write_up(looked_at: Store):
    with pytest.raises(ReportError, match="nothing to write up"):
        compose(looked_at, Filter(benchmarks=["none"]))


# Commands


def test_the_commands_classify_and_evaluate_no_class_set(document: Document):
    text = to_markdown(document)
    assert "srlab classify --images small --classifier vit -u bicubic -u lanczos" in text
    assert "--samples 7" in text
    assert "srlab evaluate" not in text


def test_the_runs_count_predictions(document: Document):
    table = _table(document, "The runs behind the rows")
    assert [column.title for column in table.columns][2:4] == ["Scores", "Predictions"]
    counts = {str(row[0]): row[2:4] for row in _values(table)}
    assert counts["looking"] == [0, 35]


# Sets and names


def test_a_known_set_of_classes_has_its_source_and_its_note(bare: Store):
    predict(bare, SAID, truth=TRUTH, benchmark="materials", samples=list("tuvwxyz"))
    assert "materials: each class is one photograph" in _text(compose(bare))


def test_names_that_look_like_markup_are_printed_as_they_are(own_store: Store, tmp_path: Path):
    labels = ("<script>", "a|b_*", "$x$ #eval", "{=html}", "@me")
    said = {name: [labels["abcd".index(letter)] for letter in text] for name, text in SAID.items()}
    truth = [labels["abcd".index(letter)] for letter in TRUTH]
    predict(own_store, said, truth=truth, classes=labels, classifier="../v|t <b>")
    write_report(own_store, tmp_path / "out", formats=FORMATS)
    html = (tmp_path / "out" / "report.html").read_text()
    assert "<script>" not in html.replace("&lt;script&gt;", "")
    assert sorted(path.name for path in (tmp_path / "out" / "figures").iterdir()) == [
        "best-small.png",
        "chart-small.png",
        "harmed-small-..-v-t-b.png",
        "margins-small-..-v-t-b.png",
        "ranks-small.png",
        "rescued-small-..-v-t-b.png",
        "worst-small.png",
    ]


def test_classifiers_whose_names_look_alike_get_files_of_their_own(own_store: Store):
    predict(own_store, SAID, truth=TRUTH, classifier="v_t")
    predict(own_store, SAID, truth=TRUTH, classifier="v-t")
    document = compose(own_store)
    names = [figure.name for figure in document.figures if figure.name.startswith("harmed")]
    assert names == ["harmed-small-v-t.png", "harmed-small-v-t-2.png"]


def test_a_row_without_probabilities_is_in_no_divergence(bare: Store):
    predict(bare, SAID, truth=TRUTH, samples=PATCHES)
    frame = bare.frame("SELECT * FROM predictions", tables=("predictions",))
    rows = frame[frame["upscaler"] == "nearest"].to_dict("records")
    bare.append(
        "predictions",
        [{**row, "probabilities": None, "time": datetime(2026, 4, 1)} for row in rows],
    )
    shown = _values(_table(compose(bare), "share of images changed"))
    divergence = {str(row[1]): row[-1] for row in shown}
    assert isinstance(divergence["nearest"], Estimate)
    assert math.isnan(divergence["nearest"].value)
