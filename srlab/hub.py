"""Every download goes through here: cache first, then one short probe, then the library.

Without a network the libraries retry for half a minute before they say so. Here a process probes
each endpoint once, for two seconds; after a "no", each further file fails at once with a line
that says what was wanted and how to get it. `HF_HUB_OFFLINE=1` skips the probe. `HF_HOME`,
`HF_ENDPOINT` and `TORCH_HOME` mean what they mean elsewhere.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

from srlab.errors import DownloadError, OfflineError

PROBE_SECONDS = 2.0
_OFF = {"", "0", "false", "no", "off"}


@dataclass(frozen=True, kw_only=True)
class HubFile:
    """A file of the hub that is here now, and the 40-digit revision that it belongs to."""

    path: Path
    revision: str


def offline() -> bool:
    """Whether the person asked for no network (`HF_HUB_OFFLINE`)."""
    return os.environ.get("HF_HUB_OFFLINE", "").lower() not in _OFF


@lru_cache(maxsize=32)
def reachable(endpoint: str) -> bool:
    """Whether `endpoint` (an https address) accepts a connection; asked once per process."""
    parts = urlsplit(endpoint)
    port = parts.port or (80 if parts.scheme == "http" else 443)
    try:
        with socket.create_connection((parts.hostname or "", port), timeout=PROBE_SECONDS):
            return True
    except OSError:
        return False


def fetch_hub_file(
    repo: str, file: str, *, revision: str = "main", repo_type: str = "model"
) -> HubFile:
    """`file` of the hub repository `repo`, from the cache or downloaded.

    Raises OfflineError at once where it is not cached and there is no network, DownloadError
    where the hub answers and says no.
    """
    from huggingface_hub import _CACHED_NO_EXIST, hf_hub_download, try_to_load_from_cache
    from huggingface_hub.errors import HfHubHTTPError

    cached = try_to_load_from_cache(repo, file, revision=revision, repo_type=repo_type)
    if isinstance(cached, str):
        return HubFile(path=Path(cached), revision=_snapshot_revision(Path(cached), file))
    if cached is _CACHED_NO_EXIST:
        raise DownloadError(f"{repo} has no {file} at {revision}, as the hub said before")
    endpoint = os.environ.get("HF_ENDPOINT", "https://huggingface.co")
    advice = f"hf download {repo} {file} --repo-type {repo_type} --revision {revision}"
    _need_network(endpoint, f"{file} of {repo}", advice)
    try:
        path = Path(hf_hub_download(repo, file, revision=revision, repo_type=repo_type))
    except (HfHubHTTPError, OSError) as error:
        raise DownloadError(f"{file} of {repo} could not be downloaded: {error}") from error
    return HubFile(path=path, revision=_snapshot_revision(path, file))


def torch_home() -> Path:
    """Torch's cache folder: `TORCH_HOME`, else the place torch itself would take."""
    if home := os.environ.get("TORCH_HOME"):
        return Path(home).expanduser()
    cache = os.environ.get("XDG_CACHE_HOME", "~/.cache")
    return Path(cache).expanduser() / "torch"


def fetch_torch_weights(url: str) -> Path:
    """The file behind a torchvision weights address, from torch's cache or downloaded.

    The address ends in `-<first digits of the file's SHA-256>.pth`; a download whose digest
    differs is thrown away.
    """
    name = url.rsplit("/", 1)[1]
    path = torch_home() / "hub" / "checkpoints" / name
    if path.is_file():
        return path
    _need_network(url, f"the weights {name}", f"curl --create-dirs -o {path} {url}")
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    try:
        _download(url, part)
        expected = name.rsplit("-", 1)[-1].removesuffix(".pth")
        found = hashlib.sha256(part.read_bytes()).hexdigest()
        if not found.startswith(expected):
            raise DownloadError(f"{name} came damaged: its SHA-256 starts {found[:8]}; try again")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path


def _download(url: str, target: Path) -> None:
    try:
        with urlopen(url, timeout=30) as answer, target.open("wb") as file:
            shutil.copyfileobj(answer, file)
    except OSError as error:
        raise DownloadError(f"{url} could not be downloaded: {error}") from error


def _need_network(endpoint: str, what: str, advice: str) -> None:
    if offline():
        why = "HF_HUB_OFFLINE is set"
    elif reachable(f"{urlsplit(endpoint).scheme}://{urlsplit(endpoint).netloc}"):
        return
    else:
        why = f"{urlsplit(endpoint).netloc} does not answer"
    raise OfflineError(f"{what} is not in the cache and {why}; once there is a network: {advice}")


def _snapshot_revision(path: Path, file: str) -> str:
    """The 40 digits in `…/snapshots/<revision>/<file>`."""
    return path.parts[-1 - len(Path(file).parts)]
