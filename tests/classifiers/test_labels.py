"""Classes and labels are matched by name."""

from __future__ import annotations

import pytest

from srlab.classifiers.labels import match_labels, normalise
from srlab.errors import LabelsError


@pytest.mark.parametrize("name", ["baby_back_ribs", "Baby back ribs", " baby-back ribs\n"])
def test_spelling_variants_are_one_name(name):
    assert normalise(name) == "baby_back_ribs"


def test_a_normalised_name_stays_as_it_is():
    assert normalise(normalise("Crème  Brûlée - 2")) == normalise("Crème  Brûlée - 2")


def test_labels_are_found_by_name_whatever_their_order():
    labels = ["Cheese Plate", "cheesecake", "waffles"]
    assert match_labels(["cheesecake", "cheese_plate"], labels) == {
        "cheesecake": 1,
        "cheese_plate": 0,
    }


def test_classes_that_the_classifier_does_not_know_are_all_listed():
    with pytest.raises(LabelsError, match=r"knows no 'soup', 'tea'; it knows 'pie', 'cake'"):
        match_labels(["pie", "soup", "tea"], ["pie", "cake"])


def test_a_long_list_is_cut():
    classes = [f"class {number}" for number in range(30)]
    with pytest.raises(LabelsError, match="'class 7' and 22 more; it knows"):
        match_labels(classes, ["pie", "cake"])


def test_a_class_that_two_labels_share_is_refused():
    with pytest.raises(LabelsError, match="several labels of the classifier are called 'crane'"):
        match_labels(["crane", "pie"], ["crane", "Crane", "pie"])


def test_labels_that_no_class_needs_may_be_twice():
    assert match_labels(["pie", "cake"], ["crane", "crane", "cake", "pie"]) == {"pie": 3, "cake": 2}


def test_classes_that_are_one_by_name_are_refused():
    with pytest.raises(LabelsError, match="are one by name"):
        match_labels(["apple pie", "apple_pie"], ["apple_pie", "cake"])


def test_one_class_only_is_refused():
    with pytest.raises(LabelsError, match="the images show 1 class"):
        match_labels(["pie"], ["pie", "cake"])
