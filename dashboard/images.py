"""The routes that carry pixels: a store's PNG bytes as they are, and amplified differences.

Pictures lie in the store's `images`, maps of a classifier's evidence in its `maps`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from threading import Semaphore

import numpy as np
from numpy.typing import NDArray
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from srlab.errors import ImageError, SrlabError
from srlab.fingerprint import bytes_digest
from srlab.image.difference import difference_map
from srlab.image.files import decode, encode_png
from srlab.store.pictures import Pictures
from srlab.store.store import Store

KEPT_DIFFERENCES = 32
MADE_AT_A_TIME = 2
"""Differences: each holds two decoded pictures."""
_HEADERS = {
    # A digest names what a picture is made of, not its bytes: they may be made again.
    "Cache-Control": "private, no-cache",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def picture_url(digest: str) -> str:
    """Where the app serves the store's PNG of that digest (32 hex digits)."""
    return f"/sr/{digest}.png"


def map_url(digest: str) -> str:
    """Where the app serves the store's map of that digest (32 hex digits)."""
    return f"/map/{digest}.png"


def difference_url(a: str, b: str) -> str:
    """Where the app serves |a - b| x 15 of two stored pictures of one size."""
    return f"/difference/{a}/{b}.png"


def state_of_pictures(pictures: Pictures, *digests: str) -> tuple[tuple[str, int, int], ...]:
    """Path, time and size of each file: changes when one is written again. OSError where gone."""
    paths = [pictures.path(digest) for digest in digests]
    states = [path.stat() for path in paths]
    return tuple(
        (str(path), state.st_mtime_ns, state.st_size)
        for path, state in zip(paths, states, strict=True)
    )


def damaged_pictures(store: Store, *digests: str) -> list[str]:
    """Those of `digests` whose file is not what the store says that it wrote."""
    kept = store.rows(
        "SELECT image, content FROM images WHERE image IN (SELECT unnest(?))",
        [[bytes.fromhex(digest) for digest in digests]],
        tables=("images",),
    )
    contents = {bytes(image).hex(): bytes(content) for image, content in kept if content}
    return [
        digest
        for digest in digests
        if digest in contents and bytes_digest(store.pictures.read(digest)) != contents[digest]
    ]


def busiest_block(
    first: NDArray[np.uint8], second: NDArray[np.uint8], *, block: int
) -> tuple[int, int] | None:
    """(x, y) of the centre of the block of pixels in which two pictures differ most.

    None where they are of unequal sizes, or smaller than a block.
    """
    if first.shape[:2] != second.shape[:2] or min(first.shape[:2]) < block:
        return None
    a, b = (
        picture.mean(axis=2) if first.ndim != second.ndim and picture.ndim == 3 else picture
        for picture in (first.astype(np.int16), second.astype(np.int16))
    )
    difference = np.abs(a - b)
    difference = difference.sum(axis=2) if difference.ndim == 3 else difference
    rows, columns = (side // block for side in difference.shape)
    blocks = difference[: rows * block, : columns * block].reshape(rows, block, columns, block)
    row, column = np.unravel_index(int(blocks.sum(axis=(1, 3)).argmax()), (rows, columns))
    return int(column * block + block // 2), int(row * block + block // 2)


def image_routes(store: Path) -> list[Route]:
    """Routes over the pictures of the store at `store`, which need not exist yet."""
    opened = Store(store)
    pictures, maps = opened.pictures, opened.maps
    turn = Semaphore(MADE_AT_A_TIME)

    @lru_cache(maxsize=KEPT_DIFFERENCES)
    def difference(a: str, b: str, state: object) -> bytes:
        with turn:
            for name in damaged_pictures(opened, a, b):
                raise ImageError(f"the image {name}.png is damaged; remove it and evaluate again")
            first, second = (decode(pictures.read(name), name=name).pixels for name in (a, b))
            return encode_png(difference_map(first, second))

    def picture_of(request: Request) -> Response:
        digest = request.path_params["digest"]
        return _answer(request, pictures, [digest], lambda: pictures.read(digest))

    def map_of(request: Request) -> Response:
        digest = request.path_params["digest"]
        return _answer(request, maps, [digest], lambda: maps.read(digest))

    def difference_of(request: Request) -> Response:
        a, b = request.path_params["a"], request.path_params["b"]
        return _answer(
            request,
            pictures,
            [a, b],
            lambda: difference(a, b, state_of_pictures(pictures, a, b)),
        )

    return [
        Route("/sr/{digest}.png", picture_of),
        Route("/map/{digest}.png", map_of),
        Route("/difference/{a}/{b}.png", difference_of),
    ]


def _answer(
    request: Request, pictures: Pictures, digests: list[str], content: Callable[[], bytes]
) -> Response:
    """The PNG, or 304 where the browser has it; 400, 404, 422: no digest, not stored, cannot be."""
    headers = {"X-Content-Type-Options": "nosniff"}
    try:
        missing = [digest for digest in digests if not pictures.path(digest).is_file()]
    except SrlabError as error:
        return PlainTextResponse(str(error), status_code=400, headers=headers)
    if missing:
        again = "explain" if pictures.folder.name == "maps" else "evaluate"
        text = f"the image {missing[0]}.png is not in the store; {again} again to make it"
        return PlainTextResponse(text, status_code=404, headers=headers)
    try:
        png = content()
    except (SrlabError, OSError) as error:
        return PlainTextResponse(str(error), status_code=422, headers=headers)
    tag = f'"{bytes_digest(png).hex()}"'
    tagged = {**_HEADERS, "ETag": tag}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=tagged)
    return Response(png, media_type="image/png", headers=tagged)
