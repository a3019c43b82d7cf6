"""What the pages say, and that a link restores them, without a browser."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from dashboard import results
from dashboard.results import Cell
from dashboard.selection import Selection
from dashboard.views import image, leaderboard, rankings
from srlab.data.embedded import embedded_images
from srlab.evaluation.request import make_request
from srlab.evaluation.run import run_evaluation
from srlab.image.files import read_image, write_image
from srlab.shipped import share_root
from srlab.store.store import Store
from srlab.store.tables import SCORES
from tests.dashboard.screen import said

CELL = Cell(benchmark="skimage", scale=3, protocol="paper-y", degradation="matlab-bicubic")
SELECTION = Selection(
    cells=(CELL,),
    scale=3,
    protocol="paper-y",
    metrics=("psnr", "ssim"),
    upscaler="lanczos",
    baseline="bicubic",
    sample="astronaut",
)
PAGES = ["leaderboard", "rankings", "image"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("benchmark", ["skimage", "odd"])
def test_a_page_shows_without_an_error(app, page, benchmark) -> None:
    at = app(page, benchmark=benchmark, scale="3")
    assert not at.exception
    assert not at.error
    assert "Scored under `paper-y`: the BT.601 luma" in said(at)


@pytest.mark.parametrize("page", ["rankings", "image"])
def test_a_link_restores_the_view(app, page) -> None:
    query = {
        "benchmark": "skimage",
        "scale": "3",
        "protocol": "full-rgb",
        "upscaler": "nearest",
        "baseline": "lanczos",
    }
    query |= (
        {"metric": "mse"} if page == "rankings" else {"sample": "camera", "against": "baseline"}
    )
    at = app(page, **query)
    assert {name: at.query_params[name] for name in query} == query
    shown = {box.key.removeprefix("one-"): str(box.value) for box in at.selectbox}
    assert shown == query
    assert not at.warning


def test_a_link_restores_several_benchmarks_and_metrics(app) -> None:
    at = app(benchmark=["odd", "skimage"], metric=["ssim"], scale="3")
    assert at.multiselect("many-benchmark").value == ["odd", "skimage"]
    assert at.multiselect("many-metric").value == ["ssim"]
    assert len(at.dataframe) == 2 + 1  # and the failures


def test_a_choice_goes_into_the_link(app) -> None:
    at = app("rankings", benchmark="skimage", scale="3")
    at.selectbox("one-upscaler").set_value("nearest").run()
    assert at.query_params["upscaler"] == "nearest"
    assert at.query_params["scale"] == "3"


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", ["benchmark", "scale", "protocol", "metric", "upscaler", "sample"])
def test_an_unknown_value_in_a_link_falls_back_and_says_so(app, hostile, page, name) -> None:
    at = app(page, **{name: f"no {hostile}"})
    assert not at.exception
    asked_here = [box.key for box in (*at.selectbox, *at.multiselect) if box.key.endswith(name)]
    if asked_here:
        assert "The link asks for" in at.warning[0].value
        assert at.query_params[name] != f"no {hostile}"


def test_the_warning_goes_when_another_value_is_chosen(app) -> None:
    at = app("rankings", benchmark="skimage", scale="3", upscaler="swinir")
    assert "swinir" in at.warning[0].value
    at.selectbox("one-baseline").set_value("nearest").run()
    assert at.warning
    at.selectbox("one-upscaler").set_value("bicubic").run()
    assert not at.warning


def test_the_sample_buttons_step_through_the_set(app) -> None:
    at = app("image", benchmark="skimage", scale="3", sample="brick")
    at.button("step1").click().run()
    assert at.query_params["sample"] == "camera"
    at.button("step1").click().run()
    assert at.query_params["sample"] == "astronaut"
    at.button("step-1").click().run()
    assert at.query_params["sample"] == "camera"


@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_float_luma_of_which_there_is_no_picture(app, tmp_path, page) -> None:
    store = Store.create(tmp_path / "luma")
    wish = {"benchmarks": ["skimage"], "scales": [3], "limit": 2, "protocols": ["srcnn-pytorch"]}
    run_evaluation(make_request(upscalers=["bicubic", "copy=bicubic"], **wish), store)
    at = app(page, root=store.root, protocol="srcnn-pytorch")
    assert not at.exception
    assert not at.error
    assert "Scored under `srcnn-pytorch`: the luma 16 + (64.738 R" in said(at)


def test_no_store_says_what_to_run(app, tmp_path) -> None:
    at = app(root=tmp_path / "none")
    assert "There is no store" in said(at)
    assert "srlab evaluate -b skimage" in said(at)


def test_an_empty_store_says_what_to_run(app, tmp_path) -> None:
    Store.create(tmp_path / "empty")
    at = app(root=tmp_path / "empty")
    assert "holds no scores" in said(at)
    assert "srlab evaluate -b skimage" in said(at)


def test_a_set_without_a_second_upscaler_says_what_to_run(app) -> None:
    at = app("rankings", benchmark="skimage", scale="2")
    assert "srlab evaluate -b skimage -s 2" in said(at)


def test_a_set_without_scores_under_the_protocol_is_named(app) -> None:
    at = app(benchmark=["skimage", "odd"], scale="3", protocol="full-rgb")
    assert "`odd` has no scores at ×3 under `full-rgb`" in said(at)


def test_failures_are_counted_and_listed(app) -> None:
    at = app(benchmark="odd")
    assert at.expander[-1].label == "1 failure"
    assert at.dataframe[-1].value["sample"].tolist() == ["cut"]


def test_a_running_evaluation_shows_up(app, tmp_path) -> None:
    growing = Store.create(tmp_path / "s")
    ask = {"benchmarks": ["skimage"], "scales": [3], "limit": 1}
    run_evaluation(make_request(upscalers=["bicubic"], **ask), growing)
    at = app(root=growing.root)
    assert at.dataframe[0].value["Upscaler"].tolist() == ["bicubic"]
    run_evaluation(make_request(upscalers=["lanczos"], **ask), growing)
    at.run()
    assert at.dataframe[0].value["Upscaler"].tolist() == ["lanczos", "bicubic"]


def test_the_leaderboard_marks_the_best_and_formats_by_metric(store: Store) -> None:
    table = results.board(store, CELL, ("psnr", "ssim"))
    shown = leaderboard.as_shown(table, ("psnr", "ssim"))
    text = leaderboard.styled(shown, table, ("psnr", "ssim")).to_string()
    assert list(shown)[:4] == ["Upscaler", "PSNR (dB) ↑", "PSNR 95 %", "Gain on bicubic (dB)"]
    first = table[table["metric"] == "psnr"].iloc[0]
    assert f"{first['mean']:.2f}" in text
    assert f"{first['mean']:.3f}" not in text
    assert shown["Upscaler"].iloc[0] == "lanczos"
    assert (
        shown["Gain on bicubic (dB)"].isna().tolist() == (shown["Upscaler"] == "bicubic").tolist()
    )


def test_numbers_of_two_protocols_never_share_a_table(store: Store) -> None:
    for protocol in ("paper-y", "full-rgb"):
        cell = Cell(benchmark="skimage", scale=3, protocol=protocol, degradation="matlab-bicubic")
        assert set(results.board(store, cell, ("psnr",))["protocol"]) == {protocol}
        assert set(results.sample_scores(store, cell, "brick")["protocol"]) == {protocol}


def test_the_panels_are_the_five_and_the_title_says_against_what(store: Store) -> None:
    rows = results.sample_scores(store, CELL, "astronaut")
    panels = image.panels_of(store, rows, SELECTION)
    assert [panel.id for panel in panels] == ["hr", "lr", "baseline", "upscaler", "difference"]
    assert panels[-1].title == "|lanczos − hr| × 15"
    assert {(p.height * p.factor, p.width * p.factor) for p in panels} == {(510, 510)}
    to_baseline = Selection(**{**SELECTION.__dict__, "against": "baseline"})
    assert image.panels_of(store, rows, to_baseline)[-1].title == "|lanczos − bicubic| × 15"


def test_the_score_table_of_a_sample_marks_the_best_of_every_upscaler(store: Store) -> None:
    table = image.score_table(results.sample_scores(store, CELL, "astronaut"), SELECTION)
    assert table.columns == ["Upscaler", "PSNR (dB) ↑", "over bicubic", "SSIM ↑"]
    assert [row["name"] for row in table.rows] == ["lanczos", "bicubic", "nearest"]
    assert [row["cells"][0]["best"] for row in table.rows] == [True, False, False]
    assert [row["current"] for row in table.rows] == [True, False, False]


def test_an_upscaler_without_the_first_metric_has_dashes(app, tmp_path) -> None:
    one = Store.create(tmp_path / "s")
    ask = {"benchmarks": ["skimage"], "scales": [3], "limit": 1}
    for name, metrics in (
        ("bicubic", ["psnr", "ssim"]),
        ("lanczos", ["ssim"]),
        ("nearest", ["psnr", "ssim"]),
    ):
        run_evaluation(make_request(upscalers=[name], metrics=metrics, **ask), one)
    for upscaler in ("lanczos", "nearest"):
        at = app("image", root=one.root, upscaler=upscaler)
        assert not at.exception
        assert not at.warning
    rows = results.sample_scores(one, CELL, "astronaut")
    last = image.score_table(rows, SELECTION).rows[-1]
    assert last["name"] == "lanczos"
    assert [cell["text"] for cell in last["cells"][:2]] == ["–", "–"]
    assert last["cells"][2]["text"].startswith("0.")


def test_hr_scored_on_its_own_can_be_looked_at(app, tmp_path) -> None:
    one = Store.create(tmp_path / "s")
    ask = {"benchmarks": ["skimage"], "scales": [3], "limit": 1, "metrics": ["psnr", "entropy"]}
    run_evaluation(make_request(upscalers=["bicubic", "lanczos"], **ask), one)
    at = app("image", root=one.root, upscaler="hr")
    assert not at.exception
    assert not at.warning


@pytest.fixture
def edited(store: Store, tmp_path: Path) -> Store:
    """A copy of the store with rows that lack a name, or have a metric of another srlab."""
    copy = Store.open(shutil.copytree(store.root, tmp_path / "s"))
    columns = list(SCORES.columns)
    [row, *_] = copy.rows(
        "SELECT * FROM scores WHERE benchmark = 'skimage' AND scale = 3 "
        "AND upscaler = 'lanczos' AND metric = 'psnr' AND protocol = 'paper-y'"
    )
    whole = dict(zip(columns, row, strict=True))
    names = ("sample", "scale", "upscaler", "protocol", "metric")
    changes = [{name: None} for name in names] + [{"metric": "of-tomorrow"}]
    copy.append("scores", [{**whole, **change} for change in changes])
    theirs = {**whole, "upscaler": "bicubic", "sample": None}  # pairs with the nameless lanczos
    copy.append("scores", [theirs])
    copy.append("failures", [{"benchmark": "skimage", "code": "odd"}])
    return copy


@pytest.mark.parametrize("page", PAGES)
def test_rows_without_a_name_or_a_known_metric_are_left_out(app, store, edited, page) -> None:
    ask = {"benchmark": "skimage", "scale": "3", "protocol": "paper-y"}
    whole, at = app(page, **ask), app(page, root=edited.root, **ask)
    assert not at.exception
    assert not at.error
    assert said(at).replace(str(edited.root), "") == said(whole).replace(str(store.root), "")
    shown, expected = ([table.value for table in one.dataframe] for one in (at, whole))
    for a, b in zip(shown, expected, strict=True):
        pd.testing.assert_frame_equal(a, b)


def test_a_damaged_picture_is_labelled(store: Store, tmp_path) -> None:
    copy = Store.open(shutil.copytree(store.root, tmp_path / "s"))
    rows = results.sample_scores(copy, CELL, "astronaut")
    labels = {panel.id: panel.detail for panel in image.panels_of(copy, rows, SELECTION)}
    assert image.DAMAGED not in labels.values()
    ours, hr = (rows.loc[rows["upscaler"] == "lanczos", name].iloc[0] for name in ("sr", "hr"))
    copy.pictures.path(ours).write_bytes(copy.pictures.read(hr))
    panels = image.panels_of(copy, rows, SELECTION)
    assert [panel.id for panel in panels if panel.detail == image.DAMAGED] == ["upscaler"]


def test_the_crops_follow_a_picture_that_was_made_again(store: Store, tmp_path) -> None:
    copy = Store.open(shutil.copytree(store.root, tmp_path / "s"))
    rows = results.sample_scores(copy, CELL, "astronaut")
    ours, hr = (rows.loc[rows["upscaler"] == "lanczos", name].iloc[0] for name in ("sr", "hr"))
    png = copy.pictures.read(ours)
    place = results.focus(copy, ours, hr)
    copy.pictures.path(ours).write_bytes(png[:400])
    assert results.focus(copy, ours, hr) is None
    copy.pictures.path(ours).write_bytes(png)
    assert results.focus(copy, ours, hr) == place is not None


def test_the_p_of_a_test_stands_beside_the_adjusted_one_and_its_family(store: Store) -> None:
    text = rankings.summary(store, SELECTION)
    expected = r"Wilcoxon p [=<] [\d.]+, by Holm p [=<] [\d.]+ over 2 comparisons with `bicubic`"
    assert re.search(expected, text)


def test_two_kinds_of_given_lr_are_two_tables_and_a_choice(app, tmp_path) -> None:
    photo = read_image(embedded_images()["chelsea"])[100:160, 150:220]
    both = Store.create(tmp_path / "s")
    for kind, shift in (("LR_bicubic", 0), ("LR_other", 1)):
        home = tmp_path / kind / "own"
        for part, pixels in (("HR", photo), ("LR_bicubic/X2", photo[shift::2, shift::2])):
            (home / part).mkdir(parents=True)
            name = "a.png" if part == "HR" else "ax2.png"
            write_image(home / part / name, pixels.copy())
        request = make_request(
            benchmarks=[f"own={home}"], upscalers=["bicubic", "nearest"], scales=[2]
        )
        run_evaluation(request, both)
    at = app(root=both.root)
    assert not at.exception
    assert [heading.value.count(" · lr `LR_bicubic/X2#") for heading in at.subheader] == [1, 1]
    at = app("rankings", root=both.root)
    assert not at.exception
    assert len(at.selectbox("one-lr").options) == 2


def test_best_and_worst_share_no_image(store: Store) -> None:
    table = results.ranked(store, CELL, "psnr", "lanczos", "bicubic")
    best, worst = rankings.ends(table)
    assert len(best) + len(worst) == len(table) == 3
    assert worst["sample"].iloc[0] == table["sample"].iloc[-1]


def test_a_metric_without_a_direction_has_no_best_and_no_gain(app, tmp_path) -> None:
    one = Store.create(tmp_path / "s")
    ask = {"benchmarks": ["skimage"], "scales": [3], "limit": 2, "metrics": ["entropy"]}
    run_evaluation(make_request(upscalers=["bicubic", "lanczos"], **ask), one)
    at = app("rankings", root=one.root, upscaler="lanczos")
    assert not at.exception
    assert at.subheader[0].value == "Highest and lowest by difference"
    assert "better on" not in said(at)
    assert "Difference (bit)" in at.dataframe[0].value


def test_the_app_never_imports_torch(store: Store) -> None:
    code = (
        "import sys\n"
        "from streamlit.testing.v1 import AppTest\n"
        "for page in ('leaderboard', 'rankings', 'image', 'flips'):\n"
        "    at = AppTest.from_file('dashboard/app.py', default_timeout=60)\n"
        "    at.switch_page(f'views/{page}.py').run()\n"
        "    assert not at.exception\n"
        "import dashboard.server\n"
        "assert 'torch' not in sys.modules\n"
    )
    environment = {"SRLAB_STORE": str(store.root), "PATH": "", "HOME": str(Path.home())}
    subprocess.run(
        [sys.executable, "-c", code], cwd=share_root(), env=environment, check=True, timeout=120
    )
