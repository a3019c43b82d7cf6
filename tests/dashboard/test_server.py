"""The routes carry the store's own bytes, and nothing else."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard import images, server
from srlab.analysis.frames import scores
from srlab.errors import UsageError
from srlab.fingerprint import bytes_digest
from srlab.image.difference import difference_map
from srlab.image.files import decode, encode_png
from srlab.store.shards import now
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
    assert answer.headers["cache-control"] == "private, no-cache"


def test_a_map_of_evidence_arrives_byte_for_byte(client: TestClient, store: Store) -> None:
    name = next(iter(store.maps)).hex()
    answer = client.get(f"/map/{name}.png")
    assert answer.content == store.maps.path(name).read_bytes()
    assert answer.headers["content-type"] == "image/png"
    assert client.get(f"/sr/{name}.png").status_code == 404


def test_a_missing_map_is_404_with_what_to_do(client: TestClient) -> None:
    answer = client.get(f"/map/{ABSENT}.png")
    assert answer.status_code == 404
    assert "explain again" in answer.text


def test_a_difference_is_the_library_s(client: TestClient, store: Store, digests) -> None:
    answer = client.get(f"/difference/{digests['sr']}/{digests['hr']}.png")
    sr, hr = (decode(store.pictures.read(digests[name])).pixels for name in ("sr", "hr"))
    np.testing.assert_array_equal(decode(answer.content).pixels, difference_map(sr, hr))


@pytest.fixture
def copied(store: Store, tmp_path: Path) -> Iterator[tuple[TestClient, Store]]:
    """The routes over a copy of the store, whose files may be changed."""
    copy = Store.open(shutil.copytree(store.root, tmp_path / "s"))
    with TestClient(Starlette(routes=images.image_routes(copy.root))) as client:
        yield client, copy


def kept_anew(store: Store, digest: str, png: bytes) -> None:
    """Write a picture again as an evaluation does: the file, and its content in the table."""
    image = bytes.fromhex(digest)
    store.pictures.write(image, png)
    store.append("images", [{"image": image, "content": bytes_digest(png), "time": now()}])


@pytest.mark.parametrize("route", ["/sr/{sr}.png", "/difference/{sr}/{hr}.png"])
def test_a_browser_that_has_the_picture_is_told_so(client: TestClient, digests, route) -> None:
    path = route.format(**digests)
    first = client.get(path)
    again = client.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert client.get(path, headers={"if-none-match": '"another"'}).content == first.content


def test_a_picture_made_again_is_shown_and_its_difference_too(copied, digests) -> None:
    client, store = copied
    paths = [f"/sr/{digests['sr']}.png", f"/difference/{digests['sr']}/{digests['hr']}.png"]
    tags = [client.get(path).headers["etag"] for path in paths]
    hr = decode(store.pictures.read(digests["hr"])).pixels
    kept_anew(store, digests["sr"], encode_png(255 - hr))
    picture, difference = (
        client.get(path, headers={"if-none-match": tag})
        for path, tag in zip(paths, tags, strict=True)
    )
    np.testing.assert_array_equal(decode(picture.content).pixels, 255 - hr)
    np.testing.assert_array_equal(decode(difference.content).pixels, difference_map(255 - hr, hr))


def test_a_difference_of_a_damaged_picture_is_refused_in_words(copied, digests) -> None:
    client, store = copied
    hr = decode(store.pictures.read(digests["hr"])).pixels
    store.pictures.write(bytes.fromhex(digests["sr"]), encode_png(255 - hr))
    answer = client.get(f"/difference/{digests['sr']}/{digests['hr']}.png")
    assert answer.status_code == 422
    assert "damaged" in answer.text


def test_few_differences_are_made_at_a_time(copied, digests, monkeypatch) -> None:
    client, _ = copied
    lock, running, most = threading.Lock(), 0, 0

    def slow(first, second):
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.05)
        with lock:
            running -= 1
        return difference_map(first, second)

    monkeypatch.setattr(images, "difference_map", slow)
    path = f"/difference/{digests['sr']}/{digests['hr']}.png"
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(client.get, [path] * 6))
    assert [answer.status_code for answer in answers] == [200] * 6
    assert most <= images.MADE_AT_A_TIME


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
    assert client.get(f"/map/{name}.png").status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/map/..%2F..%2Fschema.json.png",
        "/sr/..%2F..%2Fschema.json.png",
        "/sr/%2e%2e/%2e%2e/schema.json",
        "/sr/..%5c..%5cschema.png",
    ],
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
