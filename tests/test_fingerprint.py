"""Digests: equal for equal things, different for different ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from srlab.fingerprint import (
    DIGEST_BYTES,
    bytes_digest,
    canonical_json,
    digest,
    file_digest,
    pixel_digest,
)

_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def test_the_digest_of_facts_is_frozen() -> None:
    """Keys in stores depend on it: `sha256(b'{"a":1,"b":["x",null]}')`, cut to 16 bytes."""
    assert digest({"b": ["x", None], "a": 1}).hex() == "18c018603b12c4beed8593acb6ad65cd"


@given(st.dictionaries(st.text(), _json, max_size=5))
def test_the_order_of_keys_does_not_count(facts: dict) -> None:
    assert digest(dict(reversed(facts.items()))) == digest(facts)


@given(_json, _json)
def test_different_facts_have_different_digests(one: object, other: object) -> None:
    same = canonical_json(one) == canonical_json(other)
    assert (digest(one) == digest(other)) is same


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        digest({"value": value})


@pytest.mark.parametrize(
    "value", [Path("x"), b"x", {1, 2}, object()], ids=["path", "bytes", "set", "object"]
)
def test_what_json_cannot_say_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        digest({"value": value})


def test_pixels_count_with_their_shape(rng) -> None:
    pixels = rng.integers(0, 256, (4, 6), dtype=np.uint8)
    assert pixel_digest(pixels) != pixel_digest(pixels.reshape(6, 4))
    assert pixel_digest(pixels) != pixel_digest(pixels.reshape(2, 4, 3))


def test_a_view_has_the_digest_of_its_copy(rng) -> None:
    pixels = rng.integers(0, 256, (9, 8, 3), dtype=np.uint8)
    view = pixels[::2, 1:-1]
    assert pixel_digest(view) == pixel_digest(np.ascontiguousarray(view))


def test_one_changed_pixel_changes_the_digest(rng) -> None:
    pixels = rng.integers(0, 256, (9, 8, 3), dtype=np.uint8)
    other = pixels.copy()
    other[4, 4, 1] ^= 1
    assert pixel_digest(pixels) != pixel_digest(other)


@pytest.mark.parametrize("size", [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 7])
def test_a_file_has_the_digest_of_its_bytes(tmp_path: Path, size: int) -> None:
    content = bytes(range(256)) * (size // 256 + 1)
    (tmp_path / "file").write_bytes(content[:size])
    assert file_digest(tmp_path / "file") == bytes_digest(content[:size])
    assert len(bytes_digest(content)) == DIGEST_BYTES
