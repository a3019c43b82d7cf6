"""Names that cannot be one of a file are named as what they are, wherever they are typed."""

from __future__ import annotations

import pytest

_LONG = "x" * 300


@pytest.mark.parametrize(
    "words",
    [
        f"evaluate -b {_LONG} -u bicubic -s 2",
        f"evaluate -b ./{_LONG} -u bicubic -s 2",
        f"evaluate -b {_LONG}.h5 -u bicubic -s 2",
        f"evaluate -b photos -u {_LONG} -s 2",
        f"evaluate -b photos -u m=./{_LONG}.pth -s 2",
        f"evaluate -b photos -u m=outputs:{_LONG} -s 2",
        f"evaluate -b photos -u py:{_LONG}:f -s 2",
        f"evaluate -b photos -u bicubic -s 2 --lr {_LONG}",
        f"classify --images {_LONG} -u bicubic -s 2",
        f"classify --images materials --classifier {_LONG} -u bicubic -s 2",
        f"upscale {_LONG} -u bicubic -s 2 -o out",
        f"upscale photos -u bicubic -s 2 -o {_LONG}",
        f"score {_LONG} photos",
        f"run {_LONG}.toml",
        f"train {_LONG}",
        f"train {_LONG}.toml",
    ],
)
def test_a_name_over_255_bytes_is_wrong_usage(srlab_, words: str) -> None:
    said = srlab_(words)
    assert said.code == 2
    assert "Traceback" not in said.err
    assert "xxx" in said.err


@pytest.mark.parametrize("words", ["scores", "report -o out", "store info"])
def test_a_store_that_cannot_be_is_missing(srlab_, words: str) -> None:
    option = [_LONG] if words.startswith("report") else ["--store", _LONG]
    said = srlab_(words, *option)
    assert said.code in (1, 2)
    assert "xxx" in said.err
