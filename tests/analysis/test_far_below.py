"""A network far below bicubic is named, once."""

from __future__ import annotations

from srlab.analysis.far_below import far_below

LR = [("set5", 2, "given", ""), ("set5", 3, "given", "")]


def test_a_net_over_one_decibel_below_on_most_images_is_named(keep) -> None:
    store = keep({"bicubic": [30.0] * 5, "net": [28.0, 28.0, 28.5, 29.5, 31.0]})
    [found] = far_below(store, ["net"], LR, ["paper-y"])
    assert (found.below, found.n, found.gain) == (3, 5, -1.0)
    words = found.in_words()
    assert (
        "net is over 1 dB below bicubic on 3 of 5 images of set5 x2 (lr given, paper-y: -1.00 dB"
        in words
    )
    places = [words.index(name) for name in ("+replicate", "-s 4", "BGR", "0 to 255", "luma")]
    assert places == sorted(places)


def test_half_of_the_images_or_less_than_one_decibel_is_no_reason(keep) -> None:
    half = [28.0, 28.0, 30.0, 30.0]
    store = keep({"bicubic": [30.0] * 4, "half": half, "little": [29.1] * 4})
    assert far_below(store, ["half", "little"], LR, ["paper-y"]) == []


def test_it_is_said_once_where_it_is_worst(keep) -> None:
    keep({"bicubic": [30.0], "net": [28.0]})
    keep({"bicubic": [30.0], "net": [20.0]}, scale=3)
    keep({"bicubic": [30.0], "net": [10.0]}, lr_kind="LR_other#1")
    store = keep({"bicubic": [30.0], "net": [5.0]}, protocol="paper-rgb")
    [found] = far_below(store, ["net"], LR, ["paper-y"])
    assert (found.scale, found.gain) == (3, -10.0)


def test_without_bicubic_nothing_is_said(keep) -> None:
    assert far_below(keep({"net": [10.0]}), ["net"], LR, ["paper-y"]) == []
