"""What the checks of installed wheels share. They run in environments that have no pytest."""

import importlib.metadata
import importlib.util
import json
import subprocess
import sysconfig
from collections.abc import Callable
from pathlib import Path

GOLDEN = Path(__file__).parents[1] / "golden"


def importable(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def expect_installed(*names: str) -> None:
    """Check that each distribution is there, as a wheel and with its types, and not from the source tree."""
    for name in names:
        distribution = importlib.metadata.distribution(name)
        spec = importlib.util.find_spec(name.replace("-", "_"))
        assert spec is not None, name
        assert spec.origin is not None, name
        folder = Path(spec.origin).parent
        assert folder.is_relative_to(sysconfig.get_path("purelib")), f"{name} is imported from {folder}"
        assert (folder / "py.typed").is_file(), name
        assert distribution.version


def expect_not_importable(*modules: str) -> None:
    found = [module for module in modules if importable(module)]
    assert not found, f"installed, but should not be: {found}"


def raised(kind: type[Exception], call: Callable[[], object]) -> str:
    """Return the message of the error that a call must raise."""
    try:
        call()
    except kind as error:
        return str(error)
    raise AssertionError(f"expected {kind.__name__}")


def expect_missing_extra(module: str, call: Callable[[], object]) -> None:
    """Check that a call fails with a hint that names the module it misses and what to install.

    That what it names does bring the module is checked by test_extra_hints.py.
    """
    from hezar_registry import MissingExtraError

    message = raised(MissingExtraError, call)
    assert f"`{module}`" in message, message
    assert 'pip install "hezar' in message, message


def hezar(*arguments: str) -> str:
    """Run the `hezar` command of this environment and return what it writes to stdout."""
    command = Path(sysconfig.get_path("scripts")) / "hezar"
    result = subprocess.run([command, *arguments], capture_output=True, text=True, check=False)
    assert result.returncode == 0, f"hezar {' '.join(arguments)}: {result.returncode}\n{result.stderr}"
    return result.stdout


def check_command_line() -> None:
    """Check the help and the listing of `hezar`."""
    assert "models" in hezar("--help")
    names = {model["name"] for model in json.loads(hezar("models", "list", "--json"))}
    assert {"bert_text_classification", "whisper_speech_recognition"} <= names
