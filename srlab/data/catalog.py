"""The known benchmark sets: one row each, with pinned source, count, licence and citation.

Importing this costs nothing (no NumPy, no pandas): it serves `srlab show benchmarks`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from srlab.registry import Catalog


class Kind(StrEnum):
    """Where the images of a set come from."""

    EMBEDDED = "embedded"
    HUB = "hub"
    OWN = "own folder"


@dataclass(frozen=True, kw_only=True)
class BenchmarkInfo:
    """A known set. `scales` are those that it brings lr files for; at others lr is made from hr.

    `revision` is the full commit of the hub's dataset repository; `lr_file` holds `{scale}`.
    """

    name: str
    title: str
    kind: Kind
    count: int
    scales: tuple[int, ...] = ()
    repo: str = ""
    revision: str = ""
    hr_file: str = ""
    lr_file: str = ""
    licence: str
    citation: str
    note: str = ""

    @property
    def source(self) -> str:
        """Where the images come from, in words."""
        if self.kind is Kind.HUB:
            return f"{self.repo}@{self.revision[:7]}"
        return "scikit-image's wheel" if self.kind is Kind.EMBEDDED else "a folder you bring"


URBAN100_TRAP = (
    "in the SelfExSR release Urban100/image_SRF_2 is not the standard x2 set: its hr is the x4 hr "
    "halved and its lr is the x4 lr; use the hr of image_SRF_4 and make the lr from it "
    "(--degradation matlab-bicubic)"
)


def _siow(title: str, *, count: int, revision: str, licence: str, citation: str) -> BenchmarkInfo:
    return BenchmarkInfo(
        name=title.lower(),
        title=title,
        kind=Kind.HUB,
        count=count,
        scales=(2, 3, 4),
        repo=f"eugenesiow/{title}",
        revision=revision,
        hr_file=f"data/{title}_HR.tar.gz",
        lr_file=f"data/{title}_LR_x{{scale}}.tar.gz",
        licence=licence,
        citation=citation,
        note=URBAN100_TRAP if title == "Urban100" else "",
    )


BENCHMARKS = Catalog(
    "benchmarks",
    (
        BenchmarkInfo(
            name="skimage",
            title="scikit-image pictures",
            kind=Kind.EMBEDDED,
            count=17,
            licence="public domain, CC0 or BSD, per picture: see scikit-image's documentation",
            citation="van der Walt et al., scikit-image: image processing in Python, PeerJ 2014",
            note="needs no download; no published results",
        ),
        _siow(
            "Set5",
            count=5,
            revision="d8b579a20afde95b4d8ed6bf6383447d33027295",
            licence="academic use",
            citation="Bevilacqua et al., Low-complexity single-image super-resolution based on "
            "nonnegative neighbor embedding, BMVC 2012",
        ),
        _siow(
            "Set14",
            count=14,
            revision="5afcf80d267dba61cdfa9a32b1a6fe4cca57b6d7",
            licence="academic use",
            citation="Zeyde et al., On single image scale-up using sparse-representations, "
            "Curves and Surfaces 2010",
        ),
        _siow(
            "BSD100",
            count=100,
            revision="600666edcba3b8386c367fcb03e72424a1ff9f86",
            licence="academic use",
            citation="Martin et al., A database of human segmented natural images, ICCV 2001",
        ),
        _siow(
            "Urban100",
            count=100,
            revision="fb0d8a4c6b2471d32bd133de40bb8bb10dde69b9",
            licence="CC BY 4.0",
            citation="Huang et al., Single image super-resolution from transformed "
            "self-exemplars, CVPR 2015",
        ),
        BenchmarkInfo(
            name="div2k-valid",
            title="DIV2K validation",
            kind=Kind.HUB,
            count=100,
            scales=(2, 3, 4),
            repo="goodfellowliu/DIV2K",
            revision="d8a7b7e82add5be32adb51d9442b7932b1739e89",
            hr_file="DIV2K_valid_HR.zip",
            lr_file="DIV2K_valid_LR_bicubic_X{scale}.zip",
            licence="academic research only",
            citation="Agustsson and Timofte, NTIRE 2017 challenge on single image "
            "super-resolution: dataset and study, CVPR Workshops 2017",
            note="hr is a download of 449 MB",
        ),
        BenchmarkInfo(
            name="manga109",
            title="Manga109",
            kind=Kind.OWN,
            count=109,
            licence="academic use, by application at http://www.manga109.org",
            citation="Matsui et al., Sketch-based manga retrieval using Manga109 dataset, "
            "Multimedia Tools and Applications 2017",
            note="given out by application only: bring it as manga109=FOLDER",
        ),
    ),
    aliases={"b100": "bsd100"},
)
