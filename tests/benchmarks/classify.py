"""Classifying stored pictures, beside the transformers pipeline and beside the pure forward.

    python tests/benchmarks/classify.py

The shipped ViT over all `materials` pictures of a store (originals, small, upscaled), against
`transformers.pipeline` with the same processor and batch on the same PNG files. The pipeline opens
every image as RGB, so it gets the net's equal for three channels (the first layer's weights three
times, by a third); both must give the same labels. Then a
ViT-B/16 with random weights over the photographs of ../shared/data/food101, against its forward
alone on tensors that are ready. A second run finds everything stored.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch

from srlab.classification.classify import make_classify_request
from srlab.classification.looks import Look, wanted_looks
from srlab.classification.run import BATCH, run_classification
from srlab.classifiers.catalog import describe_classifier
from srlab.classifiers.info import ClassifierInfo
from srlab.evaluation.run import run_evaluation
from srlab.extras import import_torchvision
from srlab.image.files import decode
from srlab.store.store import Store

SHARED = Path(os.environ.get("SRLAB_SHARED") or Path(__file__).parents[3] / "shared")
ROUNDS = 3


def looks_at(store: Store, images: str, classifier: str, samples: int | None) -> list[Look]:
    """The pictures of a study, made and stored; nothing is classified yet."""
    request = make_classify_request(
        images=images, upscalers=["bicubic"], scales=[4], classifier=classifier, samples=samples
    )
    run_evaluation(request.evaluation, store)
    truths = {image.name: image.truth for image in request.images}
    return wanted_looks(store, request.source.name, truths, upscalers=request.upscalers, scales=[4])


def best(call: Callable[[], object]) -> float:
    """The shortest of some rounds, in seconds; the first does not count."""
    call()
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return min(taken)


class Loaded(ClassifierInfo):
    """A description whose net is loaded already, so that loading is not timed."""

    def load(self, device: str = "auto") -> object:
        """The net of before."""
        del device
        return NETS[self.fingerprint]


NETS: dict[bytes, object] = {}


def loaded(text: str) -> ClassifierInfo:
    """The classifier that `text` names, with its net at hand."""
    info = describe_classifier(text)
    NETS[info.fingerprint] = info.load("cpu")
    facts = {"identity": info.identity, "labels": info.labels, "facts": info.facts}
    return Loaded(name=info.name, source=info.source, **facts)


def classify_seconds(store: Store, looks: list[Look], info: ClassifierInfo) -> float:
    """Seconds from the first picture to the last row, nothing known before."""

    def work() -> None:
        for shard in store.root.glob("predictions/**/*.parquet"):
            shard.unlink()
        run_classification(store, looks, info, device="cpu")

    return best(work)


def pipeline_seconds(store: Store, looks: list[Look], info: ClassifierInfo, source: str) -> float:
    """The same pictures through transformers' pipeline; its labels are checked against ours."""
    import_torchvision()
    from transformers import AutoImageProcessor, pipeline

    paths = {look.content: str(store.pictures.path(look.image)) for look in looks}
    processor = AutoImageProcessor.from_pretrained(source, backend="pil")
    pipe = pipeline("image-classification", model=source, image_processor=processor, device="cpu")
    said = pipe(list(paths.values()), batch_size=BATCH)
    rows = store.rows("SELECT key, label FROM predictions", tables=("predictions",))
    ours = {bytes(key): label for key, label in rows}
    names = {look.content: ours[look.key(info.fingerprint)] for look in looks}
    if differ := sum(one[0]["label"] != names[key] for key, one in zip(paths, said, strict=True)):
        raise SystemExit(f"{differ} of {len(paths)} labels differ from the pipeline's")
    return best(lambda: pipe(list(paths.values()), batch_size=BATCH))


def with_three_channels(folder: Path, source: str) -> str:
    """The grey ViT of `source` as one of RGB that says the same of replicated grey."""
    from safetensors.torch import load_file, save_file

    folder.mkdir()
    weights = load_file(Path(source) / "model.safetensors")
    [first] = [name for name, value in weights.items() if value.ndim == 4]
    weights[first] = weights[first].repeat(1, 3, 1, 1) / 3
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    for name, changes in (
        ("config.json", {"num_channels": 3}),
        ("preprocessor_config.json", {"image_mean": [0.5] * 3, "image_std": [0.5] * 3}),
    ):
        table = json.loads((Path(source) / name).read_text()) | changes
        (folder / name).write_text(json.dumps(table))
    return str(folder)


def forward_seconds(store: Store, looks: list[Look], info: ClassifierInfo) -> float:
    """The net alone, on batches that are ready."""
    net = NETS[info.fingerprint]
    names = list({look.content: look.image for look in looks}.values())
    pixels = [decode(store.pictures.read(name)).pixels for name in names]
    ready = [net.prepare(pixels[i : i + BATCH]) for i in range(0, len(pixels), BATCH)]
    return best(lambda: [net.logits(batch) for batch in ready])


def random_vit_b(folder: Path, labels: list[str]) -> str:
    """A ViT-B/16 with random weights in Hugging Face format."""
    import_torchvision()
    from transformers import ViTConfig, ViTForImageClassification, ViTImageProcessorPil

    torch.manual_seed(0)
    names = dict(enumerate(labels))
    config = ViTConfig(id2label=names, label2id={name: i for i, name in names.items()})
    ViTForImageClassification(config).save_pretrained(folder)
    ViTImageProcessorPil().save_pretrained(folder)
    return str(folder)


def main() -> None:
    """Measure both, and print ratios."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store.create(Path(folder) / "small")
        info = loaded("materials-vit")
        looks = looks_at(store, "materials", "materials-vit", None)
        ours = classify_seconds(store, looks, info)
        twin = with_three_channels(Path(folder) / "twin", info.source)
        theirs = pipeline_seconds(store, looks, info, twin)
        start = time.perf_counter()
        again = run_classification(store, looks, info)
        second = time.perf_counter() - start
        count = len({look.content for look in looks})
        sys.stdout.write(
            f"materials-vit: srlab {count / ours:.0f} images/s, transformers' pipeline "
            f"{count / theirs:.0f} images/s, ratio {theirs / ours:.1f}; a second run finds "
            f"{again.present} predictions in {second:.2f} s\n"
        )
        photos = SHARED / "data" / "food101" / "test"
        labels = sorted(path.name for path in photos.iterdir())
        source = random_vit_b(Path(folder) / "vit-b", labels)
        store = Store.create(Path(folder) / "large")
        info = loaded(source)
        looks = looks_at(store, str(photos), source, 24)
        ours = classify_seconds(store, looks, info)
        forward = forward_seconds(store, looks, info)
        sys.stdout.write(
            f"ViT-B/16, {len(looks)} pictures: srlab {1e3 * ours / len(looks):.0f} ms an image, "
            f"forward alone {1e3 * forward / len(looks):.0f} ms, ratio {ours / forward:.3f}\n"
        )


if __name__ == "__main__":
    main()
