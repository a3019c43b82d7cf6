"""From what a person types after --classifier to a description."""

from __future__ import annotations

import shutil

import pytest

from srlab.classifiers import catalog
from srlab.classifiers.catalog import CLASSIFIERS, describe_classifier
from srlab.data.materials import MATERIALS
from srlab.errors import (
    ClassifierError,
    DownloadError,
    OfflineError,
    UnknownNameError,
    UsageError,
)
from srlab.hub import HubFile
from tests.classifiers.stand_in import LABELS, edit_json, write_vit

REVISION = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def hub(vit, monkeypatch):
    """The `vit` folder as the snapshot of the one repository of the hub."""

    def fetch(repository, file, *, revision):
        asked.append((repository, file, revision))
        if not (vit / file).is_file():
            raise DownloadError(f"{repository} has no {file}")
        return HubFile(path=vit / file, revision=REVISION)

    asked = []
    monkeypatch.setattr(catalog, "fetch_hub_file", fetch)
    return asked


def test_a_folder_is_named_by_itself_or_by_the_person(vit):
    info = describe_classifier(str(vit))
    assert (info.name, info.source, info.labels) == ("vit", str(vit), LABELS)
    assert describe_classifier(f"mine={vit}").name == "mine"
    assert describe_classifier(f"mine={vit}").fingerprint == info.fingerprint
    assert len(info.fingerprint) == 16


def test_the_current_folder_may_be_named_by_a_dot(vit, monkeypatch):
    monkeypatch.chdir(vit)
    assert describe_classifier(".").name == "vit"


def test_processor_settings_and_backend_stand_in_the_identity(vit):
    identity = describe_classifier(str(vit)).identity
    assert identity["backend"] == "pil"
    assert '"image_mean":[0.5,0.5,0.5]' in identity["processor"]


@pytest.mark.parametrize(
    ("file", "changes"),
    [
        ("preprocessor_config.json", {"resample": 3}),
        ("config.json", {"layer_norm_eps": 1e-6}),
    ],
)
def test_settings_that_change_predictions_change_the_fingerprint(vit, file, changes):
    before = describe_classifier(str(vit)).fingerprint
    edit_json(vit / file, **changes)
    assert describe_classifier(str(vit)).fingerprint != before


def test_other_weights_change_the_fingerprint(vit):
    before = describe_classifier(str(vit)).fingerprint
    write_vit(vit, seed=1)
    assert describe_classifier(str(vit)).fingerprint != before


def test_a_digest_that_is_known_need_not_be_computed(vit):
    info = describe_classifier(str(vit), digest_file=lambda path: path.name.encode())
    assert info.identity["weights"] == b"model.safetensors".hex()


@pytest.mark.parametrize("text", ["hf:some/vit", "some/vit"])
def test_a_name_of_the_hub_is_fetched_and_its_revision_recorded(hub, text):
    info = describe_classifier(text)
    assert info.name == "vit"
    assert info.facts["repository"] == "some/vit"
    assert info.facts["revision"] == REVISION
    assert hub[0] == ("some/vit", "config.json", "main")
    assert {revision for _, _, revision in hub[1:]} == {REVISION}


def test_a_known_classifier_is_asked_for_at_its_pinned_revision(hub):
    info = describe_classifier("food")
    assert info.name == "food"
    assert info.facts["licence"] == "Apache-2.0"
    assert hub[0] == ("nateraw/food", "config.json", CLASSIFIERS["food"].revision)
    assert len(CLASSIFIERS["food"].revision) == 40


def test_pickled_weights_are_taken_where_there_are_no_others(hub, vit):
    (vit / "model.safetensors").rename(vit / "pytorch_model.bin")
    info = describe_classifier("hf:some/vit")
    assert "parameters" not in info.facts
    assert [file for _, file, _ in hub][-2:] == ["model.safetensors", "pytorch_model.bin"]


def test_a_repository_without_weights_is_refused(hub, vit):
    (vit / "model.safetensors").unlink()
    with pytest.raises(DownloadError, match=r"no pytorch_model\.bin"):
        describe_classifier("hf:some/vit")


@pytest.mark.parametrize("error", [OfflineError, DownloadError])
def test_a_name_that_is_neither_folder_nor_to_be_had_says_both(monkeypatch, error):
    def fail(*_, **__):
        raise error("no answer")

    monkeypatch.setattr(catalog, "fetch_hub_file", fail)
    with pytest.raises(error, match="there is no folder models/vit here, and of the hub: no answ"):
        describe_classifier("models/vit")


@pytest.mark.parametrize("text", ["./models/vit", "/models/vit", "a/b/c", "~nobody-here/x"])
def test_a_path_without_a_folder_is_refused(text):
    with pytest.raises(UsageError, match="there is no folder"):
        describe_classifier(text)


def test_an_unknown_word_gets_the_nearest_name():
    with pytest.raises(
        UnknownNameError, match=r"no classifier is called 'foot'; did you mean food"
    ):
        describe_classifier("foot")


@pytest.mark.parametrize("text", ["hf:food", "hf:a/b/c", "hf:../x", "hf:"])
def test_a_wrong_name_of_the_hub_is_refused(text):
    with pytest.raises(UsageError, match="is no name of the hub"):
        describe_classifier(text)


@pytest.mark.parametrize("label", ["", "a b", "x" * 65, "-x"])
def test_a_label_that_does_not_fit_is_refused(vit, label):
    with pytest.raises(UsageError, match="cannot be a classifier's label"):
        describe_classifier(f"{label}={vit}")


def test_a_shipped_classifier_is_found_among_the_files_of_srlab(vit, tmp_path, monkeypatch):
    monkeypatch.setattr(catalog, "share_root", lambda: tmp_path)
    with pytest.raises(ClassifierError, match="materials-vit is not among the files"):
        describe_classifier("materials-vit")
    shutil.copytree(vit, tmp_path / "checkpoints" / "materials-vit")
    assert describe_classifier("materials-vit").facts["licence"] == "MIT"


def test_the_shipped_classifier_knows_as_many_classes_as_there_are_materials():
    assert CLASSIFIERS["materials-vit"].classes == len(MATERIALS)
