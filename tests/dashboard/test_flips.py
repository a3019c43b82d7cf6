"""What the flips page says, and that a link restores it, without a browser."""

from __future__ import annotations

import pytest

from dashboard import results
from srlab.evaluation.request import make_request
from srlab.evaluation.run import run_evaluation
from srlab.store.store import Store
from tests.dashboard.predicted import CLASSIFIER, SELECTION, keep_explanation, keep_predictions
from tests.dashboard.screen import said

TINY = {"benchmark": "tiny", "classifier": CLASSIFIER, "scale": "3"}
FLIPPED = [f"n{number:02}" for number in range(11)]


def listed(at) -> str:
    """The line that counts the list."""
    return next(one.value for one in at.caption if "by name" in one.value)


# States of the page


def test_a_store_without_predictions_says_what_to_run(app, tmp_path) -> None:
    one = Store.create(tmp_path / "s")
    run_evaluation(
        make_request(benchmarks=["skimage"], upscalers=["bicubic"], scales=[3], limit=1), one
    )
    at = app("flips", root=one.root)
    assert not at.exception
    assert "Nothing was classified yet" in said(at)
    assert "srlab classify --images materials" in at.code[0].value


def test_the_page_says_in_words_what_changed(app) -> None:
    at = app("flips", **TINY)
    assert not at.exception
    assert not at.error
    assert not at.warning
    text = said(at)
    assert "- the small image: four of 12 images (33.3%) were classified differently" in text
    assert (
        "- `bicubic`: eleven of 12 images (91.7%) were classified differently: "
        "seven harmed, two rescued, two wrong both times." in text
    )
    assert "Mann–Whitney" in text
    assert "Eleven images flip somewhere: nine once only, two for every upscaler" in text


def test_images_of_one_class_and_one_flip_are_shown_without_an_error(app) -> None:
    at = app("flips", benchmark="odd")
    assert not at.exception
    assert "one of two images" in said(at).replace("2 images", "two images")


def test_where_nothing_changed_the_page_says_so(app, copy) -> None:
    kept = {"n00": "cat", "n01": "cat"}
    keep_predictions(
        copy,
        "tiny",
        {"original": kept, "bicubic": kept},
        truth=kept,
        classes=["cat", "fox"],
        classifier="steady",
    )
    at = app("flips", root=copy.root, benchmark="tiny", classifier="steady")
    assert not at.exception
    assert "No prediction changed here." in said(at)
    assert "close calls" not in said(at)


def test_predictions_without_their_original_say_what_to_run(app, copy) -> None:
    kept = {"n00": "cat"}
    keep_predictions(
        copy, "tiny", {"bicubic": kept}, truth=kept, classes=["cat", "fox"], classifier="half"
    )
    at = app("flips", root=copy.root, benchmark="tiny", classifier="half")
    assert not at.exception
    assert at.code[0].value == (
        "srlab classify --images tiny --classifier half=/of/half -u bicubic -s 3"
    )


def test_new_predictions_show_up(app, copy) -> None:
    at = app("flips", root=copy.root, **TINY)
    before = results.watched(copy)
    keep_explanation(copy, "tiny", "n01", "bicubic")
    assert results.watched(copy) != before
    kept = {"n00": "cat"}
    keep_predictions(
        copy,
        "tiny",
        {"original": kept, "bicubic": kept},
        truth=kept,
        classes=["cat", "fox"],
        classifier="newer",
    )
    at.run()
    assert at.selectbox("one-classifier").options == [CLASSIFIER, "newer"]


# Choices and the link


def test_a_link_restores_the_bar_and_the_filters(app) -> None:
    query = {
        **TINY,
        "upscaler": ["bicubic"],
        "arm": "bicubic",
        "class": "cat",
        "category": ["harmed", "changed-wrong"],
    }
    at = app("flips", **query)
    assert not at.warning
    assert {name: at.query_params[name] for name in TINY} == TINY
    assert at.query_params["category"] == ["harmed", "changed-wrong"]
    assert at.multiselect("many-upscaler").value == ["bicubic"]
    assert at.selectbox("one-class").value == "cat"
    assert at.pills("many-category").value == ["harmed", "changed-wrong"]
    assert listed(at).startswith("1–4 of 4 flips")  # n02, n04, n08, n10


def test_the_list_is_turned_by_pages_and_the_link_keeps_the_page(app) -> None:
    at = app("flips", **TINY, page="2")
    assert listed(at).startswith("11–13 of 13 flips")
    at.pagination("one-page").set_value(1).run()
    assert listed(at).startswith("1–10 of 13 flips")
    assert at.query_params["page"] == "1"


def test_another_filter_opens_the_first_page(app) -> None:
    at = app("flips", **TINY, page="2")
    at.selectbox("one-arm").set_value("bicubic").run()
    assert at.query_params["arm"] == "bicubic"
    assert at.query_params["page"] == "1"
    assert listed(at).startswith("1–10 of 11 flips")


def test_the_small_image_is_listed_only_when_asked_for(app) -> None:
    at = app("flips", **TINY, arm="small")
    assert listed(at).startswith("1–4 of 4 flips")


def test_filters_that_let_nothing_through_say_so(app) -> None:
    at = app("flips", **TINY, arm="lanczos", category="changed-wrong")
    assert not at.exception
    assert "No flip fits these filters." in said(at)


@pytest.mark.parametrize("name", ["benchmark", "classifier", "scale", "upscaler", "arm", "class"])
def test_an_unknown_value_in_a_link_falls_back_and_says_so(app, hostile, name) -> None:
    at = app("flips", **{name: f"no {hostile}"})
    assert not at.exception
    assert "The link asks for" in at.warning[0].value


def test_a_class_name_that_is_markup_can_be_chosen_and_stays_text(app, hostile_class) -> None:
    at = app("flips", **TINY, **{"class": hostile_class})
    assert not at.exception
    assert at.selectbox("one-class").value == hostile_class
    assert hostile_class not in said(at)  # Markdown has it escaped, or not at all


def test_who_never_chose_upscalers_sees_those_of_another_scale(app, copy) -> None:
    folder = copy.root.parent / "tiny"
    folder.mkdir()
    for name in FLIPPED[:2]:
        [[hr]] = copy.rows(f"SELECT any_value(hr) FROM scores WHERE sample = '{name}'")
        (folder / f"{name}.png").write_bytes(copy.pictures.read(bytes(hr)))
    run_evaluation(
        make_request(benchmarks=[str(folder)], upscalers=["bicubic", "nearest"], scales=[2]), copy
    )
    names = dict.fromkeys(FLIPPED[:2], "cat")
    keep_predictions(
        copy,
        "tiny",
        dict.fromkeys(("original", "bicubic", "nearest"), names),
        truth=names,
        classes=["cat", "fox"],
        scale=2,
    )
    at = app("flips", root=copy.root, **TINY)
    assert at.multiselect("many-upscaler").value == ["bicubic", "lanczos"]
    at.selectbox("one-scale").set_value(2).run()
    assert at.multiselect("many-upscaler").value == ["bicubic", "nearest"]


def test_the_link_of_a_strip_opens_its_image(app, store, study) -> None:
    link = SELECTION.image_link("n02", "lanczos", "paper-y")
    at = app("image", **link)
    assert not at.exception
    assert not at.warning
    shown = {box.key.removeprefix("one-"): str(box.value) for box in at.selectbox}
    assert {name: shown[name] for name in link} == link
