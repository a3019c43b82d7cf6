"""The ASGI app, and serving it on 127.0.0.1."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from dashboard.images import image_routes
from srlab.errors import UsageError

ADDRESS = "127.0.0.1"
PORT = 8501
HOSTS = ["localhost", ADDRESS, "[::1]", "::1"]
"""Names under which the app answers: a page elsewhere cannot reach it by rebinding its own name."""

_SCRIPT = Path(__file__).with_name("app.py")
_SETTINGS: dict[str, Any] = {
    "server.address": ADDRESS,
    "server.headless": True,
    "server.fileWatcherType": "none",
    "runner.magicEnabled": False,
    "browser.gatherUsageStats": False,
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "type",
    "global.disableWidgetStateDuplicationWarning": True,
    "logger.hideWelcomeMessage": True,
    "theme.baseRadius": "small",
    "theme.headingFontSizes": ["1.5rem", "1.375rem", "1.125rem", "1rem", "1rem", "0.875rem"],
    "theme.headingFontWeights": [650, 650, 600, 600, 600, 600],
    "theme.dataframeHeaderBackgroundColor": "rgba(128, 128, 128, 0.12)",
    "theme.light.primaryColor": "#1f5fbf",
    "theme.dark.primaryColor": "#6ea3f5",
}


def build_app(store: Path) -> st.App:
    """The ASGI app over the store at `store`: Streamlit's pages and the image routes.

    One process serves one store: pages find it through SRLAB_STORE, which is set here.
    """
    root = store.resolve()
    os.environ["SRLAB_STORE"] = str(root)
    return st.App(
        _SCRIPT,
        routes=image_routes(root),
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS, www_redirect=False)],
        lifespan=_announced,
    )


def serve(store: Path, *, port: int = PORT) -> None:
    """Serve the app on 127.0.0.1 until Ctrl-C; port 0 takes any free one.

    Raises UsageError where the port is taken or may not be listened on.
    """
    _require_free(port)
    build_app(store).run(config={**_SETTINGS, "server.port": port})


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except (OSError, OverflowError) as error:
            raise UsageError(
                f"cannot listen on port {port} of {ADDRESS} ({error}); name another one with "
                "--port N (--port 0 takes any free one)"
            ) from error


@asynccontextmanager
async def _announced(_: st.App) -> AsyncIterator[None]:
    """Say where the app is, once its port is bound."""
    port = st.get_option("server.port")
    sys.stdout.write(
        f"srlab dashboard of {os.environ['SRLAB_STORE']}\n"
        f"  http://{ADDRESS}:{port}\n"
        "  Ctrl-C ends it\n"
    )
    sys.stdout.flush()
    yield
