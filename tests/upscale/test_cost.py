"""What one upscaler is and costs here."""

from __future__ import annotations

import pytest

from srlab.errors import UsageError
from srlab.upscale import cost
from srlab.upscale.cost import upscaler_facts


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cost, "_HD", (72, 128))


def test_a_net_tells_parameters_work_and_time(weights) -> None:
    facts = upscaler_facts(str(weights["luma.safetensors"]), 2)
    assert facts["name"] == "luma"
    assert facts["parameters"] == 81 * 8 + 25 * 8 * 4 + 25 * 4 + 8 + 4 + 1
    assert facts["macs_hd"] == (81 * 8 + 25 * 8 * 4 + 25 * 4) * 1280 * 720
    assert facts["seconds_hd"] >= 0
    assert len(facts["weights"]) == 32


def test_a_classical_kernel_is_timed_too() -> None:
    facts = upscaler_facts("bicubic", 3)
    assert (facts["family"], facts["kernel"]) == ("classical", "cubic")
    assert "parameters" not in facts


def test_ready_made_outputs_cannot_be_timed(tmp_path) -> None:
    with pytest.raises(UsageError, match="ready already"):
        upscaler_facts(f"mine=outputs:{tmp_path}", 2)
