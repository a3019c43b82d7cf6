"""The routes carry the store's own bytes, and nothing else."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import numpy as np
import pytest
from starlette.testclient import TestClient

from dashboard import server
from srlab.analysis.frames import scores
from srlab.errors import UsageError
from srlab.image.difference import difference_map
from srlab.image.files import decode
from srlab.store.store import Store

ABSENT = "0" * 32


@pytest.fixture(scope="module")
def client(store: Store) -> Iterator[TestClient]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SRLAB_STORE", "")  # build_app sets it; undone here
        yield TestClient(server.build_app(store.root), base_url="http://127.0.0.1")


@pytest.fixture(scope="module")
def digests(store: Store) -> dict[str, str]:
    """hr, lr and sr of one sample, as hex."""
    rows = scores(
        store,
        benchmarks=["skimage"],
        samples=["astronaut"],
        scales=[3],
        upscalers=["bicubic"],
        extra=["hr", "lr", "sr"],
    )
    return {name: bytes(rows[name].iloc[0]).hex() for name in ("hr", "lr", "sr")}


@pytest.mark.parametrize("name", ["hr", "lr", "sr"])
def test_a_picture_arrives_byte_for_byte(client: TestClient, store: Store, digests, name) -> None:
    answer = client.get(f"/sr/{digests[name]}.png")
    assert answer.content == store.pictures.path(digests[name]).read_bytes()
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "immutable" in answer.headers["cache-control"]


def test_a_difference_is_the_library_s(client: TestClient, store: Store, digests) -> None:
    answer = client.get(f"/difference/{digests['sr']}/{digests['hr']}.png")
    sr, hr = (decode(store.pictures.read(digests[name])).pixels for name in ("sr", "hr"))
    np.testing.assert_array_equal(decode(answer.content).pixels, difference_map(sr, hr))


def test_a_difference_of_unequal_sizes_is_refused_in_words(client: TestClient, digests) -> None:
    answer = client.get(f"/difference/{digests['sr']}/{digests['lr']}.png")
    assert answer.status_code == 422
    assert "equal sizes" in answer.text


@pytest.mark.parametrize("path", [f"/sr/{ABSENT}.png", f"/difference/{ABSENT}/{ABSENT}.png"])
def test_a_missing_picture_is_404_with_what_to_do(client: TestClient, path) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "evaluate again" in answer.text


@pytest.mark.parametrize(
    "name", ["schema", "ABCDEF" + "0" * 26, "0" * 31, "0" * 33, "0" * 31 + "g", "%00" * 32]
)
def test_what_is_no_digest_is_refused(client: TestClient, name) -> None:
    assert client.get(f"/sr/{name}.png").status_code == 400


@pytest.mark.parametrize(
    "path",
    ["/sr/..%2F..%2Fschema.json.png", "/sr/%2e%2e/%2e%2e/schema.json", "/sr/..%5c..%5cschema.png"],
)
def test_a_path_out_of_the_store_is_refused(client: TestClient, path) -> None:
    answer = client.get(path)
    assert "srlab-store" not in answer.text
    assert not answer.headers.get("content-type", "").startswith("image/")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil:80"])
def test_a_foreign_host_is_refused(client: TestClient, digests, host) -> None:
    answer = client.get(f"/sr/{digests['hr']}.png", headers={"host": host})
    assert answer.status_code == 400


@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1:8501", "[::1]:8501"])
def test_this_machine_s_names_are_served(client: TestClient, digests, host) -> None:
    answer = client.get(f"/sr/{digests['hr']}.png", headers={"host": host})
    assert answer.status_code == 200


def test_a_port_in_use_is_refused_in_words(store: Store) -> None:
    with socket.socket() as taken:
        taken.bind((server.ADDRESS, 0))
        taken.listen()
        with pytest.raises(UsageError, match="--port N"):
            server.serve(store.root, port=taken.getsockname()[1])
