"""Drawn images of known class are evaluated like any benchmark."""

from __future__ import annotations

from srlab.data.classes import drawn_benchmark, parse_images
from srlab.evaluation.request import make_request
from srlab.evaluation.run import Resources, run_evaluation
from srlab.image.files import decode
from srlab.store.store import Store


def test_patches_without_files_are_scored_and_kept_under_their_names(store: Store) -> None:
    source = parse_images("materials")
    images = source.draw(3)
    request = make_request(
        benchmarks=[drawn_benchmark(source, images)], upscalers=["bicubic"], scales=[4]
    )
    result = run_evaluation(request, store, resources=Resources(workers=1))
    assert (result.computed, result.missing) == (6, 0)
    again = run_evaluation(request, store, resources=Resources(workers=1))
    assert (again.computed, again.present) == (0, 6)
    rows = store.rows("SELECT DISTINCT benchmark, sample, hr FROM scores ORDER BY sample")
    assert [row[:2] for row in rows] == [("materials", image.name) for image in images]
    for (_, _, hr), image in zip(rows, images, strict=True):
        assert (decode(store.pictures.read(hr)).pixels == decode(image.source).pixels).all()
