"""Downloads: the cache first, a quick and plain word where there is no network."""

from __future__ import annotations

import hashlib

import pytest

from srlab import hub
from srlab.errors import DownloadError, OfflineError

REVISION = "0123456789abcdef0123456789abcdef01234567"
WEIGHTS = b"some weights"


@pytest.fixture
def hub_cache(tmp_path, monkeypatch):
    """An empty cache for huggingface_hub, which reads HF_HOME once at import."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    return tmp_path


@pytest.fixture
def weights_url(tmp_path, monkeypatch):
    """The address of weights whose digest is in their name, with an empty torch cache."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setattr(hub, "reachable", lambda _: True)
    return f"https://example.org/net-{hashlib.sha256(WEIGHTS).hexdigest()[:8]}.pth"


@pytest.mark.parametrize(
    ("value", "asked"), [("1", True), ("yes", True), ("0", False), ("", False)]
)
def test_hf_hub_offline_asks_for_no_network(monkeypatch, value, asked):
    monkeypatch.setenv("HF_HUB_OFFLINE", value)
    assert hub.offline() is asked


def test_offline_a_missing_file_fails_at_once_with_the_command_that_gets_it(hub_cache, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr("huggingface_hub.hf_hub_download", _never)
    with pytest.raises(
        OfflineError, match=r"hf download some/set data\.zip --repo-type dataset"
    ) as caught:
        hub.fetch_hub_file("some/set", "data.zip", repo_type="dataset")
    assert "HF_HUB_OFFLINE is set" in str(caught.value)


def _never(*_: object, **__: object) -> str:
    raise AssertionError("the library was asked, and would try for half a minute")


def test_an_endpoint_that_does_not_answer_is_named(hub_cache, monkeypatch):
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setenv("HF_ENDPOINT", "https://mirror.example.org")
    monkeypatch.setattr(hub, "reachable", lambda _: False)
    with pytest.raises(OfflineError, match=r"mirror\.example\.org does not answer"):
        hub.fetch_hub_file("some/net", "model.safetensors")


def test_a_closed_port_is_not_reachable():
    hub.reachable.cache_clear()
    assert hub.reachable("http://127.0.0.1:9") is False


def test_an_endpoint_is_asked_once_per_process(monkeypatch):
    calls = []

    def refuse(address, timeout):
        calls.append(address)
        raise OSError

    hub.reachable.cache_clear()
    monkeypatch.setattr(hub.socket, "create_connection", refuse)
    for _ in range(3):
        assert hub.reachable("https://nowhere.example.org") is False
    assert calls == [("nowhere.example.org", 443)]
    hub.reachable.cache_clear()


def test_a_cached_file_needs_no_network(hub_cache, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    file = hub_cache / "datasets--some--set" / "snapshots" / REVISION / "data" / "hr.tar.gz"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"images")
    found = hub.fetch_hub_file("some/set", "data/hr.tar.gz", revision=REVISION, repo_type="dataset")
    assert found == hub.HubFile(path=file, revision=REVISION)


def test_a_file_that_the_repository_has_not_needs_no_network_to_say_so(hub_cache, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    marker = hub_cache / "models--some--net" / ".no_exist" / REVISION / "model.safetensors"
    marker.parent.mkdir(parents=True)
    marker.touch()
    (hub_cache / "models--some--net" / "snapshots").mkdir()
    with pytest.raises(DownloadError, match=r"some/net has no model\.safetensors"):
        hub.fetch_hub_file("some/net", "model.safetensors", revision=REVISION)


def test_torch_home_is_where_the_environment_says(tmp_path, monkeypatch):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    assert hub.torch_home() == tmp_path
    monkeypatch.delenv("TORCH_HOME")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert hub.torch_home() == tmp_path / "cache" / "torch"


def test_weights_are_downloaded_once(weights_url, tmp_path, monkeypatch):
    calls = []

    def fetch(url, target):
        calls.append(url)
        target.write_bytes(WEIGHTS)

    monkeypatch.setattr(hub, "_download", fetch)
    path = hub.fetch_torch_weights(weights_url)
    assert path == hub.fetch_torch_weights(weights_url)
    assert path.parent == tmp_path / "hub" / "checkpoints"
    assert path.read_bytes() == WEIGHTS
    assert calls == [weights_url]


def test_damaged_weights_are_thrown_away(weights_url, tmp_path, monkeypatch):
    monkeypatch.setattr(hub, "_download", lambda _, target: target.write_bytes(b"cut short"))
    with pytest.raises(DownloadError, match="came damaged"):
        hub.fetch_torch_weights(weights_url)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_offline_missing_weights_fail_with_the_command_that_gets_them(weights_url, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(OfflineError, match="curl --create-dirs"):
        hub.fetch_torch_weights(weights_url)
