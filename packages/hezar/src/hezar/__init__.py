"""Persian AI in two lines: models, preprocessors, datasets, metrics and training.

This package only gathers: every name in it is the same object that hezar-models, hezar-data and the other
distributions define, imported when it is first used.

Example:
    >>> from hezar.models import Model
    >>> model = Model.load("hezarai/bert-fa-sentiment-dksf")  # doctest: +SKIP
"""

# `typing` is not imported here: it would double the time of `import hezar`. Type checkers take any name
# TYPE_CHECKING for true.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from hezar import (
        builders,
        configs,
        constants,
        data,
        embeddings,
        metrics,
        models,
        preprocessors,
        registry,
        trainer,
        utils,
    )

    __version__: str

__all__ = [
    "__version__",
    "builders",
    "configs",
    "constants",
    "data",
    "embeddings",
    "metrics",
    "models",
    "preprocessors",
    "registry",
    "trainer",
    "utils",
]

if not TYPE_CHECKING:

    def __getattr__(name):
        if name == "__version__":
            from importlib.metadata import version

            value = version("hezar")
        elif name in __all__:
            from importlib import import_module

            value = import_module(f"hezar.{name}")
        else:
            raise AttributeError(f"module 'hezar' has no attribute {name!r}")
        globals()[name] = value
        return value

    def __dir__():
        return sorted({*__all__, *globals()})
