"""The published figure of `nateraw/food`: opt-in, for it downloads 1.6 GB and takes hours."""

from __future__ import annotations

import pytest

from srlab.classifiers.catalog import describe_classifier
from srlab.classifiers.labels import match_labels
from srlab.data.classes import parse_images
from srlab.image.files import decode
from srlab.shipped import share_root
from srlab.study.read import read_study

RIGHT, IMAGES = 22_505, 25_250
"""The model card says 0.8912871 on the validation split, whose files are taken untouched."""
_BATCH = 64


@pytest.mark.network
@pytest.mark.timeout(0)
def test_the_classifier_of_food_reaches_what_its_card_says() -> None:
    info = describe_classifier("food")
    source = parse_images("food101")
    place = match_labels(source.labels(), info.labels)
    classifier, images = info.load(), source.draw()
    right = 0
    for start in range(0, len(images), _BATCH):
        batch = images[start : start + _BATCH]
        logits = classifier([decode(image.source, name=image.name).pixels for image in batch])
        truths = [place[image.truth] for image in batch]
        right += sum(int(row.argmax()) == truth for row, truth in zip(logits, truths, strict=True))
    assert (right, len(images)) == (RIGHT, IMAGES)


def test_the_course_study_is_one_file() -> None:
    step = read_study(share_root() / "reports" / "food101" / "study.toml").classify
    assert step is not None
    assert (step.images, step.samples, step.seed, step.scales) == ("food101", 500, 0, (3,))
