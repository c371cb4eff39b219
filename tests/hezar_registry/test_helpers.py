"""Helpers of `hezar.utils` that need the standard library only."""

from __future__ import annotations

import functools
import logging
import sys
from typing import Any

import pytest

from hezar_config.enums import Backends
from hezar_registry import (
    HezarError,
    InputError,
    InputKeyError,
    InputTypeError,
    Logger,
    MissingExtraError,
    check_dependencies,
    exec_timer,
    get_lib_version,
    get_parents,
    is_backend_available,
    sanitize_function_parameters,
    verify_dependencies,
)
from hezar_registry.helpers import timing as timing_module

# Time --------------------------------------------------------------------------------------------------------------


def test_timer_measures_the_block(monkeypatch: pytest.MonkeyPatch):
    ticks = iter([10.0, 12.5, 20.0, 20.25])
    monkeypatch.setattr(timing_module, "perf_counter", lambda: next(ticks))
    with exec_timer() as timer:
        assert timer.time == 0
    assert timer.time == 2.5
    with pytest.raises(KeyError), timer:
        raise KeyError
    assert timer.time == 0.25


# Functions and classes ---------------------------------------------------------------------------------------------

VALUES = {name: name.upper() for name in ("d", "c", "b", "a", "args", "kw", "self", "x", "z")}


def function(a: Any, b: Any = 1, *args: Any, c: Any, d: Any = 2, **kw: Any) -> None: ...


def positional(a: Any, /, b: Any) -> None: ...


class Class:
    def __init__(self, x: Any, a: Any = 1) -> None: ...

    def method(self, x: Any, **kw: Any) -> None: ...

    def __call__(self, z: Any) -> None: ...


@pytest.mark.parametrize(
    ("func", "names"),
    [
        (function, "abcd"),
        (positional, "ab"),
        (Class, "xa"),
        (Class(1), "z"),
        (Class(1).method, "x"),
        (Class.method, ["self", "x"]),
        (functools.partial(function, 1, c=3), "bcd"),
        (lambda: 0, ""),
    ],
)
def test_named_parameters(func: Any, names: str | list[str]):
    got = sanitize_function_parameters(func, VALUES)
    assert list(got) == list(names)
    assert got == {name: VALUES[name] for name in names}


def test_keywords_win_and_nothing_is_invented():
    given = {"a": 1}
    assert sanitize_function_parameters(function, given, a=2, e=3) == {"a": 2}
    assert given == {"a": 1}


@pytest.mark.parametrize("func", [5, None, "print"])
def test_what_cannot_be_called_has_no_parameters(func: Any):
    with pytest.raises(InputTypeError, match="callable"):
        sanitize_function_parameters(func, {})


class Base: ...


class Middle(Base): ...


class Mixed(dict[str, int], Middle): ...


def test_parents_are_those_of_the_class_of_the_object():
    assert get_parents(Middle()) == [Base, object, Middle]
    assert get_parents(Middle(), include_self=False) == [Base, object]
    assert get_parents(Mixed(), names_only=True) == ["dict", "Middle", "Base", "object", "Mixed"]
    assert get_parents(Middle, include_self=False) == [object]


# Dependencies ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["json", "os.path", "importlib.metadata", Backends.TOKENIZERS])
def test_what_can_be_imported_is_available(name: str):
    assert is_backend_available(name)


@pytest.mark.parametrize("name", ["no_such_module", "no_such.module", "json.no_such", "", "scikit-learn"])
def test_what_cannot_be_imported_is_not(name: str):
    assert not is_backend_available(name)


def test_what_is_blocked_is_not_available(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "json", None)
    assert not is_backend_available("json")


@pytest.mark.parametrize("name", [None, 3, ["json"]])
def test_a_module_name_is_a_text(name: Any):
    with pytest.raises(InputTypeError):
        is_backend_available(name)


def test_asking_imports_nothing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    assert is_backend_available("colorsys")
    assert "colorsys" not in sys.modules


@pytest.mark.parametrize("owner", [Base, Base()])
def test_missing_dependencies_are_named_with_their_distributions(owner: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    assert verify_dependencies(owner, ["json"]) is None
    assert verify_dependencies(owner) is None
    with pytest.raises(ModuleNotFoundError, match=r"`Base` needs `no_such`, `sklearn`.*install no_such scikit-learn"):
        verify_dependencies(owner, ["json", "no_such", Backends.SCIKIT])
    with pytest.raises(MissingExtraError, match="`no_such`"):
        verify_dependencies(owner, "no_such")


def test_a_function_verifies_when_it_is_called():
    @check_dependencies(["json"])
    def good(a: int, b: int = 2) -> int:
        """Add."""
        return a + b

    @check_dependencies(["no_such"])
    def bad() -> None: ...

    assert (good(1, b=5), good.__name__, good.__doc__) == (6, "good", "Add.")
    with pytest.raises(ModuleNotFoundError, match="`bad` needs `no_such`"):
        bad()


def test_a_class_stays_a_class_and_verifies_when_it_is_instantiated():
    @check_dependencies(["no_such"])
    class Bad(Base): ...

    @check_dependencies("json")
    class Good:
        def __init__(self, x: int) -> None:
            self.x = x

    assert isinstance(Bad, type)
    with pytest.raises(MissingExtraError, match="`Bad` needs `no_such`"):
        Bad()
    assert (Good(3).x, type(Good(3))) == (3, Good)


def test_versions():
    from importlib.metadata import version

    assert get_lib_version("pytest") == version("pytest")
    assert get_lib_version("PIL") == version("pillow")
    for name in ("no-such-distribution", ""):
        with pytest.raises(ModuleNotFoundError) as caught:
            get_lib_version(name)
        assert isinstance(caught.value, HezarError)


# Logging -----------------------------------------------------------------------------------------------------------


def test_logger_writes_to_stderr(capsys: pytest.CaptureFixture[str]):
    logger = Logger("a_program")
    logger.debug("not shown")
    logger.info("shown")
    logger.log_upload_success("model.pt", "me/model")
    Logger("other", level="debug", fmt="%(name)s %(message)s").debug("all")
    assert capsys.readouterr().err.splitlines() == [
        "Hezar (INFO): shown",
        "Hezar (INFO): Uploaded: `model.pt` --> `me/model`",
        "other all",
    ]
    assert isinstance(logger, logging.Logger)
    assert logger is not Logger("a_program")
    assert "a_program" not in logging.root.manager.loggerDict


@pytest.mark.parametrize("level", ["loud", 1.5, []])
def test_unknown_levels_are_refused(level: Any):
    with pytest.raises(InputError, match=r"(?i)logging level.*WARNING"):
        Logger("a_program", level)


# Errors ------------------------------------------------------------------------------------------------------------


def test_input_errors_are_also_those_of_python():
    assert issubclass(InputTypeError, TypeError)
    assert issubclass(InputKeyError, KeyError)
    assert issubclass(InputTypeError, InputError)
    assert str(InputKeyError("no 'a'")) == "no 'a'"
    assert issubclass(MissingExtraError, ModuleNotFoundError)
