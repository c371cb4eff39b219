"""`Preprocessor`, the base of everything that stands between raw input and tensors."""

from __future__ import annotations

import os
from typing import Any, ClassVar, Self

from hezar_config import PreprocessorConfig
from hezar_config.configurable import checked_config
from hezar_data.preprocessors.files import in_folder, write_files
from hezar_hub import PREPROCESSOR_SUBFOLDER, PushResult, Repo, push
from hezar_registry import preprocessors_registry


class Preprocessor:
    """Base class of all preprocessors: a config, and what it takes to load, save and push it.

    A preprocessor of your own derives from this class (or from `Tokenizer` and its siblings) and is registered with
    ``@register_preprocessor(name, config_class=...)``. Its config class sets ``filename``. One that has files besides
    its config overrides `from_repo` and `export_files`.

    Args:
        config: The config; default is the one of the class. It is copied, never changed.
        **kwargs: Config fields; they win over `config`.

    Attributes:
        config: The config.

    Raises:
        UnknownFieldError: A keyword is not a field of the config.
    """

    role: ClassVar[str | None] = None
    """What the preprocessor is in a container, such as ``"tokenizer"``; see `PreprocessorsContainer`."""

    config_class: ClassVar[type[PreprocessorConfig]] = PreprocessorConfig
    upload_message: ClassVar[str] = "Hezar: Upload preprocessor"
    load_options: ClassVar[tuple[str, ...]] = ()
    """Keywords of `load` that go to `from_repo` and are not fields of the config."""

    config: Any

    def __init__(self, config: PreprocessorConfig | None = None, **kwargs: Any) -> None:
        given = self.default_config_class()() if config is None else checked_config(type(self), config)
        self.config = given.replace(**kwargs)

    @classmethod
    def default_config_class(cls) -> type[PreprocessorConfig]:
        """Return the config class this class is registered with, else the one it inherits."""
        name = preprocessors_registry.name_of(cls)
        registered = preprocessors_registry[name].config_class if name else None
        return registered if registered is not None else cls.config_class

    # Loading ---------------------------------------------------------------------------------------------------

    @classmethod
    def load(
        cls,
        path: str | os.PathLike[str],
        subfolder: str | None = None,
        cache_dir: str | os.PathLike[str] | None = None,
        *,
        config_filename: str | None = None,
        force_return_dict: bool = False,
        revision: str | None = None,
        token: str | bool | None = None,
        local_files_only: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Load what a local folder or a Hub repo holds.

        Called on `Preprocessor`, it finds all preprocessors of the repo: one comes back as itself, several (or none)
        in a `PreprocessorsContainer`. Called on a class, it loads that kind; the class to build still comes from
        ``name`` in its config file, so that `Tokenizer.load` gives a `WordPieceTokenizer`.

        Args:
            path: A folder, or a Hub repo id such as ``"hezarai/bert-base-fa"``.
            subfolder: The folder in the repo; default is ``preprocessor``.
            cache_dir: Where downloads are kept; default is ``HEZAR_CACHE_DIR``.
            config_filename: The config file; default is the published name of the kind.
            force_return_dict: Return a container even of one preprocessor.
            revision: Branch, tag or commit.
            token: A Hub token; default is the one you are logged in with.
            local_files_only: Use what is cached and send no request.
            **kwargs: Config fields that win over the file. With several preprocessors, each takes those it has.

        Raises:
            UnknownNameError: A config names a preprocessor that is not installed.
            ImplementationMissingError: This version has only the config of a preprocessor.
            UnknownKeywordError: A keyword is not a field of any config.
            ConfigError: A config file is broken.
            HubError: The repo or a file of it cannot be had.

        Example:
            >>> tokenizer = Preprocessor.load("hezarai/bert-base-fa")  # doctest: +SKIP
        """
        from hezar_data.preprocessors import loading  # finds the subclasses of this class, so it is imported late

        repo = Repo(path, revision=revision, token=token, cache_dir=cache_dir, local_files_only=local_files_only)
        return repo.read(
            lambda: loading.load(cls, repo, subfolder, config_filename, kwargs, force_return_dict=force_return_dict)
        )

    @classmethod
    def from_repo(cls, repo: Repo, folder: str, config: Any, **options: Any) -> Self:
        """Build the preprocessor that `config`, already read, describes; `load` calls this.

        Args:
            repo: Where further files are.
            folder: The folder of the preprocessor in `repo`.
            config: The config, with the caller's keywords in it.
            **options: Those of `load_options` the caller gave.
        """
        return cls(config)

    # Saving ----------------------------------------------------------------------------------------------------

    def export_files(self, subfolder: str | None = None) -> dict[str, bytes]:
        """Return the files of this preprocessor: names relative to the repo, with ``/``, and contents.

        `save` and `push_to_hub` write these; a model adds them to its own, so that all change at once.
        """
        folder = PREPROCESSOR_SUBFOLDER if subfolder is None else subfolder
        return {in_folder(folder, self.config.filename): self.config.to_yaml().encode("utf-8")}

    def save(self, path: str | os.PathLike[str], subfolder: str | None = None) -> None:
        """Write the preprocessor into a folder; all of its files change, or none.

        Args:
            path: The folder of the repo; it is created if needed.
            subfolder: The folder in it; default is ``preprocessor``.

        Raises:
            SaveError: The folder cannot be written to; what was there before is whole.
        """
        write_files(path, self.export_files(subfolder))

    def push_to_hub(
        self,
        repo_id: str,
        subfolder: str | None = None,
        commit_message: str | None = None,
        private: bool = False,
        *,
        token: str | bool | None = None,
        revision: str | None = None,
    ) -> PushResult:
        """Push the preprocessor to a Hub repo in one commit; the repo is created if needed.

        Args:
            repo_id: ``"owner/name"``.
            subfolder: The folder in the repo; default is ``preprocessor``.
            commit_message: Title of the commit.
            private: Whether a repo created by this call is private.
            token: A Hub token; default is the one you are logged in with.
            revision: The branch to push to.

        Raises:
            HubError: The push failed; the files of the repo are as they were.
        """
        return push(
            repo_id,
            self.export_files(subfolder),
            commit_message=commit_message or self.upload_message,
            private=private,
            token=token,
            revision=revision,
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.config.name!r})"
