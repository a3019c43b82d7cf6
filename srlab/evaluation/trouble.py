"""What was wanted and cannot be had: a row of failures, and a line for a person."""

from __future__ import annotations

from dataclasses import dataclass

from srlab.data.sample import Sample
from srlab.errors import SrlabError


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """Something wanted that cannot be had; absent parts mean "all of them"."""

    benchmark: str
    sample: str | None
    scale: int
    degradation: str | None
    upscaler: str | None = None
    metric: str | None = None
    protocol: str | None = None
    code: str
    reason: str

    @classmethod
    def with_sample(
        cls,
        sample: Sample,
        upscaler: str | None,
        error: SrlabError,
        *,
        protocol: str | None = None,
    ) -> Trouble:
        """The trouble that `error` is for this sample."""
        return cls(
            benchmark=sample.benchmark,
            sample=sample.name,
            scale=sample.scale,
            degradation=sample.degradation,
            upscaler=upscaler,
            protocol=protocol,
            code=error.code,
            reason=str(error),
        )

    @property
    def where(self) -> str:
        """The trouble's place in a few words."""
        parts = [f"{self.benchmark}/{self.sample or '*'} x{self.scale}", self.upscaler, self.metric]
        return " ".join(part for part in parts if part)
