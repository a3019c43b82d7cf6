"""The files of a classifier in Hugging Face format, read without torch and without trust.

Of the configuration only data is taken: whatever would name code or another place to load from is
left out, and nothing but these files is ever handed on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from srlab.errors import CheckpointUnreadableError, ClassifierError
from srlab.fingerprint import canonical_json, digest

CONFIG = "config.json"
PROCESSORS = ("preprocessor_config.json", "processor_config.json")
"""Where a processor's settings may be; the second file counts if it holds an image processor's."""
WEIGHTS = ("model.safetensors", "pytorch_model.bin")
BACKEND = "pil"

MAX_JSON_BYTES = 8 << 20
MAX_LABELS = 100_000
MAX_LABEL = 200
_CODE_REVISION = 1
"""Goes up when the code around a net changes what it makes of the same files."""

_LEADS_ELSEWHERE = {"auto_map", "attn_implementation", "name_or_path", "custom_pipelines"}
_BUFFERS = ("running_mean", "running_var", "num_batches_tracked", "position_ids")


@dataclass(frozen=True, kw_only=True)
class ClassifierFiles:
    """What a folder says of a classifier; `config` and `processor` are JSON tables of data."""

    config: dict[str, Any]
    processor: dict[str, Any]
    labels: tuple[str, ...]
    weights: Path

    def identity(self, weights_digest: bytes) -> dict[str, Any]:
        """What changes a prediction, given the digest of the weights' file."""
        return {
            "weights": weights_digest.hex(),
            "config": digest(self.config).hex(),
            "processor": canonical_json(self.processor),
            "backend": BACKEND,
            "code": _CODE_REVISION,
        }

    def facts(self) -> dict[str, Any]:
        """For tables, as far as the files tell: architecture, parameters, classes, input size."""
        named = self.config.get("architectures")
        architecture = named[0] if isinstance(named, list) and named else self.config["model_type"]
        facts = {
            "architecture": str(architecture)[:MAX_LABEL],
            "parameters": _parameters(self.weights),
            "classes": len(self.labels),
            "input_size": _input_size(self.processor),
        }
        return {name: value for name, value in facts.items() if value is not None}


def read_files(folder: Path) -> ClassifierFiles:
    """The files of `folder`.

    Raises ClassifierError for a folder that holds no classifier with named classes, or one that is
    not loaded (several files of weights, quantised); CheckpointUnreadableError for no JSON.
    """
    config = _read_json(folder / CONFIG)
    if not isinstance(config.get("model_type"), str):
        raise ClassifierError(
            f"{folder / CONFIG} names no model_type; it is of no transformers net"
        )
    if "quantization_config" in config:
        raise ClassifierError(f"{folder} holds a quantised net; expected one in floating point")
    return ClassifierFiles(
        config=config,
        processor=_read_processor(folder),
        labels=_labels(config, folder),
        weights=_weights(folder),
    )


def _read_json(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            text = file.read(MAX_JSON_BYTES + 1)
    except OSError as error:
        raise ClassifierError(
            f"{path} cannot be read ({error.strerror}); expected a folder as save_pretrained "
            f"writes it: {CONFIG}, {PROCESSORS[0]}, {WEIGHTS[0]}"
        ) from error
    if len(text) > MAX_JSON_BYTES:
        raise CheckpointUnreadableError(f"{path} is over {MAX_JSON_BYTES >> 20} MiB; not read")
    try:
        table = _data_only(json.loads(text))
        canonical_json(table)
    except (ValueError, RecursionError) as error:
        raise CheckpointUnreadableError(f"{path} is no JSON that can be used: {error}") from error
    if not isinstance(table, dict):
        raise CheckpointUnreadableError(f"{path} holds no table; expected one in braces")
    return table


def _data_only(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: _data_only(inner)
            for key, inner in value.items()
            if key.lstrip("_") not in _LEADS_ELSEWHERE
        }
    return [_data_only(inner) for inner in value] if isinstance(value, list) else value


def _read_processor(folder: Path) -> dict[str, Any]:
    older, newer = (folder / name for name in PROCESSORS)
    nested = _read_json(newer).get("image_processor") if newer.is_file() else None
    return nested if isinstance(nested, dict) else _read_json(older)


def _labels(config: Mapping[str, Any], folder: Path) -> tuple[str, ...]:
    names = config.get("id2label")
    if not isinstance(names, dict) or not names:
        raise ClassifierError(
            f"{folder / CONFIG} has no id2label, so the classes have no names; add them: "
            '"id2label": {"0": "apple_pie", "1": …}'
        )
    labels = [names.get(str(number)) for number in range(min(len(names), MAX_LABELS + 1))]
    for number, label in enumerate(labels):
        if not isinstance(label, str) or not label.isprintable() or not 0 < len(label) <= MAX_LABEL:
            raise ClassifierError(
                f"id2label of {folder / CONFIG} has no usable name for class {number}; expected "
                f'"0", "1", … each with up to {MAX_LABEL} printable characters'
            )
    if not 2 <= len(labels) <= MAX_LABELS:
        raise ClassifierError(
            f"{folder / CONFIG} names {len(names)} class(es); expected 2 to {MAX_LABELS}"
        )
    return tuple(str(label) for label in labels)


def _weights(folder: Path) -> Path:
    for name in WEIGHTS:
        if (folder / name).is_file():
            return folder / name
        if (folder / f"{name}.index.json").is_file():
            raise ClassifierError(f"{folder} holds weights in several files; expected one {name}")
    raise ClassifierError(f"{folder} holds no weights; expected {' or '.join(WEIGHTS)}")


def _parameters(weights: Path) -> int | None:
    """How many numbers a safetensors file holds as parameters; None for another kind of file."""
    if weights.suffix != ".safetensors":
        return None
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(weights, framework="numpy") as file:
            return sum(
                prod(file.get_slice(key).get_shape())
                for key in file.keys()  # noqa: SIM118 (no mapping)
                if not key.endswith(_BUFFERS)
            )
    except (SafetensorError, OSError) as error:
        raise CheckpointUnreadableError(
            f"{weights} is not a whole safetensors file: {error}; download or save it again"
        ) from error


def _input_size(processor: Mapping[str, Any]) -> list[int] | None:
    """`[height, width]` that images are brought to."""
    size = processor.get("crop_size") if processor.get("do_center_crop") else None
    size = size or processor.get("size")
    if isinstance(size, int):
        return [size, size]
    sides = [size.get("height"), size.get("width")] if isinstance(size, dict) else []
    numbers = [side for side in sides if isinstance(side, int)]
    return numbers if len(numbers) == 2 else None
