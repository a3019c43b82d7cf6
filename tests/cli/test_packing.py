"""`srlab pack`, and what the file it writes is good for."""

from __future__ import annotations

import json

import h5py


def test_pack_writes_a_file_that_evaluate_scores(srlab_, place) -> None:
    said = srlab_("pack -b photos -s 2 -o made/eval.h5")
    assert (said.code, said.out) == (0, "made/eval.h5: 2 images, 0.1 MB\n")
    assert srlab_("evaluate -b made/eval.h5 -u bicubic -s 2 --protocol srcnn-pytorch").code == 0
    rows = json.loads(srlab_("scores --json -m psnr").out)
    assert [(row["benchmark"], row["sample"]) for row in rows] == [
        ("eval", "cat"),
        ("eval", "grey_cat"),
    ]


def test_progress_is_shown_on_standard_error(srlab_) -> None:
    assert "pack: 2/2" in srlab_("pack -b photos -s 2 -o eval.h5").err


def test_a_native_file_is_asked_for(srlab_, place) -> None:
    assert srlab_("pack -b photos -s 3 -o eval.h5 --native --degradation matlab-bicubic").code == 0
    with h5py.File(place / "eval.h5") as file:
        assert (file["hr/0"].shape, file["lr/0"].shape) == ((48, 60), (16, 20))
    assert srlab_("evaluate -b eval.h5 -u bicubic -s 3").code == 0


def test_an_enlarged_file_under_the_default_protocol_says_what_to_do(srlab_) -> None:
    srlab_("pack -b photos -s 2 -o eval.h5")
    said = srlab_("evaluate -b eval.h5 -u bicubic -s 2")
    assert said.code == 3
    assert "failed: eval/* x2: protocol: eval holds lr that is enlarged already" in said.err
    assert "--protocol srcnn-pytorch" in said.err


def test_an_upscaler_without_float_luma_is_named_and_the_others_are_scored(srlab_) -> None:
    said = srlab_("evaluate -b photos -u bicubic -u nearest -s 2 --protocol srcnn-pytorch")
    assert said.code == 3
    assert "4 scores computed, 0 already stored, 4 missing" in said.out
    assert "failed: photos/* x2 nearest: protocol: nearest gives images of 8 bits" in said.err


def test_what_is_there_is_not_written_over(srlab_, place) -> None:
    (place / "eval.h5").write_bytes(b"mine")
    said = srlab_("pack -b photos -s 2 -o eval.h5")
    assert said.code == 2
    assert "eval.h5 is there already" in said.err


def test_an_unknown_degradation_is_wrong_usage(srlab_) -> None:
    said = srlab_("pack -b photos -s 2 -o eval.h5 --degradation blur")
    assert said.code == 2
    assert "no degradation is called 'blur'" in said.err


def test_files_of_8_bits_are_not_scored_as_float_luma(srlab_) -> None:
    said = srlab_("score photos/cat.png photos/cat.png --protocol srcnn-pytorch")
    assert said.code != 0
    assert "srlab evaluate --protocol srcnn-pytorch" in said.err
