"""Maps of where the evidence lies."""

from __future__ import annotations

import numpy as np
import pytest

from srlab.classifiers.catalog import describe_classifier
from srlab.classifiers.explain import GREY, attention_rollout, occlusion_map, rollout
from srlab.errors import ClassifierError, UsageError
from tests.classifiers.stand_in import write_vit


class Corner:
    """Says "bright" with the logit of the mean level of the upper left 4x4 pixels."""

    labels = ("dark", "bright")

    def __call__(self, images):
        level = [image[:4, :4].mean() / 255 for image in images]
        return np.array([[0, 4 * one] for one in level], np.float32)


def _map(image, **changes):
    given = {"label_index": 1, "window": 4, "stride": 4, **changes}
    return occlusion_map(Corner(), image, **given)


WHITE = np.full((10, 14), 255, np.uint8)


def test_only_the_place_of_the_evidence_stands_out():
    drop = _map(WHITE)
    expected = 1 / (1 + np.exp(-4)) - 1 / (1 + np.exp(-4 * GREY / 255))
    assert drop.shape == WHITE.shape
    assert drop.dtype == np.float32
    np.testing.assert_allclose(drop[:4, :4], expected, atol=1e-6)
    assert not drop[4:].any()
    assert not drop[:, 4:].any()


def test_the_other_label_gains_what_this_one_loses():
    np.testing.assert_allclose(_map(WHITE, label_index=0), -_map(WHITE), atol=1e-6)


def test_overlapping_windows_are_averaged():
    drop = _map(WHITE, stride=2)
    assert drop[0, 0] > drop[0, 2] > drop[0, 4] > drop[0, 6] == 0


def test_an_image_of_the_windows_own_grey_has_no_evidence():
    assert not _map(np.full((9, 9, 3), GREY, np.uint8), window=3, stride=2).any()


@pytest.mark.parametrize(("window", "stride"), [(1, 1), (3, 2), (4, 3), (10, 10), (7, 5)])
def test_every_pixel_is_covered(window, stride):
    assert np.isfinite(_map(WHITE, window=window, stride=stride)).all()


@pytest.mark.parametrize(("window", "stride"), [(0, 1), (11, 4), (4, 5), (4, 0), (-1, -1)])
def test_windows_that_do_not_cover_the_image_are_refused(window, stride):
    with pytest.raises(UsageError, match="does not cover 10x14"):
        _map(WHITE, window=window, stride=stride)


def test_too_many_windows_are_refused():
    with pytest.raises(UsageError, match="at most 20000 are tried"):
        _map(np.zeros((300, 300), np.uint8), window=1, stride=1)


@pytest.mark.parametrize("label", [-1, 2])
def test_a_label_that_there_is_not_is_refused(label):
    with pytest.raises(UsageError, match="there is no label"):
        _map(WHITE, label_index=label)


def test_occlusion_serves_a_net_without_attention(resnet, pictures):
    drop = occlusion_map(resnet, pictures[3], label_index=0, window=8, stride=8)
    assert drop.shape == (16, 16)
    assert np.abs(drop).max() > 0


def test_rollout_of_two_layers_is_the_product_computed_by_hand():
    first = [[[1.0, 0.0], [0.5, 0.5]], [[0.0, 1.0], [0.5, 0.5]]]  # two heads: mean all 0.5
    second = [[[1.0, 0.0], [1.0, 0.0]]] * 2
    # (mean + identity) / 2 of each, then second @ first.
    expected = np.array([[1.0, 0.0], [0.5, 0.5]]) @ np.array([[0.75, 0.25], [0.25, 0.75]])
    np.testing.assert_allclose(rollout(np.array([first, second])), expected)


def test_the_rows_of_a_rollout_sum_to_one(rng):
    weights = rng.random((5, 3, 7, 7))
    weights /= weights.sum(axis=-1, keepdims=True)
    np.testing.assert_allclose(rollout(weights).sum(axis=1), 1)


def test_attention_is_that_of_the_class_token_over_the_grid_of_patches(classifier, pictures):
    weights, grid = classifier.attentions(pictures[0])
    assert weights.shape == (2, 2, 17, 17)
    assert grid == (4, 4)
    np.testing.assert_allclose(weights.sum(axis=-1), 1, atol=1e-5)
    shares = attention_rollout(classifier, pictures[0])
    assert shares.shape == (60, 80)
    assert shares.dtype == np.float32
    assert shares.min() >= 0
    own = rollout(weights)[0]
    np.testing.assert_allclose(shares.mean(), own[1:].mean(), rtol=1e-3)
    np.testing.assert_allclose(shares[0, 0], own[1], rtol=1e-5)


def test_looking_at_attention_changes_no_prediction(classifier, pictures):
    before = classifier(pictures)
    classifier.attentions(pictures[1])
    np.testing.assert_array_equal(classifier(pictures), before)


def test_a_net_without_a_class_token_has_no_rollout(resnet, pictures):
    with pytest.raises(ClassifierError, match="'resnet' does not judge by a class token"):
        attention_rollout(resnet, pictures[0])


def test_a_processor_that_cuts_the_image_has_no_rollout(tmp_path, pictures):
    cut = {"do_center_crop": True, "crop_size": {"height": 16, "width": 16}}
    folder = write_vit(tmp_path, image_processor_type="DeiTImageProcessor", **cut)
    classifier = describe_classifier(str(folder)).load("cpu")
    with pytest.raises(ClassifierError, match="cuts the middle out"):
        attention_rollout(classifier, pictures[0])
