"""What a weights file tells of its training, and how far it is believed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from srlab.nets.save import write_checkpoint
from srlab.upscale.headers import told_facts
from tests.nets.every import small_net, small_spec


def _written(folder: Path, facts: dict[str, Any]) -> Path:
    path = folder / "net.safetensors"
    write_checkpoint(path, small_spec("edsr"), small_net("edsr").state_dict(), facts=facts)
    return path


def test_licence_data_and_recipe_are_told(tmp_path: Path) -> None:
    recipe = {"name": "mine", "data": {"folders": ["A", "B"]}}
    facts = {"licence": "MIT", "recipe": recipe, "data": {"images": 12}}
    assert told_facts(_written(tmp_path, facts)) == {
        "licence": "MIT",
        "training_data": "12 images of A, B",
        "recipe": "mine",
    }


def test_what_is_not_told_is_left_out(tmp_path: Path) -> None:
    assert told_facts(_written(tmp_path, {})) == {}


def test_a_strangers_header_is_bounded_and_its_shapes_are_not_believed(tmp_path: Path) -> None:
    facts = {"licence": "x" * 5000, "recipe": "none", "data": [1, 2]}
    assert told_facts(_written(tmp_path, facts)) == {"licence": "x" * 200}


def test_files_of_others_tell_nothing(tmp_path: Path) -> None:
    path = tmp_path / "other.safetensors"
    save_file({"a": torch.zeros(1)}, path)
    assert told_facts(path) == {}
    assert told_facts(tmp_path / "absent.safetensors") == {}
    damaged = tmp_path / "damaged.safetensors"
    save_file({"a": torch.zeros(1)}, damaged, metadata={"srlab": "{"})
    assert told_facts(damaged) == {}


def test_what_would_steer_a_terminal_is_not_told(tmp_path) -> None:
    path = _written(tmp_path, {"licence": "MIT\x1b]0;pwned\x07\nby me"})
    assert told_facts(path)["licence"] == "MIT]0;pwnedby me"
