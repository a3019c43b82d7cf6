"""Imports a person's own code as its files are now, and tells which files that were.

In a notebook a module that was edited is imported again, with every module of its project; what is
known of it as bytecode is not looked at, since that goes by size and time alone.
"""

from __future__ import annotations

import importlib
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

import psutil

from srlab.errors import UsageError
from srlab.file_state import FileState, file_state
from srlab.fingerprint import bytes_digest, digest, file_digest

_NEVER_AFRESH = ("srlab", "dashboard")
_INSTALLED = ("site-packages", "dist-packages")


@dataclass(frozen=True, kw_only=True)
class Code:
    """A module and the sources of its project that were run to make it, by their paths."""

    module: ModuleType
    root: Path
    sources: dict[Path, bytes] = field(default_factory=dict)
    states: dict[Path, FileState] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Stands for the sources: their places in the project and their content, in hex."""
        files = {
            path.relative_to(self.root).as_posix(): content.hex()
            for path, content in self.sources.items()
        }
        return digest(files).hex()

    @property
    def is_current(self) -> bool:
        """Whether every source is as it was when it was run."""
        try:
            return all(file_state(path) == state for path, state in self.states.items())
        except OSError:
            return False


_loaded: dict[tuple[str, Path], Code] = {}
_run: dict[str, tuple[ModuleType, Path, FileState]] = {}
"""Modules by name that were run here, of which file in which state."""


@contextmanager
def imported(name: str) -> Iterator[Code]:
    """The module `name`, imported afresh where a file of its project changed.

    It is looked for in the current folder and where Python looks. What is imported inside the
    block still counts among the sources. Afterwards modules that were there before are back, unless
    their file changed since. An installed package is imported as ever, and of it the one module
    counts. Raises what importing raises, UsageError for a module without a file.
    """
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    importlib.invalidate_caches()
    root = project_of(name)
    if is_installed(root):
        yield _installed(name)
        return
    known = _loaded.get((name, root))
    if known is not None and known.is_current:
        yield known
        return
    recorder = _Recorder(root)
    before = _taken_out(root)
    sys.meta_path.insert(0, recorder)
    try:
        module = importlib.import_module(name)
        _require_of(module, root)
        code = Code(
            module=module,
            root=root,
            sources=recorder.sources,
            states=recorder.states,
        )
        yield code
        _loaded[name, root] = code
    finally:
        sys.meta_path.remove(recorder)
        _put_back(before, recorder)


def _require_of(module: ModuleType, root: Path) -> None:
    """Raise UsageError for a module of another place, which is imported already by that name."""
    file = getattr(module, "__file__", None)
    if file is None or not Path(file).resolve().is_relative_to(root):
        raise UsageError(
            f"{module.__name__} is imported already from {file or 'Python itself'}, and the one in "
            f"{root} is not looked at; give that another name"
        )


def project_of(name: str) -> Path:
    """The folder that the top-level module or package of `name` lies in; nothing is imported.

    Raises UsageError for what has no file, as `__main__` of a notebook, ModuleNotFoundError.
    """
    top = name.partition(".")[0]
    spec = _found(top, None)
    if spec is None and top not in sys.modules:
        raise ModuleNotFoundError(f"No module named {top!r}", name=top)
    if spec is not None and spec.submodule_search_locations:
        return Path(next(iter(spec.submodule_search_locations))).resolve().parent
    if spec is None or not spec.origin or not spec.has_location:
        raise UsageError(
            f"{top} has no file, so that nothing tells when its code changes; write the net to a "
            "module of its own (mynet.py), and name that: py:mynet:factory"
        )
    return Path(spec.origin).resolve().parent


def is_installed(root: Path) -> bool:
    """Whether what lies in this folder was installed, or comes with Python."""
    return root in {Path(place).resolve() for place in sysconfig.get_paths().values()} or (
        root.name in _INSTALLED
    )


def _installed(name: str) -> Code:
    module = importlib.import_module(name)
    path = Path(str(module.__file__)).resolve()
    return Code(module=module, root=path.parent, sources={path: file_digest(path)})


def _found(
    name: str, path: Sequence[str] | None, but: MetaPathFinder | None = None
) -> ModuleSpec | None:
    """What Python's finders find, without a look at what is imported already."""
    for finder in sys.meta_path:
        find = getattr(finder, "find_spec", None)
        if finder is not but and find is not None and (spec := find(name, path, None)) is not None:
            return spec
    return None


class _Recorder(MetaPathFinder):
    """Finds modules of a project as Python does, and keeps the sources that are run."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.sources: dict[Path, bytes] = {}
        self.states: dict[Path, FileState] = {}
        self.names: dict[str, Path] = {}

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec that the next finder gives; of the project's sources with a loader of ours."""
        if name.partition(".")[0] in _NEVER_AFRESH:
            return None
        spec = _found(name, path, but=self)
        if spec and type(spec.loader) is SourceFileLoader and _is_of(spec.origin, self._root):
            spec.loader = _SourceLoader(name, str(spec.origin), self)
        return spec

    def keep(self, name: str, path: Path, content: bytes, state: FileState) -> None:
        """`content` of `path` is what is run as the module `name`."""
        self.sources[path], self.states[path] = bytes_digest(content), state
        self.names[name] = path


class _SourceLoader(SourceFileLoader):
    """Runs the source as it is, without a look at bytecode."""

    def __init__(self, name: str, path: str, recorder: _Recorder) -> None:
        super().__init__(name, path)
        self._recorder = recorder

    def get_code(self, fullname: str) -> CodeType:
        """The source, compiled now."""
        path = Path(self.get_filename(fullname)).resolve()
        state, content = file_state(path), self.get_data(str(path))
        self._recorder.keep(fullname, path, content, state)
        return self.source_to_code(content, str(path))


def _is_of(file: str | None, root: Path) -> bool:
    """Whether a module's file is a source of the project at `root`, and not of a library."""
    if not file or not file.endswith(".py"):
        return False
    path = Path(file).resolve()
    if not path.is_relative_to(root):
        return False
    return not set(path.relative_to(root).parts) & set(_INSTALLED)


def _taken_out(root: Path) -> dict[str, ModuleType]:
    """The project's modules, no longer among those that are imported."""
    found = {
        name: module
        for name, module in list(sys.modules.items())
        if name != "__main__"
        and name.partition(".")[0] not in _NEVER_AFRESH
        and _is_of(getattr(module, "__file__", None), root)
    }
    for name in found:
        del sys.modules[name]
    return found


def _put_back(before: dict[str, ModuleType], recorder: _Recorder) -> None:
    stale = {name for name, module in before.items() if _is_stale(name, module)}
    for name, path in recorder.names.items():
        if (fresh := sys.modules.get(name)) is not None:
            _run[name] = (fresh, path, recorder.states[path])
    for name, module in before.items():
        if name not in sys.modules or name not in stale:
            sys.modules[name] = module


def _is_stale(name: str, module: ModuleType) -> bool:
    """Whether the module's file changed since it was run, or may have."""
    run, path = _run.get(name), Path(str(module.__file__))
    with suppress(OSError):
        state = file_state(path)
        if run is not None and run[0] is module:
            return state != run[2]
        return state.ctime_ns > psutil.Process().create_time() * 1e9
    return True
