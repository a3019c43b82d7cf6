"""The routes that carry pixels: a store's PNG bytes as they are, and amplified differences."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from srlab.errors import SrlabError
from srlab.image.difference import difference_map
from srlab.image.files import decode, encode_png
from srlab.store.pictures import Pictures
from srlab.store.store import Store

KEPT_DIFFERENCES = 32
_HEADERS = {
    # A digest names one picture for ever.
    "Cache-Control": "private, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def picture_url(digest: str) -> str:
    """Where the app serves the store's PNG of that digest (32 hex digits)."""
    return f"/sr/{digest}.png"


def difference_url(a: str, b: str) -> str:
    """Where the app serves |a - b| x 15 of two stored pictures of one size."""
    return f"/difference/{a}/{b}.png"


def image_routes(store: Path) -> list[Route]:
    """Routes over the pictures of the store at `store`, which need not exist yet."""
    pictures = Store(store).pictures

    @lru_cache(maxsize=KEPT_DIFFERENCES)
    def difference(a: str, b: str) -> bytes:
        first, second = (decode(pictures.read(name), name=name).pixels for name in (a, b))
        return encode_png(difference_map(first, second))

    def picture_of(request: Request) -> Response:
        digest = request.path_params["digest"]
        return _answer(pictures, [digest], lambda: pictures.read(digest))

    def difference_of(request: Request) -> Response:
        a, b = request.path_params["a"], request.path_params["b"]
        return _answer(pictures, [a, b], lambda: difference(a, b))

    return [
        Route("/sr/{digest}.png", picture_of),
        Route("/difference/{a}/{b}.png", difference_of),
    ]


def _answer(pictures: Pictures, digests: list[str], content: Callable[[], bytes]) -> Response:
    """The PNG; 400 for what is no digest, 404 for what is not stored, 422 for what cannot be."""
    headers = {"X-Content-Type-Options": "nosniff"}
    try:
        missing = [digest for digest in digests if not pictures.path(digest).is_file()]
    except SrlabError as error:
        return PlainTextResponse(str(error), status_code=400, headers=headers)
    if missing:
        text = f"the image {missing[0]}.png is not in the store; evaluate again to make it"
        return PlainTextResponse(text, status_code=404, headers=headers)
    try:
        return Response(content(), media_type="image/png", headers=_HEADERS)
    except SrlabError as error:
        return PlainTextResponse(str(error), status_code=422, headers=headers)
