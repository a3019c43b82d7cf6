"""Specs: there and back as JSON, and nothing built from a stranger's numbers unchecked."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from srlab.errors import CheckpointMismatchError, UnknownNameError
from srlab.nets.recognise import build
from srlab.nets.spec import ARCHITECTURES, make_spec
from tests.nets.every import SMALL, small_spec


@pytest.mark.parametrize("name", list(SMALL))
@pytest.mark.parametrize("channels", [1, 3])
def test_a_spec_survives_json(name, channels) -> None:
    spec = small_spec(name, scale=4, channels=channels)
    assert make_spec(json.loads(json.dumps(spec.facts())), place="test") == spec


@pytest.mark.parametrize("name", ARCHITECTURES.names())
def test_the_tail_names_the_last_layers_weights(name) -> None:
    settings = {key: {**SMALL[key]} for key in SMALL if SMALL[key]["architecture"] == name}
    spec = make_spec({**next(iter(settings.values())), "scale": 2, "channels": 3}, place="test")
    keys = list(build(spec).state_dict())
    assert keys[-1].startswith(spec.row.tail)
    assert not keys[0].startswith(spec.row.tail)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"scale": 5}, "scale is 5"),
        ({"scale": True}, "scale is True"),
        ({"scale": "2"}, "scale is '2'"),
        ({"channels": 4}, "channels is 4"),
        ({"width": 0}, "width is 0; expected a whole number from 1 to 1024"),
        ({"width": 10**9}, "width is 1000000000"),
        ({"width": 4.0}, r"width is 4\.0"),
        ({"depth": [1]}, r"depth is \[1\]"),
        ({"residual_scaling": 7}, "expected a number from 0.001 to 1"),
        ({"upsampler": "none"}, "expected paper or direct"),
        ({"subtract_mean": 1}, "expected true or false"),
        ({"colour": 1}, "edsr has no setting 'colour'; known are depth"),
    ],
)
def test_what_is_out_of_range_is_named(changes, message) -> None:
    facts = {"architecture": "edsr", "scale": 2, "channels": 3, **changes}
    with pytest.raises(CheckpointMismatchError, match=f"net.safetensors: .*{message}"):
        make_spec(facts, place="net.safetensors")


def test_an_unknown_architecture_brings_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean edsr"):
        make_spec({"architecture": "edsrr", "scale": 2}, place="test")


def test_reading_specs_imports_no_torch() -> None:
    code = "import sys, srlab.nets.spec; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
