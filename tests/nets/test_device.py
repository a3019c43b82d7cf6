"""Where nets run."""

from __future__ import annotations

import pytest
import torch

from srlab.errors import UsageError
from srlab.nets.device import pick_device


@pytest.mark.parametrize("name", ["gpu", "cuda:99", "", "CPU"])
def test_a_device_of_an_odd_name_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="expected auto or"):
        pick_device(name)


def test_auto_takes_a_device_that_is_there() -> None:
    assert pick_device("auto").type in ("cuda", "mps", "cpu")
    assert pick_device("cpu") == torch.device("cpu")


def test_rounding_shortcuts_of_the_hardware_are_off() -> None:
    pick_device("cpu")
    assert not torch.backends.cuda.matmul.allow_tf32
    assert not torch.backends.cudnn.allow_tf32
