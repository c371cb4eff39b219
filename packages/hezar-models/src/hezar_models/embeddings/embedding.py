"""`Embedding`, the base of word embeddings: a config, vectors, and what it takes to train, load, save and push them."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

from hezar_config import EmbeddingConfig
from hezar_config.configurable import Configurable
from hezar_hub import (
    EMBEDDING_CONFIG_FILE,
    EMBEDDING_FILE,
    EMBEDDING_SUBFOLDER,
    FileMissingError,
    PushResult,
    Repo,
    atomic_save,
    push,
)
from hezar_models.embeddings.corpus import Corpus
from hezar_registry import InputError, InputKeyError, embeddings_registry, get_logger, require

if TYPE_CHECKING:
    from torch import nn

    from hezar_models.embeddings.vectors import Matrix, WordVectors

logger = get_logger(__name__)

EXTRA = "hezar[embeddings]"
_OLD_FILES = ("embedding.model", "model.bin")


class Embedding(metaclass=Configurable):
    """Vectors of words.

    To look up and to compare needs numpy alone; gensim is needed to train (``pip install "hezar[embeddings]"``).

    Args:
        config: The config; default is the one of the class.
        embedding_file: A file that gensim saved, whose vectors are taken.
        vectors_file: Its array of vectors, where it has another name than usual.
        **kwargs: Config fields; they win over `config`.

    Attributes:
        config: The config.

    Example:
        >>> vectors = Embedding.load("hezarai/word2vec-skipgram-fa-wikipedia")  # doctest: +SKIP
        >>> vectors.most_similar("هزار")  # doctest: +SKIP
    """

    gensim_class: ClassVar[str]
    """The class of gensim that trains such vectors."""

    config: Any

    def __init__(
        self,
        config: EmbeddingConfig,
        embedding_file: str | os.PathLike[str] | None = None,
        vectors_file: str | os.PathLike[str] | None = None,
    ) -> None:
        self.config = config
        self._vectors: WordVectors | None = None
        self._files: dict[str, Path] = {}
        self._trained: Any = None
        if embedding_file is not None:
            self._read(Path(embedding_file), None if vectors_file is None else Path(vectors_file))

    def _read(self, file: Path, vectors_file: Path | None = None) -> None:
        from hezar_models.embeddings.gensim_files import read_gensim

        beside = {path.name: path for path in file.parent.glob(f"{file.name}.*.npy")}
        if vectors_file is not None:
            beside[f"{file.name}.wv.vectors.npy"] = vectors_file
        arrays = {name.removeprefix(f"{file.name}.").removesuffix(".npy"): path for name, path in beside.items()}
        self._vectors = read_gensim(file, arrays)
        self._files = {EMBEDDING_FILE: file} | {
            f"{EMBEDDING_FILE}{name.removeprefix(file.name)}": path for name, path in beside.items()
        }

    # Loading and saving ----------------------------------------------------------------------------------------------

    @classmethod
    def load(
        cls,
        path: str | os.PathLike[str],
        config_filename: str | None = None,
        embedding_file: str | None = None,
        vectors_file: str | None = None,
        subfolder: str | None = None,
        cache_dir: str | os.PathLike[str] | None = None,
        *,
        revision: str | None = None,
        token: str | bool | None = None,
        local_files_only: bool = False,
        **kwargs: Any,
    ) -> Self:
        """Load the embedding of a folder or a Hub repo. Nothing of its pickle is run; its arrays are memory-mapped.

        Args:
            path: A folder, or a Hub repo id.
            config_filename: Default is ``embedding_config.yaml``.
            embedding_file: Default is ``embedding.bin``, or one of the older names.
            vectors_file: The array of vectors, where it does not have the name that gensim gives it.
            subfolder: Default is ``embedding``.
            cache_dir: Where downloads are kept.
            revision: Branch, tag or commit.
            token: A Hub token; default is the one you are logged in with.
            local_files_only: Use what is cached and send no request.
            **kwargs: Config fields that win over the file.

        Raises:
            FileMissingError: There is no config or no file of vectors.
            UnsafeWeightsError: The pickle asks for what vectors do not need.
            WeightsFileError: A file is broken.
            HubError: The repo cannot be had.
        """
        folder = EMBEDDING_SUBFOLDER if subfolder is None else subfolder
        repo = Repo(path, revision=revision, token=token, cache_dir=cache_dir, local_files_only=local_files_only)

        def read() -> Self:
            config = EmbeddingConfig.load_from(repo, config_filename or EMBEDDING_CONFIG_FILE, folder, **kwargs)
            found = cast("type[Self]", embeddings_registry[config.name].module_class)
            if not issubclass(found, cls):
                logger.warning(
                    "%s holds a %s, not a %s; it is loaded as what it is.", repo, found.__name__, cls.__name__
                )
            embedding = found(config)
            names = (embedding_file,) if embedding_file else (EMBEDDING_FILE, *_OLD_FILES)
            file = repo.find(*names, subfolder=folder or None)
            if file is None:
                raise FileMissingError(f"There are no vectors in {repo}: looked for {', '.join(names)} in {folder!r}.")
            for name in repo.files(folder or None):  # gensim looks for arrays beside the file
                if name.rpartition("/")[2].startswith(f"{file.name}.") and name.endswith(".npy"):
                    repo.file(name)
            embedding._read(file, repo.file(vectors_file, subfolder=folder or None) if vectors_file else None)
            return embedding

        return repo.read(read)

    def save(
        self,
        path: str | os.PathLike[str],
        filename: str | None = None,
        subfolder: str | None = None,
        save_config: bool = True,
        config_filename: str | None = None,
    ) -> None:
        """Write config and vectors into a folder, in gensim's format; all files change, or none.

        Args:
            path: The folder of the repo; it is created if needed.
            filename: Default is ``embedding.bin``. Each array is a file of its own beside it.
            subfolder: Default is ``embedding``.
            save_config: Whether to write the config as well.
            config_filename: Default is ``embedding_config.yaml``.

        Raises:
            InputError: There are no vectors yet.
            SaveError: The folder cannot be written to; what was there before is whole.
        """
        folder = EMBEDDING_SUBFOLDER if subfolder is None else subfolder
        name = filename or EMBEDDING_FILE
        self.word_vectors  # noqa: B018 - refuses what has no vectors
        with atomic_save(path) as staging:
            target = staging.path(name, folder or None)
            self._write(target)
            if save_config:
                config = self.config.to_yaml().encode("utf-8")
                staging.path(config_filename or EMBEDDING_CONFIG_FILE, folder or None).write_bytes(config)
            # Arrays of an older save that this one does not have.
            repo_folder = Path(path).expanduser() / folder
            for old in repo_folder.glob(f"{name}.*.npy"):
                if not (target.parent / old.name).exists():
                    staging.delete(old.name, folder or None)

    def _write(self, target: Path) -> None:
        if self._trained is not None:
            # Every array beside the pickle: there they can be mapped, and Hezar 1.0.0 asks for that of the vectors.
            self._trained.save(str(target), sep_limit=0)
            return
        for name, file in self._files.items():
            shutil.copyfile(file, target.with_name(f"{target.name}{name.removeprefix(EMBEDDING_FILE)}"))

    def push_to_hub(
        self,
        repo_id: str,
        commit_message: str | None = None,
        subfolder: str | None = None,
        filename: str | None = None,
        vectors_filename: str | None = None,
        config_filename: str | None = None,
        private: bool = False,
        *,
        token: str | bool | None = None,
        revision: str | None = None,
    ) -> PushResult:
        """Push config and vectors to a Hub repo in one commit; the repo is created if needed.

        Args:
            repo_id: ``"owner/name"``.
            commit_message: Title of the commit.
            subfolder: Default is ``embedding``.
            filename: Default is ``embedding.bin``.
            vectors_filename: Taken for the sake of Hezar 1.0.0; arrays have the names that gensim gives them.
            config_filename: Default is ``embedding_config.yaml``.
            private: Whether a repo created by this call is private.
            token: A Hub token; default is the one you are logged in with.
            revision: The branch to push to.

        Raises:
            InputError: There are no vectors yet.
            HubError: The push failed; the files of the repo are as they were.
        """
        if vectors_filename is not None:
            logger.warning("vectors_filename=%r has no effect: gensim looks for its own names.", vectors_filename)
        with tempfile.TemporaryDirectory() as scratch:
            self.save(scratch, filename, subfolder, config_filename=config_filename)
            files = {
                file.relative_to(scratch).as_posix(): file
                for file in sorted(Path(scratch).rglob("*"))
                if file.is_file()
            }
            return push(
                repo_id,
                files,
                commit_message=commit_message or "Hezar: Upload embedding and config",
                private=private,
                token=token,
                revision=revision,
            )

    # Training --------------------------------------------------------------------------------------------------------

    def train(self, dataset: Iterable[str | Sequence[str]], epochs: int | None = None) -> None:
        """Train vectors, in place of those that are there.

        Args:
            dataset: Sentences: lists of words, or texts, which are cut by `WordTokenizer`. A generator is kept in a
                temporary file, as every epoch reads it again.
            epochs: Passes over the sentences; default is that of the config.

        Raises:
            InputError: There is no word in it that is frequent enough, or an item is no sentence.
            MissingExtraError: gensim is not installed.
        """
        gensim = require("gensim.models", extra=EXTRA, purpose="Training word vectors")
        config = self.config
        with Corpus(dataset) as sentences:
            model = getattr(gensim, self.gensim_class)(
                vector_size=config.vector_size,
                window=config.window,
                sg=int(config.train_algorithm == "skipgram"),
                workers=config.workers,
                alpha=config.alpha,
                min_alpha=config.min_alpha,
                min_count=config.min_count,
                seed=config.seed,
                cbow_mean=config.cbow_mean,
            )
            model.build_vocab(sentences)
            if not len(model.wv):
                raise InputError(
                    f"No word is there {config.min_count} times or more (min_count); nothing can be learned."
                )
            count = config.epochs if epochs is None else epochs
            model.train(sentences, total_examples=model.corpus_count, epochs=count)
        self._trained, self._files = model, {}
        self._vectors = self._of_gensim(model.wv)

    def _of_gensim(self, trained: Any) -> WordVectors:
        from hezar_models.embeddings.vectors import WordVectors

        return WordVectors(trained.index_to_key, trained.vectors)

    # Looking up ------------------------------------------------------------------------------------------------------

    @property
    def word_vectors(self) -> WordVectors:
        """The words and their vectors.

        Raises:
            InputError: There are none yet.
        """
        if self._vectors is None:
            raise InputError(
                f"This {type(self).__name__} has no vectors yet: train it, or load one with Embedding.load."
            )
        return self._vectors

    def __call__(self, inputs: str | Sequence[str]) -> list[Matrix]:
        """Return the vectors of words, each float32 of the shape (size,); of a single word, a list of one.

        Raises:
            KeyError: A word is unknown, and no n-grams are known to make a vector of.
        """
        words = [inputs] if isinstance(inputs, str) else inputs
        return [self.word_vectors.vector(_word(word)) for word in words]

    def most_similar(self, word: str, top_n: int = 5) -> list[dict[str, str]]:
        """Return the nearest words, as ``{"word": …, "score": "0.1234"}``; for many words, `nearest`.

        Raises:
            InputError: `word` is no text.
            KeyError: As in a call.
        """
        [found] = self.word_vectors.nearest([_word(word)], top_n)
        return [{"word": near, "score": f"{score:.4f}"} for near, score in found]

    def nearest(self, words: Sequence[str], top_n: int = 5) -> list[list[tuple[str, float]]]:
        """Return the nearest words of each of many words, with their cosines; see `WordVectors.nearest`."""
        return self.word_vectors.nearest([_word(word) for word in words], top_n)

    def similarity(self, word1: str, word2: str) -> Any:
        """Return the cosine between two words, a float32 of numpy.

        Raises:
            InputError: One is no text.
            KeyError: As in a call.
        """
        return self.word_vectors.similarity(_word(word1), _word(word2))

    def doesnt_match(self, words: Sequence[str]) -> str:
        """Return the word that is farthest from the mean of the others' directions.

        Raises:
            KeyError: None of the words is known.
        """
        return self.word_vectors.odd_one_out([_word(word) for word in words])

    def get_normed_vectors(self) -> Matrix:
        """Return all vectors with the length 1, float32 of the shape (words, size)."""
        return self.word_vectors.normed()

    @property
    def vectors(self) -> Matrix:
        """All vectors, float32 of the shape (words, size)."""
        return self.word_vectors.matrix

    @property
    def vocab(self) -> dict[str, int]:
        """The index of each word."""
        return self.word_vectors.index

    def word2index(self, word: str) -> int:
        """Return the index of a word, -1 for an unknown one."""
        return self.word_vectors.index.get(word, -1)

    def index2word(self, index: int) -> str:
        """Return the word at an index.

        Raises:
            KeyError: There is none.
        """
        if not 0 <= index < len(self.word_vectors):
            raise InputKeyError(f"There is no word {index}; the vocabulary has {len(self.word_vectors):,}.")
        return self.word_vectors.words[index]

    def torch_embedding(self) -> nn.Embedding:
        """Return a layer with a copy of the vectors, which training does not change."""
        import numpy as np
        import torch

        return torch.nn.Embedding.from_pretrained(torch.from_numpy(np.array(self.vectors)), freeze=True)

    def __repr__(self) -> str:
        size = f"{len(self._vectors):,} words" if self._vectors is not None else "no vectors yet"
        return f"{type(self).__name__}({self.config.name!r}, {size})"


def _word(word: Any) -> str:
    if not isinstance(word, str):
        raise InputError(f"A word is a text; found {word!r:.100}.")
    return word
