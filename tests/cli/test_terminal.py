from __future__ import annotations

import pandas as pd
import pytest

from srlab.cli.output import print_frame
from srlab.cli.terminal import printable


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain ä 漢", "plain ä 漢"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("two\nlines", "two\\nlines"),
        ("A\udcff", "A\\udcff"),
    ],
)
def test_control_characters_are_shown_as_escapes(text: str, expected: str) -> None:
    assert printable(text) == expected


@pytest.mark.parametrize("form", ["table", "md", "latex"])
def test_no_escape_sequence_of_a_name_reaches_the_terminal(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    print_frame(pd.DataFrame({"sample": ["\x1b[2Jgone\nand more"], "value": ["1"]}), form)
    assert "\x1b" not in capsys.readouterr().out
