"""What became of a job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from srlab.errors import SrlabError

Job = TypeVar("Job")
Result = TypeVar("Result")


@dataclass(frozen=True, kw_only=True)
class Done(Generic[Job, Result]):
    """A job that ended well."""

    job: Job
    result: Result


@dataclass(frozen=True, kw_only=True)
class Failed(Generic[Job]):
    """A job that did not: the error's stable code and its message."""

    job: Job
    code: str
    reason: str

    @classmethod
    def of(cls, job: Job, error: BaseException) -> Failed[Job]:
        """The failure that `error` stands for; an unforeseen one gets the code "unexpected"."""
        if isinstance(error, SrlabError):
            return cls(job=job, code=error.code, reason=str(error))
        return cls(job=job, code="unexpected", reason=f"{type(error).__name__}: {error}")
