"""From a folder of classes to predictions of every arm, once."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from srlab.classification import run
from srlab.classification.classify import classify, make_classify_request, run_classify
from srlab.classifiers.catalog import describe_classifier
from srlab.classifiers.labels import normalise
from srlab.classifiers.network import NetworkClassifier
from srlab.classifiers.probabilities import probabilities
from srlab.errors import LabelsError, UsageError
from srlab.evaluation.run import run_evaluation
from srlab.image.files import decode, read_image
from srlab.store.store import Store
from tests.classification.conftest import CLASSES, PER_CLASS

N = len(CLASSES) * PER_CLASS


def _again(pictures: Path, vit: Path, store: Path, **more) -> pd.DataFrame:
    given = {"upscalers": ["nearest"], "scales": [2, 3], "classifier": str(vit), **more}
    return classify(str(pictures), store=str(store), **given)


def test_every_arm_of_every_image_is_predicted_and_bicubic_joins(classified, pictures, vit) -> None:
    frame = _again(pictures, vit, classified)
    arms = frame.groupby(["scale", "arm", "upscaler"]).size()
    assert arms.to_dict() == {
        (scale, *arm): N
        for scale in (2, 3)
        for arm in [
            ("original", ""),
            ("small", ""),
            ("upscaled", "bicubic"),
            ("upscaled", "nearest"),
        ]
    }


def test_a_second_call_loads_no_classifier(classified, pictures, vit, monkeypatch) -> None:
    monkeypatch.setattr("srlab.classifiers.info.ClassifierInfo.load", _refuse)
    assert len(_again(pictures, vit, classified)) == 2 * 4 * N


def test_an_upscaler_added_later_is_all_that_is_looked_at(
    classified, pictures, vit, monkeypatch
) -> None:
    looked = []
    read = run.decode
    monkeypatch.setattr(run, "decode", lambda *a, name: looked.append(name) or read(*a, name=name))
    frame = _again(pictures, vit, classified, upscalers=["nearest", "lanczos"], scales=[2])
    assert looked
    assert all(name.endswith("x2 lanczos") for name in looked)
    assert set(frame["upscaler"]) == {"", "bicubic", "nearest", "lanczos"}


def test_predictions_are_what_the_classifier_says_of_the_stored_pictures(
    classified, pictures, vit
) -> None:
    frame = _again(pictures, vit, classified).set_index(["sample", "scale", "arm", "upscaler"])
    info = describe_classifier(str(vit))
    network, labels = info.load("cpu"), [normalise(label) for label in info.labels]
    store = Store.open(classified)
    rows = store.rows("SELECT sample, scale, upscaler, hr, lr, sr FROM scores ORDER BY ALL")[::9]
    for sample, scale, upscaler, hr, lr, sr in rows:
        for arm, label, name in (
            ("original", "", hr),
            ("small", "", lr),
            ("upscaled", upscaler, sr),
        ):
            logits = network([decode(store.pictures.read(name)).pixels])[0]
            row = frame.loc[(sample, scale, arm, label)]
            p, order = probabilities(logits), np.argsort(-logits)
            assert row["label"] == labels[order[0]]
            assert row["probability"] == pytest.approx(p[order[0]], abs=1e-6)
            assert row["margin"] == pytest.approx(logits[order[0]] - logits[order[1]], abs=1e-5)
            assert [name for name, _ in row["top"]] == [labels[i] for i in order]
            assert np.frombuffer(row["probabilities"], "<f4") == pytest.approx(p, abs=1e-6)
            truth = labels.index(row["truth"])
            assert row["truth_probability"] == pytest.approx(p[truth], abs=1e-6)


def test_the_original_is_the_picture_cut_to_the_scale(classified, pictures) -> None:
    store = Store.open(classified)
    [(hr, lr)] = store.rows(
        "SELECT DISTINCT hr, lr FROM scores WHERE sample = 'coins/2' AND scale = 3"
    )
    original = read_image(pictures / "coins" / "2.png")
    assert np.array_equal(decode(store.pictures.read(hr)).pixels, original[:24, :24])
    assert decode(store.pictures.read(lr)).pixels.shape == (8, 8)


def test_truth_and_labels_are_kept_by_normalised_name(classified, pictures, vit) -> None:
    frame = _again(pictures, vit, classified)
    assert set(frame["truth"]) == {"brick_wall", "cameraman", "coins"}
    assert set(frame["label"]) <= {"brick_wall", "cameraman", "coins", "other"}


def test_the_same_pixels_under_another_name_are_not_looked_at_again(
    classified, pictures, vit, monkeypatch
) -> None:
    monkeypatch.setattr("srlab.classifiers.info.ClassifierInfo.load", _refuse)
    renamed = _again(pictures, vit, classified, upscalers=["mine=nearest"], scales=[2])
    mine, nearest = (
        _again(pictures, vit, classified, upscalers=["nearest", "mine=nearest"], scales=[2])
        .query(f"upscaler == '{name}'")
        .sort_values("sample")
        for name in ("mine", "nearest")
    )
    assert len(renamed) == 4 * N
    assert mine["probability"].tolist() == nearest["probability"].tolist()


def test_a_damaged_picture_is_named_and_the_others_go_on(pictures, vit, tmp_path, caplog) -> None:
    store = Store.create(tmp_path / "store")
    request = make_classify_request(
        images=str(pictures), upscalers=["nearest"], scales=[2], classifier=str(vit)
    )
    run_evaluation(request.evaluation, store)
    [(sr,)] = store.rows(
        "SELECT DISTINCT sr FROM scores WHERE sample = 'coins/0' AND upscaler = 'nearest'"
    )
    store.pictures.path(sr).write_bytes(store.pictures.read(sr)[:-1])
    frame = _again(pictures, vit, tmp_path / "store", scales=[2])
    assert "coins/0 x2 nearest" in caplog.text
    assert "is not what was scored" in caplog.text
    assert len(frame) == 4 * N - 1


def test_batches_are_even_and_lose_no_picture() -> None:
    for count, workers in ((1, 2), (3, 2), (65, 2), (525, 2), (100, 64), (40, 1)):
        batches = run.even_batches([[place] for place in range(count)], workers)
        assert [place for batch in batches for [place] in batch] == list(range(count))
        sizes = {len(batch) for batch in batches[:-1]} or {len(batches[0])}
        assert len(sizes) == 1
        assert max(sizes) <= run.BATCH
        assert max(sizes) * workers <= 512
        if count >= run.BATCH * workers:
            assert len(batches) % workers == 0


def test_a_batch_that_fails_is_looked_at_one_by_one(
    pictures, vit, tmp_path, caplog, monkeypatch
) -> None:
    logits, calls = NetworkClassifier.logits, []

    def short_of_memory(self, prepared):
        calls.append(len(prepared))
        if len(prepared) > 1 or len(calls) == 9:
            raise MemoryError("no more")
        return logits(self, prepared)

    monkeypatch.setattr(NetworkClassifier, "logits", short_of_memory)
    frame = _again(pictures, vit, tmp_path / "store", scales=[2])
    assert max(calls) > 1
    assert 0 < caplog.text.count("unexpected: MemoryError: no more") == 4 * N - len(frame)


def test_images_are_drawn_the_same_every_time(pictures, vit, tmp_path) -> None:
    wanted = {
        "images": str(pictures),
        "upscalers": [],
        "scales": [2],
        "classifier": str(vit),
        "samples": 5,
    }
    first, again = (make_classify_request(**wanted).images for _ in range(2))
    other = make_classify_request(**wanted, seed=1).images
    assert [image.name for image in first] == [image.name for image in again]
    assert [image.name for image in first] != [image.name for image in other]


def test_a_smaller_draw_is_not_warned_of_what_a_larger_one_left(
    classified, pictures, vit, caplog
) -> None:
    with caplog.at_level(logging.WARNING):
        frame = _again(pictures, vit, classified, samples=5)
    assert frame["sample"].nunique() == 5
    assert caplog.text == ""


def test_classes_that_the_classifier_does_not_know_are_named_and_the_others_go_on(
    pictures, vit, tmp_path
) -> None:
    place = tmp_path / "more"
    shutil.copytree(pictures, place)
    shutil.copytree(place / "coins", place / "zebra")
    (place / "bird").mkdir()
    (place / "coins" / "spin.gif").write_bytes(b"GIF89a")
    request = make_classify_request(
        images=str(place), upscalers=[], scales=[2], classifier=str(vit), samples=6, stratified=True
    )
    assert {image.truth for image in request.images} == set(CLASSES)
    done = run_classify(request, Store.create(tmp_path / "store"))
    assert not done.complete
    said = {trouble.where: trouble.reason for trouble in done.classification.troubles}
    assert list(said) == [str(place / "bird"), str(place / "coins" / "spin.gif"), "more/zebra"]
    assert "the classifier vit knows no class of this name" in said["more/zebra"]
    assert done.classification.computed == 18  # originals, small images and bicubic of six


def test_classes_of_which_the_classifier_knows_none_are_refused(pictures, vit, tmp_path) -> None:
    place = tmp_path / "others"
    for number, folder in enumerate(sorted(pictures.iterdir())):
        shutil.copytree(folder, place / f"animal {number}")
    with pytest.raises(LabelsError, match="knows no 'animal 0', 'animal 1', 'animal 2'"):
        classify(str(place), [], [2], classifier=str(vit), store=str(tmp_path / "store"))
    assert Store.open(tmp_path / "store").rows("SELECT count(*) FROM scores") == [(0,)]


def test_a_folder_has_no_classifier_of_its_own(pictures, tmp_path) -> None:
    with pytest.raises(UsageError, match="name one with --classifier"):
        classify(str(pictures), ["nearest"], [2], store=str(tmp_path / "store"))


def test_more_samples_than_there_are_is_wrong_usage(pictures, vit, tmp_path) -> None:
    with pytest.raises(UsageError, match="13 samples are asked for and there are 12"):
        _again(pictures, vit, tmp_path / "store", samples=13)


def _refuse(*_: object, **__: object) -> None:
    raise AssertionError("the classifier was loaded")
