"""`srlab store`: looking after it."""

from __future__ import annotations

import json
import os


def test_info_counts_what_is_there(evaluated, place) -> None:
    [facts] = json.loads(evaluated("store", "info", "--json").out)
    assert facts["store"] == str(place / ".srlab")
    assert (facts["scores"], facts["runs"], facts["upscalers"]) == (8, 1, 2)
    # two photos: hr, lr, and two sr each
    assert facts["pictures"] == 8
    assert facts["bytes"] > 0


def test_info_is_readable(evaluated) -> None:
    assert "scores                8" in evaluated("store", "info").out


def test_an_intact_store_is_said_to_be_so(evaluated) -> None:
    said = evaluated("store", "check")
    assert (said.code, said.out) == (0, "everything is as it should be\n")


def test_a_damaged_shard_is_named_and_the_code_is_3(evaluated, place) -> None:
    [shard] = (place / ".srlab" / "scores" / "photos").iterdir()
    content = bytearray(shard.read_bytes())
    content[100] ^= 1
    shard.write_bytes(content)
    said = evaluated("store", "check")
    assert said.code == 3
    assert said.out.startswith(f"{shard}: damaged shard; ")
    assert said.out.endswith("1 problem\n")


def test_check_and_gc_agree_on_what_a_killed_process_left(evaluated, place) -> None:
    pictures = place / ".srlab" / "images"
    left = [pictures / "ab" / f"{'ab' * 16}.png", pictures / ".tmp-1234-x.png"]
    for path in left:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"half")
    young = "2 files nothing refers to yet, under an hour old; `srlab store gc` removes what is"
    said = evaluated("store", "check")
    assert said.code == 0
    assert said.out.startswith(f"everything is as it should be\n{young}")
    assert evaluated("store", "gc").out.startswith(f"0 files removed, 0.0 MB freed\n{young}")
    for path in left:
        os.utime(path, (1e9, 1e9))
    old = "2 files nothing refers to; `srlab store gc` removes them\n"
    assert evaluated("store", "check").out == f"everything is as it should be\n{old}"
    assert evaluated("store", "gc").out == "2 files removed, 0.0 MB freed\n"
    assert evaluated("store", "check").out == "everything is as it should be\n"


def test_images_whose_rows_were_lost_are_told_again_by_an_evaluation(evaluated, place) -> None:
    for shard in (place / ".srlab" / "images").rglob("*.parquet"):
        shard.unlink()
    for shard in (place / ".srlab").rglob("images/**/*.parquet"):
        shard.unlink()
    said = evaluated("store", "check")
    assert said.code == 3
    assert said.out.count("no row tells its content; evaluate again to tell it") == 8
    assert evaluated("evaluate -b photos -u bicubic -u nearest -s 2").code == 0
    assert evaluated("store", "check").out == "everything is as it should be\n"


def test_compact_and_gc_say_what_they_did(evaluated) -> None:
    evaluated("evaluate -b photos -u lanczos -s 2 -m psnr")
    before = evaluated("scores --format csv").out
    assert evaluated("store", "compact").out.endswith("shards merged\n")
    assert evaluated("store", "gc").out == "0 files removed, 0.0 MB freed\n"
    assert evaluated("scores --format csv").out == before
