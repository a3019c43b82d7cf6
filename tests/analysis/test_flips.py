"""The list of flips: its columns, its filters, and what it refuses."""

from __future__ import annotations

import pytest

import srlab
from srlab.analysis.flips import COLUMNS, flips
from srlab.errors import StoreError, UnknownNameError, UsageError


@pytest.fixture
def study(classify):
    """Three images: ×3 bicubic harms one, the net rescues one and changes one that stays wrong."""
    arms = {"original": "abb", "small": "aab", "bicubic": "bbb", "net": "aac"}
    return classify(arms, truth="aad")


def samples(frame) -> list[tuple]:
    return list(frame[["sample", "upscaler", "category"]].itertuples(index=False, name=None))


def test_the_list_has_exactly_these_columns(study) -> None:
    expected = (
        "sample,upscaler,scale,truth,original,original_probability,upscaled,upscaled_probability,"
        "category"
    )
    assert ",".join(flips(study).columns) == ",".join(COLUMNS) == expected


def test_every_changed_label_is_a_row(study) -> None:
    frame = flips(study)
    assert samples(frame) == [
        ("img_002", "small", "rescued"),
        ("img_001", "bicubic", "harmed"),
        ("img_002", "net", "rescued"),
        ("img_003", "net", "changed-wrong"),
    ]
    assert frame[["scale", "truth", "original", "upscaled"]].to_numpy().tolist()[1:] == [
        [3, "a", "a", "b"],
        [3, "a", "b", "a"],
        [3, "d", "b", "c"],
    ]
    assert frame["original_probability"].tolist() == pytest.approx([0.6] * 4)


def test_the_package_offers_the_same_call(study) -> None:
    assert srlab.flips(study).equals(flips(study))


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"category": "harmed"}, [("img_001", "bicubic", "harmed")]),
        ({"classes": ["d"]}, [("img_003", "net", "changed-wrong")]),
        ({"upscalers": "small"}, [("img_002", "small", "rescued")]),
        ({"category": ["harmed", "rescued"], "classes": "d"}, []),
        ({"samples": ["img_001"]}, [("img_001", "bicubic", "harmed")]),
    ],
    ids=str,
)
def test_filters_keep_what_they_name(study, filters, expected) -> None:
    assert samples(flips(study, **filters)) == expected


def test_no_flip_is_an_empty_list(classify) -> None:
    frame = flips(classify({"original": "ab", "net": "ab"}, truth="aa"))
    assert frame.empty
    assert frame.columns.tolist() == COLUMNS


def test_several_benchmarks_or_classifiers_are_named_and_one_can_be_chosen(classify) -> None:
    arms = {"original": "a", "net": "b"}
    for place in ({}, {"benchmark": "food101"}, {"benchmark": "food101", "classifier": "vgg"}):
        store = classify(arms, truth="a", **place)
    with pytest.raises(UsageError, match=r"of the benchmarks food101, photos; name one \(-b\)"):
        flips(store)
    with pytest.raises(UsageError, match=r"of the classifiers vgg, vit; name one \(--classifier\)"):
        flips(store, benchmarks="food101")
    assert len(flips(store, benchmarks="food101", classifiers="vgg")) == 1
    assert len(flips(store, benchmarks="photos")) == 1


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        (
            {"upscalers": ["net", "nett"]},
            "no upscaler called 'nett' was compared; did you mean net",
        ),
        ({"classes": "zebra"}, "no class called 'zebra' was compared; there are a, d"),
    ],
    ids=str,
)
def test_a_name_without_predictions_is_refused_and_not_an_empty_list(study, filters, said) -> None:
    with pytest.raises(UnknownNameError, match=said):
        flips(study, **filters)


def test_a_category_that_is_none_of_a_flip_is_refused(study) -> None:
    with pytest.raises(
        UsageError, match="'kept-right' is no kind of flip; expected some of harmed"
    ):
        flips(study, category="kept-right")


@pytest.mark.parametrize("filters", [{}, {"scales": [4]}, {"upscalers": "nobody"}], ids=str)
def test_nothing_compared_is_an_error_and_not_an_empty_list(classify, filters) -> None:
    arms = {"original": "a", "net": "b"} if filters else {}
    with pytest.raises(StoreError, match="no prediction could be held against its original"):
        flips(classify(arms, truth="a"), **filters)


def test_images_that_lack_a_prediction_are_named_in_the_log(classify, caplog) -> None:
    frame = flips(classify({"original": "a" + " " * 7, "net": "b" * 8}, truth="a" * 8))
    assert len(frame) == 1
    assert "is missing: img_002, img_003, img_004, img_005, img_006 and 2 more" in caplog.text
