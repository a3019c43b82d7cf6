"""What a study file may say, and what is said about one that does not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from srlab.errors import StudyError
from srlab.metrics.protocol import Channel, Grey
from srlab.study.read import read_study
from srlab.toml_file import MAX_BYTES

_EVALUATE = """
[evaluate]
benchmarks = ["photos"]
upscalers = ["bicubic"]
scales = [2]
"""


def test_what_is_not_said_has_its_default(write_study, folder) -> None:
    study = read_study(write_study(_EVALUATE))
    assert study.evaluate is not None
    assert (study.title, study.folder, study.report) == (folder.name, folder, None)
    assert study.evaluate.benchmarks == ("photos",)
    assert study.evaluate.metrics == ("psnr", "ssim")
    assert study.evaluate.protocols == ("paper-y",)
    assert study.evaluate.limit is None


def test_everything_that_may_be_said_is_read(write_study) -> None:
    study = read_study(
        write_study(
            'title = "Katzen"\n'
            + _EVALUATE
            + 'metrics = ["mse"]\nprotocols = ["own"]\ndegradation = "pil-bicubic"\n'
            + 'limit = 1\ntile = 32\nknown_scores = "known.csv"\n'
            + '[report]\nformats = ["md"]\noutput = "out"\n'
            + '[protocol.own]\ntitle = "mine"\nchannel = "rgb"\nrounded = true\n'
            + 'border_scales = 0\nborder_pixels = 3\ngrey = "replicate"\n'
        )
    )
    assert study.evaluate is not None
    assert study.report is not None
    assert study.title == "Katzen"
    assert (study.evaluate.limit, study.evaluate.tile) == (1, 32)
    assert (study.report.formats, study.report.output) == (("md",), "out")
    own = study.protocols["own"]
    assert (own.name, own.title) == (f"own#{own.digest.hex()[:8]}", "mine")
    assert (own.measure.channel, own.measure.grey) == (Channel.RGB, Grey.REPLICATE)
    assert own.measure.border(4) == 3
    assert own.measure.rounded


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "declares nothing; expected one or several of [train], [evaluate], [classify]"),
        ("title = 3\n" + _EVALUATE, "title is 3; expected text"),
        ("evaluate = 3", "evaluate is 3; expected a table, [evaluate]"),
        ("[evalute]", "unknown key 'evalute'; did you mean evaluate?"),
        (_EVALUATE + "metric = ['psnr']", "unknown key 'metric'; did you mean metrics?"),
        (_EVALUATE + "zzz = 1", "unknown key 'zzz'; known are benchmarks, degradation"),
        ("[report]\nformat = 'md'", "[report] has an unknown key 'format'; did you mean formats?"),
        ("[evaluate]\nscales = [2]", "[evaluate] needs benchmarks, upscalers"),
        (_EVALUATE + "metrics = 'psnr'", "metrics is 'psnr'; expected a list of texts"),
        (_EVALUATE + "metrics = [1]", "metrics is [1]; expected a list of texts"),
        (_EVALUATE.replace("[2]", "2"), "scales is 2; expected a list of whole numbers"),
        (_EVALUATE.replace("[2]", "[2.0]"), "expected a list of whole numbers"),
        (_EVALUATE.replace("[2]", "['2']"), "expected a list of whole numbers"),
        (_EVALUATE.replace("[2]", "[true]"), "scales is [True]; expected a list of whole numbers"),
        (_EVALUATE + "limit = true", "limit is True; expected a whole number"),
        (_EVALUATE + "limit = 2.5", "limit is 2.5; expected a whole number"),
        (_EVALUATE + "degradation = 1", "degradation is 1; expected text"),
    ],
)
def test_what_is_wrong_is_named_with_what_was_expected(
    write_study, text: str, message: str
) -> None:
    with pytest.raises(StudyError, match=re.escape(message)):
        read_study(write_study(text))


@pytest.mark.parametrize(
    ("protocol", "message"),
    [
        ("[protocol.own]\nchanel = 'y'", "unknown key 'chanel'; did you mean channel?"),
        ("[protocol.own]\nchannel = 'cmyk'", "'cmyk' is not a valid Channel"),
        ("[protocol.own]\ngrey = 'dark'", "'dark' is not a valid Grey"),
        ("[protocol.own]\nrounded = 1", "rounded is 1; expected bool"),
        ("[protocol.own]\nborder_pixels = true", "border_pixels is True; expected int"),
        ("[protocol.own]\nborder_pixels = -1", "cuts a negative border"),
        ("[protocol.own]\nborder_scales = -1", "cuts a negative border"),
        ("[protocol.own]\ntitle = 1", "title is 1; expected str"),
        ("[protocol.paper-y]\nchannel = 'rgb'", "a new name is needed"),
        ("[protocol.Own]\nchannel = 'rgb'", "a new name is needed"),
        ("[protocol.'a b']\nchannel = 'rgb'", "a new name is needed"),
        ("[protocol]\nown = 3", "[protocol.own] is 3; expected a table"),
    ],
)
def test_a_protocol_of_ones_own_is_checked(write_study, protocol: str, message: str) -> None:
    with pytest.raises(StudyError, match=re.escape(message)):
        read_study(write_study(_EVALUATE + protocol))


def test_a_protocol_that_says_nothing_is_paper_y_under_another_name(write_study) -> None:
    from srlab.metrics.protocol import PROTOCOLS

    study = read_study(write_study(_EVALUATE + "[protocol.own]"))
    assert study.protocols["own"].digest == PROTOCOLS["paper-y"].digest


@pytest.mark.parametrize(
    "content", [b"[evaluate", b"\xff\xfe", b"scales = 2, 3", b"\x89PNG\r\n"], ids=repr
)
def test_what_is_no_toml_is_refused(write_study, content: bytes) -> None:
    path = write_study("")
    path.write_bytes(content)
    with pytest.raises(StudyError, match="is not TOML"):
        read_study(path)


def test_a_huge_file_is_refused_unread(write_study) -> None:
    path = write_study("#" * (MAX_BYTES + 1))
    with pytest.raises(StudyError, match="a study file is a page of TOML"):
        read_study(path)


@pytest.mark.parametrize("name", ["nothere.toml", "."])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(StudyError, match="cannot be read"):
        read_study(tmp_path / name)


@pytest.mark.parametrize("output", ["/etc", "../elsewhere", "a/../../b"])
def test_a_report_stays_in_the_folder_of_its_study(tmp_path: Path, output: str) -> None:
    path = tmp_path / "study.toml"
    path.write_text(f'[report]\noutput = "{output}"\n')
    with pytest.raises(StudyError, match="inside the study's own"):
        read_study(path)


def test_a_null_character_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    path.write_text('[report]\noutput = "a\\u0000b"\n')
    with pytest.raises(StudyError, match="null character"):
        read_study(path)
