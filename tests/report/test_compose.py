"""The document says what the store holds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from srlab.analysis.frames import Filter, scores
from srlab.analysis.leaderboard import leaderboard
from srlab.analysis.paired import compare
from srlab.analysis.ranking import rank
from srlab.errors import ReportError
from srlab.metrics.catalog import METRICS
from srlab.report import phrases, provenance_words
from srlab.report.compose import compose
from srlab.report.document import Bullets, Document, Heading, Note, Paragraph, Table
from srlab.report.material import gather
from srlab.store.shards import now
from srlab.store.store import Store


def _tables(document: Document, caption: str) -> list[Table]:
    return [b for b in document.blocks if isinstance(b, Table) and caption in b.caption]


def _text(document: Document) -> str:
    parts: list[str] = []
    for block in document.blocks:
        if isinstance(block, Paragraph | Note | Heading):
            parts.append(block.text)
        elif isinstance(block, Bullets):
            parts += block.items
    return "\n".join(parts)


def _cells(table: Table) -> dict[tuple[str, str], str]:
    """(row's name, column's title) to printed text."""
    return {
        (str(row[0].value), column.title): phrases.cell_text(cell, column)
        for row in table.rows
        for cell, column in zip(row[1:], table.columns[1:], strict=True)
    }


@pytest.fixture(scope="module")
def document(made_store: Store) -> Document:
    return compose(made_store)


def test_every_mean_is_the_leaderboards_to_the_formats_digits(
    document: Document, made_store: Store
):
    [table] = _tables(document, ": means under")
    cells = _cells(table)
    board = leaderboard(made_store)
    assert len(cells) == len(board) == 12
    for _, row in board.iterrows():
        title = phrases.column_title(row["metric"], row["scale"])
        shown = cells[row["upscaler"], title]
        assert shown == f"{row['mean']:.{METRICS[row['metric']].decimals}f}"


def test_the_best_of_each_column_is_marked_and_no_other(document: Document, made_store: Store):
    [table] = _tables(document, ": means under")
    board = leaderboard(made_store)
    marked = {
        (str(row[0].value), column.title)
        for row in table.rows
        for cell, column in zip(row, table.columns, strict=True)
        if cell.best
    }
    best = board.drop_duplicates(["scale", "metric"])
    assert marked == {
        (row["upscaler"], phrases.column_title(row["metric"], row["scale"]))
        for _, row in best.iterrows()
    }


def test_every_gain_is_that_of_compare(document: Document, made_store: Store):
    [table] = _tables(document, "mean gain")
    shown = {(row[0].value, row[1].value): row for row in table.rows}
    for upscaler in ("lanczos", "nearest"):
        pairs = compare(upscaler, "bicubic", made_store, metrics=["psnr"])
        for _, row in pairs.iterrows():
            cells = shown[phrases.times(row["scale"]), upscaler]
            assert cells[2].value == pytest.approx(row["gain"], abs=1e-12)
            assert cells[3].value.low == pytest.approx(row["low"], abs=1e-12)  # type: ignore[union-attr]
            assert [cell.value for cell in cells[4:7]] == [row["wins"], row["losses"], row["n"]]


def test_the_images_shown_are_those_of_rank(document: Document, made_store: Store):
    [table] = _tables(document, "the images shown")
    ranked = rank("lanczos", made_store, by="gain", scales=[3])
    assert [row[1].value for row in table.rows] == list(ranked["sample"])
    assert [row[0].value for row in table.rows] == list(ranked["rank"])


def test_best_and_worst_never_show_an_image_twice(document: Document):
    names = [figure.name for figure in document.figures]
    assert names == ["chart-small.png", "ranks-small.png", "best-small.png", "worst-small.png"]
    captions = [figure.caption for figure in document.figures[2:]]
    assert "the best 5 images" in captions[0]
    assert "the worst 2 images" in captions[1]


def test_the_summary_names_leader_gain_and_n(document: Document, made_store: Store):
    row = leaderboard(made_store, scales=[2], metrics=["psnr"]).iloc[0]
    gain = f"{row['gain']:+.2f}"
    expected = f"small ×2 (n = 7): lanczos leads with {row['mean']:.2f} dB, {gain} dB over bicubic"
    assert expected in _text(document)


def test_few_images_come_with_a_warning(made_store: Store):
    few = compose(made_store, Filter(samples=["astronaut", "camera", "coffee"]))
    assert "No exact two-sided test of 3 images can go under p = 0.25." in _text(few)


def test_the_protocol_is_told_in_words(document: Document):
    text = _text(document)
    assert "paper-y compares the BT.601 luma" in text
    assert "matlab-bicubic (small ×2 and ×3)" in text


def test_rows_csv_holds_exactly_the_rows_used(made_store: Store):
    chosen = Filter(scales=[2], metrics=["psnr"])
    material = gather(made_store, chosen)
    lines = material.rows_csv.decode().splitlines()
    expected = scores(made_store, rows=chosen)
    assert len(lines) == len(expected) + 1
    assert lines[0].startswith("benchmark,sample,scale,upscaler,metric,protocol,value,")
    values = [float(line.split(",")[6]) for line in lines[1:]]
    assert values == list(expected["value"])


def test_the_report_names_the_digest_of_its_rows_and_its_runs(
    document: Document, made_store: Store
):
    assert document.provenance.sha256 in _text(document)
    [runs] = _tables(document, "runs behind")
    assert {row[0].value for row in runs.rows} == set(gather(made_store, Filter()).rows["run"])
    assert sum(int(row[2].value) for row in runs.rows) == 84  # type: ignore[arg-type]


def test_a_selection_narrows_the_report(made_store: Store):
    document = compose(made_store, Filter(upscalers=["bicubic", "nearest"], scales=[3]))
    [table] = _tables(document, ": means under")
    assert {row[0].value for row in table.rows} == {"bicubic", "nearest"}
    assert "×2" not in _text(document)


def test_without_the_baseline_values_take_the_place_of_gains(made_store: Store):
    document = compose(made_store, Filter(upscalers=["lanczos", "nearest"]))
    assert not _tables(document, "mean gain")
    assert "before nearest" in _text(document)
    assert document.figures[0].name == "chart-small.png"


def test_a_lone_baseline_is_written_up_too(made_store: Store):
    document = compose(made_store, Filter(upscalers=["bicubic"], metrics=["ssim"], scales=[2]))
    assert "bicubic is the only one of those shown that was scored on all images" in _text(document)


def test_an_upscaler_that_lacks_images_is_marked_and_leads_nothing(own_store: Store):
    _add(own_store, upscaler="keen", samples=("astronaut", "coffee"), value=99.0)
    document = compose(own_store, Filter(scales=[2]))
    [table] = _tables(document, ": means under")
    assert _cells(table)["keen", "PSNR ×2, dB"] == "99.00†"
    assert "keen: not scored on all images" in _text(document)
    assert "keen leads" not in _text(document)


def test_identical_images_are_counted_as_100_db_and_said(own_store: Store):
    _add(own_store, upscaler="exact", samples=("astronaut",), value=np.inf)
    document = compose(own_store, Filter(scales=[2], samples=["astronaut"]))
    [table] = _tables(document, ": means under")
    assert _cells(table)["exact", "PSNR ×2, dB"] == "∞‡"
    said = "exact ×2 under paper-y (1 identical, counted as 100 dB: 100.00 dB)"
    assert said in _text(document)
    assert "exact leads with ∞ dB (1 identical, counted as 100 dB: 100.00 dB)" in _text(document)


def test_failures_are_named_without_folders(own_store: Store):
    own_store.append("failures", [_failure()])
    document = compose(own_store)
    [table] = _tables(document, "Failures")
    assert [cell.value for cell in table.rows[0]] == [
        "small",
        "×2",
        "broken",
        None,
        None,
        None,
        "image-unreadable",
        "broken.png cannot be read",
    ]


def test_without_failures_there_is_no_such_section(document: Document):
    assert not _tables(document, "Failures")
    assert provenance_words.NO_FAILURES in _text(document)


def test_a_missing_picture_is_named_and_the_others_are_drawn(own_store: Store):
    rows = scores(own_store, samples=["coffee"], scales=[3], extra=["hr"])
    own_store.pictures.path(bytes(rows.iloc[0]["hr"])).unlink()
    document = compose(own_store)
    assert "No picture of coffee" in _text(document)
    assert "best-small.png" in [figure.name for figure in document.figures]


def test_exchanged_pictures_are_named_and_the_others_are_drawn(own_store: Store):
    rows = scores(own_store, samples=["coffee", "page"], scales=[3], extra=["hr", "lr"])
    hr, lr = (own_store.pictures.path(bytes(rows.iloc[0][name])) for name in ("hr", "lr"))
    content = hr.read_bytes()
    hr.write_bytes(lr.read_bytes())
    lr.write_bytes(content)
    document = compose(own_store)
    assert f"No picture of {rows.iloc[0]['sample']}: " in _text(document)
    assert "best-small.png" in [figure.name for figure in document.figures]


def test_a_picture_that_decodes_to_other_pixels_is_not_shown(own_store: Store):
    rows = scores(own_store, upscalers=["lanczos"], scales=[3], extra=["sr"])
    first, second = (
        own_store.pictures.path(bytes(rows.loc[rows["sample"] == name, "sr"].iloc[0]))
        for name in ("chelsea", "coffee")
    )
    first.write_bytes(second.read_bytes())
    assert "No picture of chelsea: " in _text(compose(own_store))


def test_a_file_that_is_no_picture_is_named(own_store: Store):
    rows = scores(own_store, samples=["coffee"], scales=[3], extra=["hr"])
    own_store.pictures.path(bytes(rows.iloc[0]["hr"])).write_bytes(b"\x89PNG and no more")
    assert "No picture of coffee: " in _text(compose(own_store))


def test_rows_of_an_unknown_metric_are_left_out_with_a_note(own_store: Store):
    _add(own_store, upscaler="bicubic", samples=("coffee",), value=1.0, metric="sparkle")
    document = compose(own_store)
    assert "Scores of sparkle are left out" in _text(document)
    assert b"sparkle" not in document.provenance.rows_csv


def test_a_store_of_unknown_metrics_alone_has_nothing_to_write_up(tmp_path):
    store = Store.create(tmp_path / "odd")
    _add(store, upscaler="bicubic", samples=("coffee",), value=1.0, metric="sparkle")
    with pytest.raises(ReportError, match="nothing to write up"):
        compose(store)


@pytest.mark.parametrize("facts", ["{", "[1]", "3"])
def test_facts_and_versions_that_are_no_object_are_left_out_with_a_note(
    own_store: Store, facts: str
):
    _add(own_store, upscaler="odd", samples=("coffee",), value=1.0, facts=facts)
    own_store.append("runs", [{"run": "r", "provenance": facts, "time": now()}])
    text = _text(compose(own_store))
    assert "What the store tells of odd is not as srlab writes it" in text
    assert "The versions stored with run r are not as srlab writes them." in text


def test_facts_of_other_types_are_left_out(own_store: Store):
    facts = '{"source": "net.pth", "weights": 3, "parameters": "many"}'
    _add(own_store, upscaler="odd", samples=("coffee",), value=1.0, facts=facts, family="network")
    packages = '{"srlab": ["1"], "packages": ["torch"]}'
    own_store.append("runs", [{"run": "r", "provenance": packages, "time": now()}])
    [table] = _tables(compose(own_store), "Upscalers")
    assert "weights net.pth, digest 3" in [row[2].value for row in table.rows]


def test_an_upscaler_without_facts_has_a_dash(own_store: Store):
    _add(own_store, upscaler="odd", samples=("coffee",), value=1.0, facts=None, family=None)
    [table] = _tables(compose(own_store), "Upscalers")
    assert ["odd", None, None, "×2"] in [[cell.value for cell in row] for row in table.rows]


def test_the_caption_says_over_how_many_comparisons_p_is_adjusted(document: Document):
    [table] = _tables(document, "mean gain")
    assert len(table.rows) == 4
    assert table.caption.endswith("p by Holm over 2 comparisons at each scale")


def test_an_empty_store_says_what_to_run(tmp_path):
    with pytest.raises(ReportError, match="run `srlab evaluate -b skimage"):
        compose(Store.create(tmp_path / "empty"))


@pytest.fixture
def as_set5(monkeypatch) -> None:
    """Take every set of five images for Set5, and every lr for MATLAB's."""
    monkeypatch.setattr("srlab.analysis.same_work._pixels", lambda store, image: np.zeros((2, 2)))
    monkeypatch.setattr("srlab.analysis.same_work.hr_digest", lambda pixels: b"")
    monkeypatch.setattr("srlab.analysis.same_work.known_name", lambda images, scale: "set5")


def test_printed_values_stand_beside_a_whole_known_set(tmp_path, as_set5):
    document = compose(_set5(tmp_path, images=5))
    [table] = _tables(document, "printed by papers")
    cells = {
        (str(row[0].value), phrases.cell_text(row[-1], table.columns[-1])): row
        for row in table.rows
    }
    assert cells["bicubic", "here"][1].value == 30.5
    printed = next(row for (name, source), row in cells.items() if name == "SRCNN")
    assert printed[1].value == 32.75
    assert "Dong et al., TPAMI 2016" in _text(document)
    assert "recognised by digests of its images" in _text(document)


def test_printed_values_are_left_out_where_other_images_were_scored(tmp_path, as_set5):
    document = compose(_set5(tmp_path, images=3))
    assert not _tables(document, "printed by papers")
    assert "3 images were scored, and papers print means over 5" in _text(document)


def test_printed_values_stay_where_another_protocol_prepared_the_images_otherwise(
    tmp_path, as_set5
):
    store = _set5(tmp_path, images=5)
    names = tuple(f"img_{i:03d}" for i in range(1, 6))
    luma = {"upscaler": "bicubic", "samples": names, "value": 30.9, "luma": True}
    _add(store, benchmark="set5", scale=3, **luma)
    document = compose(store)
    assert _tables(document, "printed by papers")
    assert "both 8 bits, and luma in floating point under srcnn-pytorch" in _text(document)


def test_float_luma_alone_is_written_up_without_pictures(tmp_path):
    store = Store.create(tmp_path / "luma")
    for upscaler, value in (("bicubic", 30.4), ("net", 32.6)):
        _add(store, upscaler=upscaler, samples=("a", "b"), value=value, luma=True)
    text = _text(compose(store))
    assert "(hr), luma in floating point under srcnn-pytorch." in text
    assert "srcnn-pytorch scores luma that was never rounded to an image" in text
    assert "No picture of" not in text


def _set5(folder, *, images: int) -> Store:
    store = Store.create(folder / "set5")
    names = tuple(f"img_{i:03d}" for i in range(1, images + 1))
    for upscaler in ("bicubic", "lanczos"):
        _add(store, upscaler=upscaler, samples=names, value=30.5, benchmark="set5", scale=3)
    return store


def _failure() -> dict:
    return {
        "benchmark": "small",
        "sample": "broken",
        "scale": 2,
        "code": "image-unreadable",
        "reason": "/some/where/pics/broken.png cannot be read",
        "run": "r",
        "time": now(),
    }


def _add(
    store: Store,
    *,
    upscaler: str,
    samples: tuple[str, ...],
    value: float,
    benchmark: str = "small",
    scale: int = 2,
    metric: str = "psnr",
    family: str | None = "outputs",
    facts: str | None = '{"source":"folder"}',
    luma: bool = False,
) -> None:
    """Rows of an upscaler that never ran; its pictures are those of nobody."""
    fingerprint = upscaler.encode().ljust(16, b"\0")
    common = {"upscaler": upscaler, "scale": scale, "fingerprint": fingerprint, "run": "r"}
    store.append("upscalers", [{**common, "family": family, "facts": facts, "time": now()}])
    row = {
        **common,
        "key": fingerprint,
        "benchmark": benchmark,
        "degradation": "matlab-bicubic",
        "metric": metric,
        "protocol": "paper-y",
        "value": value,
        **dict.fromkeys(("hr", "lr", "sr"), b"\0" * 16),
        "origin": "computed",
        "time": pd.Timestamp(now()).to_pydatetime(),
    }
    if luma:
        row |= {"protocol": "srcnn-pytorch", "degradation": "srcnn-pytorch", "sr": None}
    seen = store.rows(
        "SELECT sample, hr FROM scores WHERE scale = ? AND protocol = ?", [scale, row["protocol"]]
    )
    hr = dict(seen)
    rows = [{**row, "sample": name, "hr": hr.get(name, row["hr"])} for name in samples]
    store.append("scores", rows)
