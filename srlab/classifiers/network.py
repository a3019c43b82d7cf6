"""Any image classifier of transformers: its files become a call from uint8 images to logits."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL import Image

from srlab.classifiers.files import BACKEND, CONFIG, PROCESSORS, ClassifierFiles, read_files
from srlab.errors import CheckpointMismatchError, ClassifierError
from srlab.extras import import_torchvision
from srlab.fingerprint import bytes_digest
from srlab.image.color import replicate
from srlab.nets.checkpoint import Weights, read_weights, read_weights_file
from srlab.nets.device import pick_device, running

if TYPE_CHECKING:
    from srlab.classifiers.info import ClassifierInfo, Floats, Pixels

BATCH = 32
"""Images in one forward of a call."""
CLASS_TOKEN = ("vit", "deit", "vit_msn")
"""Kinds of nets whose class token alone is judged, and attends to a grid of patches."""


def load_network(info: ClassifierInfo, device: str) -> NetworkClassifier:
    """The classifier whose files lie at `info.source`, on `device`; it has classified once.

    Raises CheckpointMismatchError where weights, config and processor do not fit together,
    ClassifierError for what transformers does not load, or for files that changed meanwhile, and
    as `read_files`, `read_weights` and `pick_device` do.
    """
    files = read_files(Path(info.source))
    content = read_weights_file(files.weights)
    if files.identity(bytes_digest(content)) != info.identity:
        raise ClassifierError(f"{info.source} changed while it was being used; run again")
    weights = read_weights(content, name=str(files.weights))
    del content
    if (layers := _announced_layers(files.config)) > len(weights):
        raise CheckpointMismatchError(
            f"the config of {info.source} announces {layers} layers, and its weights are "
            f"{len(weights)} tensors"
        )
    with _quiet():
        config, processor = _settings(files, info.source)
        model = _filled(config, weights, info.source)
    network = NetworkClassifier(model.to(pick_device(device)), processor, labels=info.labels)
    _try_out(network, info.source)
    return network


class NetworkClassifier:
    """A net and its processor; see `Classifier`. Grey is replicated, or colour made grey by luma.

    Which of the two is needed is read off the net's input channels.
    """

    def __init__(self, model: Any, processor: Any, *, labels: tuple[str, ...]) -> None:
        self._model, self._processor = model, processor
        self._channels = getattr(model.config, "num_channels", 3)
        self.labels = labels

    def __call__(self, images: Sequence[Pixels]) -> Floats:
        """Logits, float32 (N, classes)."""
        batches = (images[start : start + BATCH] for start in range(0, len(images), BATCH))
        logits = [self.logits(self.prepare(batch)) for batch in batches]
        return np.concatenate([np.zeros((0, len(self.labels)), np.float32), *logits])

    def prepare(self, images: Sequence[Pixels]) -> torch.Tensor:
        """What the processor makes of images, float32 (N, channels, height, width).

        Raises ClassifierError where it leaves them at different sizes.
        """
        ready = [self._with_channels(image) for image in images]
        try:
            made = self._processor(ready, input_data_format="channels_last", return_tensors="pt")
        except ValueError as error:
            reason = " ".join(str(error).split())[:200]
            raise ClassifierError(f"the processor cannot prepare these images: {reason}") from error
        return made["pixel_values"]

    def logits(self, prepared: torch.Tensor) -> Floats:
        """Logits of one batch, float32 (N, classes)."""
        with running(self._model.device):
            made = self._model(pixel_values=prepared.to(self._model.device))
            return made.logits.float().cpu().numpy()

    def attentions(self, image: Pixels) -> tuple[Floats, tuple[int, int]]:
        """Attention weights (layers, heads, tokens, tokens), and the (rows, columns) of patches.

        Computed by the eager implementation, which alone gives them. Raises ClassifierError for a
        net without a class token, or a processor that cuts a part of the image away.
        """
        config = self._model.config
        if config.model_type not in CLASS_TOKEN:
            raise ClassifierError(
                f"a net of the kind {config.model_type!r} does not judge by a class token's "
                f"attention; expected {', '.join(CLASS_TOKEN)}: occlusion serves any net"
            )
        if getattr(self._processor, "do_center_crop", False):
            raise ClassifierError(
                "the processor cuts the middle out, so attention is not over the whole image; "
                "occlusion serves any net"
            )
        batch = self.prepare([image]).to(self._model.device)
        before = config._attn_implementation
        with running(self._model.device):
            self._model.set_attn_implementation("eager")
            try:
                layers = self._model(pixel_values=batch, output_attentions=True).attentions
            finally:
                self._model.set_attn_implementation(before)
        rows, columns = np.array(batch.shape[-2:]) // np.array(config.patch_size)
        return torch.cat(layers).float().cpu().numpy(), (int(rows), int(columns))

    def _with_channels(self, image: Pixels) -> Pixels:
        if self._channels == 3:
            return replicate(image)
        grey = np.asarray(Image.fromarray(image).convert("L")) if image.ndim == 3 else image
        return grey[..., None]


def _announced_layers(config: Mapping[str, Any]) -> int:
    """How many layers a config would have made, which might be more than fit into memory."""
    depths = config.get("depths")
    counts = [config.get("num_hidden_layers"), config.get("num_layers")]
    counts += depths if isinstance(depths, list) else []
    return max((count for count in counts if isinstance(count, int)), default=0)


def _settings(files: ClassifierFiles, place: str) -> tuple[Any, Any]:
    """Config and processor, made by transformers from two files of plain data."""
    import_torchvision()
    from transformers import AutoConfig, AutoImageProcessor

    local = {"trust_remote_code": False, "local_files_only": True}
    try:
        with TemporaryDirectory() as folder:
            for name, table in ((CONFIG, files.config), (PROCESSORS[0], files.processor)):
                Path(folder, name).write_text(json.dumps(table), encoding="utf-8")
            config = AutoConfig.from_pretrained(folder, **local)
            processor = AutoImageProcessor.from_pretrained(folder, backend=BACKEND, **local)
    except Exception as error:  # a stranger's settings may fail in any way there is
        raise ClassifierError(f"{place} is not loaded: {_reason(error)}") from error
    if getattr(processor, "backend", None) != BACKEND:
        raise ClassifierError(
            f"the processor {type(processor).__name__} of {place} has no backend {BACKEND!r}; its "
            "pixels would differ from version to version"
        )
    return config, processor


def _filled(config: Any, weights: Weights, place: str) -> Any:
    """The net of `config` with all of its weights in it, float32, in evaluation mode."""
    from transformers import MODEL_FOR_IMAGE_CLASSIFICATION_MAPPING

    if type(config) not in MODEL_FOR_IMAGE_CLASSIFICATION_MAPPING:
        raise ClassifierError(f"{place} is {config.model_type!r}, which classifies no images")
    kinds: Any = MODEL_FOR_IMAGE_CLASSIFICATION_MAPPING[type(config)]
    kind = kinds[0] if isinstance(kinds, tuple) else kinds
    try:
        model, found = kind.from_pretrained(
            None,
            config=config,
            state_dict=weights,
            dtype=torch.float32,
            ignore_mismatched_sizes=True,
            output_loading_info=True,
        )
    except Exception as error:  # a stranger's config may ask for anything
        raise CheckpointMismatchError(f"{place} is not loaded: {_reason(error)}") from error
    _require_whole(found, place)
    return model.eval()


def _require_whole(found: Mapping[str, Any], place: str) -> None:
    """Raise for weights that are not there, which transformers would draw at random."""
    if lost := sorted(found["missing_keys"]):
        raise CheckpointMismatchError(
            f"{place} lacks {len(lost)} of the net's weights, such as {lost[0]}; save the whole "
            "classifier (save_pretrained)"
        )
    for key, has, wants in found["mismatched_keys"]:
        raise CheckpointMismatchError(
            f"{place}: {key} is {tuple(has)} and the net of its config wants {tuple(wants)}; "
            "config and weights are not of one classifier"
        )


def _try_out(network: NetworkClassifier, place: str) -> None:
    """Raise unless a blank image gets one finite logit per class."""
    try:
        logits = network([np.zeros((64, 64), np.uint8)])
    except Exception as error:  # processor and net may disagree in any way there is
        raise CheckpointMismatchError(
            f"the processor and the net of {place} do not fit together: {_reason(error)}"
        ) from error
    if logits.shape != (1, len(network.labels)) or not np.isfinite(logits).all():
        raise CheckpointMismatchError(
            f"{place} gives {logits.shape[-1]} logits of a blank image, or nan; expected "
            f"{len(network.labels)} finite ones, as id2label has classes"
        )


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"


@contextmanager
def _quiet() -> Iterator[None]:
    """No progress bars and no reports of transformers; errors say what they would."""
    from transformers.utils import logging

    before, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(before)
        if bars:
            logging.enable_progress_bar()
