"""Rows on their way to the store: kept in memory for two seconds at most."""

from __future__ import annotations

import threading
from types import TracebackType

from srlab.errors import SrlabError, StoreError
from srlab.store.shards import Row
from srlab.store.store import Store

FLUSH_SECONDS = 2.0


_REFER_TO_OTHERS = ("scores", "predictions")
"""Tables whose rows are written last: a process killed in between leaves none without its image."""


class RowBuffer:
    """Collects rows and appends them every two seconds, whether or not more arrive.

    A killed process loses what was added since the last flush, and nothing else. Leaving the
    context writes the rest, also after Ctrl-C. An error met while writing in the background is
    raised by the next `add`, or on leaving.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows: dict[str, list[Row]] = {}
        self._lock = threading.Lock()
        self._flushing = threading.Lock()
        self._stop = threading.Event()
        self._error: SrlabError | None = None
        self._thread = threading.Thread(target=self._flush_regularly, daemon=True)

    def __enter__(self) -> RowBuffer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        try:
            self.flush()
        except SrlabError:
            if error is None:
                raise

    def add(self, table: str, rows: list[Row]) -> None:
        """Take rows over; raises the SrlabError that the last flush met."""
        if self._error is not None:
            raise self._error
        with self._lock:
            self._rows.setdefault(table, []).extend(rows)

    def flush(self) -> None:
        """Append everything now; rows that could not be written stay here.

        Raises StoreError, whatever went wrong.
        """
        with self._flushing:
            with self._lock:  # all at once, so that what rows refer to is among them
                taken = {table: list(rows) for table, rows in self._rows.items() if rows}
            for table in sorted(taken, key=_REFER_TO_OTHERS.__contains__):
                rows = taken[table]
                try:
                    self._store.append(table, rows)
                except SrlabError:
                    raise
                except Exception as error:
                    raise StoreError(
                        f"{len(rows)} rows of {table} were not kept: {error}"
                    ) from error
                with self._lock:
                    del self._rows[table][: len(rows)]

    def _flush_regularly(self) -> None:
        while not self._stop.wait(FLUSH_SECONDS):
            try:
                self.flush()
            except SrlabError as error:
                self._error = error
                return
