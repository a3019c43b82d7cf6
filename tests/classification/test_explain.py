"""Maps of evidence: made for flips, kept in the store, found again."""

from __future__ import annotations

import numpy as np
import pytest

from srlab.classification.explain import (
    Method,
    explain,
    find_classifier,
    find_subjects,
    parse_methods,
)
from srlab.classifiers.catalog import describe_classifier
from srlab.errors import ClassifierError, StoreError, UsageError
from srlab.image.files import decode
from srlab.image.overlay import overlay
from srlab.store.store import Store
from srlab.store.upkeep import gc
from tests.classifiers.stand_in import write_vit


def _named(store: Store) -> list:
    return find_subjects(store, "coins/1", upscalers=["nearest"], scales=[2])


def test_what_is_named_is_explained_by_both_methods_and_kept(classified) -> None:
    store = Store.open(classified)
    subjects = _named(store)
    made = list(explain(store, subjects, find_classifier(store, subjects), device="cpu"))
    assert [one.method for one in made] == [Method.OCCLUSION, Method.ROLLOUT]
    rows = store.rows(
        "SELECT sample, upscaler, method, original FROM explanations ORDER BY method",
        tables=("explanations",),
    )
    assert [row[:3] for row in rows] == [
        ("coins/1", "nearest", "occlusion"),
        ("coins/1", "nearest", "rollout"),
    ]
    for one in made:
        for name in (one.original, one.upscaled, one.difference):
            assert decode(store.maps.read(name)).pixels.shape == (26, 26, 3)


def test_equal_pictures_have_equal_maps_and_no_difference(classified, monkeypatch) -> None:
    store = Store.open(classified)
    [subject] = _named(store)
    twin = subject.__class__(**{**subject.__dict__, "sr": subject.hr})
    [made] = explain(
        store, [twin], find_classifier(store, [twin]), methods=[Method.OCCLUSION], device="cpu"
    )
    pictures = [decode(store.maps.read(name)).pixels for name in (made.original, made.upscaled)]
    assert np.array_equal(*pictures)
    plain = decode(store.pictures.read(subject.hr)).pixels
    nothing = overlay(plain, np.zeros(plain.shape), limit=1)
    assert np.array_equal(decode(store.maps.read(made.difference)).pixels, nothing)


def test_maps_survive_the_cleaning_of_the_store(classified) -> None:
    store = Store.open(classified)
    subjects = _named(store)
    made = list(explain(store, subjects, find_classifier(store, subjects), device="cpu"))
    gc(store)
    assert all(store.maps.has(one.difference) for one in made)


def test_without_a_name_only_flips_are_explained(classified) -> None:
    store = Store.open(classified)
    rows = store.rows(
        "SELECT u.sample, bool_or(o.label <> u.label) FROM predictions u JOIN predictions o "
        "ON o.arm = 'original' AND (o.sample, o.scale) = (u.sample, u.scale) "
        "WHERE u.arm = 'upscaled' GROUP BY u.sample",
        tables=("predictions",),
    )
    for sample, flipped in rows:
        if flipped:
            assert all(subject.flipped for subject in find_subjects(store, sample))
        else:
            with pytest.raises(UsageError, match="did not flip; name what to explain"):
                find_subjects(store, sample)


def test_a_sample_without_predictions_is_named(classified) -> None:
    with pytest.raises(StoreError, match="no predictions of zebra/1"):
        find_subjects(Store.open(classified), "zebra/1")


def test_another_classifier_is_refused(classified, tmp_path) -> None:
    store = Store.open(classified)
    labels = ("Coins", "brick_wall", "cameraman", "Other")
    other = describe_classifier(str(write_vit(tmp_path / "vit", labels=labels, channels=1, seed=1)))
    with pytest.raises(ClassifierError, match="not the classifier that made the predictions"):
        list(explain(store, _named(store), other, device="cpu"))


def test_an_unknown_method_is_wrong_usage() -> None:
    assert parse_methods(["rollout", "rollout"]) == [Method.ROLLOUT]
    with pytest.raises(UsageError, match="'gradcam' is no way to explain"):
        parse_methods(["gradcam"])
