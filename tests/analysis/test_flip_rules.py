"""Rules that a build pipeline fails by."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from srlab.analysis.compared import against_original
from srlab.analysis.flip_rules import Breach, Rule, parse_rule
from srlab.analysis.predictions import predictions
from srlab.analysis.transitions import transitions
from srlab.errors import StoreError, UsageError


@pytest.fixture
def table(classify):
    """100 images: bicubic harms two, rescues one, changes one that stays wrong; the net nothing."""
    original = "b" * 10 + "a" * 90
    bicubic = "ac" + "b" * 8 + "cc" + "a" * 88
    store = classify({"original": original, "bicubic": bicubic, "net": original}, truth="a" * 100)
    return transitions(against_original(predictions(store)))


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("harmed>1%", ["bicubic"]),
        ("harmed>2%", []),
        ("harmed>=2%", ["bicubic"]),
        ("harmed > 1", ["bicubic"]),
        ("harmed>2", []),
        ("rescued<1", ["net"]),
        ("changed>=4", ["bicubic"]),
        ("changed-wrong>0.5 %", ["bicubic"]),
        ("accuracy<90%", ["bicubic"]),
        ("accuracy<=0.9", ["bicubic", "net"]),
        ("top5<100%", []),
    ],
)
def test_the_rows_on_which_a_rule_holds_are_named(table, text, broken) -> None:
    assert [found.upscaler for found in parse_rule(text).check(table)] == broken


def test_a_breach_says_where_and_how_many(table) -> None:
    assert parse_rule("harmed>1%").check(table) == [
        Breach(
            benchmark="photos",
            classifier="vit",
            scale=3,
            upscaler="bicubic",
            quantity="harmed",
            count=2,
            n=100,
        )
    ]


def test_accuracy_is_judged_by_the_number_of_right_images(table) -> None:
    [found] = parse_rule("accuracy<89.5%").check(table)
    assert (found.quantity, found.count, found.n) == ("accuracy", 89, 100)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_share_that_equals_the_limit_is_not_above_it(counts: tuple[int, int]) -> None:
    count, n = counts
    names = {"benchmark": "x", "classifier": "y", "scale": 2, "upscaler": "z", "n": n}
    row = pd.DataFrame([{**names, "harmed": count, "accuracy": count / n}])
    for quantity in ("harmed", "accuracy"):
        rule = {"quantity": quantity, "limit": Fraction(count, n), "is_share": True}
        assert Rule(**rule, relation=">").check(row) == []
        assert len(Rule(**rule, relation=">=").check(row)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "harmed",
        "harmed>",
        "harmed=1%",
        "harmed==1%",
        "harmed>-1%",
        "harmed>1e3",
        "harmed>nan",
        "harmed>1%%",
        "harmed>1% or changed>2%",
        "kept-right>1",
        "Harmed>1%",
        "harmed>" + "9" * 5000,
        "harmed>٣%",
    ],
)
def test_anything_else_is_no_rule(text) -> None:
    with pytest.raises(UsageError, match="is no rule; expected one of harmed, rescued, changed"):
        parse_rule(text)


@pytest.mark.parametrize("text", ["harmed>101%", "accuracy<90", "top5<1.01"])
def test_a_share_above_all_is_refused(text) -> None:
    with pytest.raises(UsageError, match="a share is at most 100%; write a percentage"):
        parse_rule(text)


def test_a_part_of_an_image_is_refused_since_a_share_was_meant() -> None:
    with pytest.raises(UsageError, match="for a share write a percentage, as in 'harmed>1%'"):
        parse_rule("harmed>0.01")


def test_a_rule_without_anything_to_judge_is_an_error_and_not_a_pass(classify, store) -> None:
    rule = parse_rule("harmed>1%")
    nothing = transitions(against_original(predictions(store)))
    lonely = transitions(against_original(predictions(classify({"net": "a"}, truth="a"))))
    for table in (nothing, lonely):
        with pytest.raises(StoreError, match="nothing to judge"):
            rule.check(table)
