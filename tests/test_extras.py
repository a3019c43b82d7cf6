"""Optional packages, and torchvision beside a torch it was not built for."""

from __future__ import annotations

import json

import pytest
import torch

from srlab.errors import MissingExtraError
from srlab.extras import import_torchvision, require


def test_a_package_that_is_there_is_imported() -> None:
    assert require("json", extra="dev") is json


def test_a_package_that_is_not_there_is_named_with_the_line_that_installs_it() -> None:
    with pytest.raises(MissingExtraError, match=r"pip install 'srlab\[ray\]'"):
        require("no_such_package_for_srlab", extra="ray")


def test_torchvision_is_imported_and_its_models_can_be_made() -> None:
    torchvision = import_torchvision()
    net = torchvision.models.squeezenet1_1(weights=None).eval()
    with torch.inference_mode():
        assert net(torch.zeros(1, 3, 64, 64)).shape == (1, 1000)


def test_importing_torchvision_again_gives_the_same_module() -> None:
    assert import_torchvision() is import_torchvision()
