"""The model card: ``README.md`` of a repo, with metadata the Hub understands and a short text for people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hezar_registry import get_logger

logger = get_logger(__name__)

# Hezar's tasks as the Hub names them.
PIPELINE_TAGS = {
    "audio_classification": "audio-classification",
    "image2text": "image-to-text",
    "image_captioning": "image-to-text",
    "language_modeling": "text-generation",
    "mask_filling": "fill-mask",
    "ocr": "image-to-text",
    "sequence_labeling": "token-classification",
    "speech_recognition": "automatic-speech-recognition",
    "summarization": "summarization",
    "text_classification": "text-classification",
    "text_detection": "object-detection",
    "text_generation": "text-generation",
    "text_summarization": "summarization",
    "text2text_generation": "text2text-generation",
}
_PACKAGES = ("hezar", "hezar-models", "hezar-data", "hezar-config", "hezar-hub")
_INPUTS = {
    "automatic-speech-recognition": '"speech.mp3"',
    "audio-classification": '"speech.mp3"',
    "fill-mask": '"سلام بچه ها حالتون <mask>"',
    "image-to-text": '"image.png"',
    "object-detection": '"image.png"',
}
_DEFAULT_INPUT = '"هزار، کتابخانه‌ای کامل برای به کارگیری آسان هوش مصنوعی"'
# The line break (1) and the lines (2) between two lines of three dashes at the beginning of a file.
_FRONT_MATTER = re.compile(
    r"\A\ufeff?\s*---[ \t]*(\r?\n)(.*?)(?:\r?\n)?^---[ \t]*(?=\r?\n|\Z)", re.DOTALL | re.MULTILINE
)


def installed_versions() -> dict[str, str]:
    """Return the versions of the Hezar packages that are installed.

    Example:
        >>> "hezar-hub" in installed_versions()
        True
    """
    from importlib.metadata import PackageNotFoundError, version

    found: dict[str, str] = {}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


@dataclass
class ModelCard:
    """What a model card says.

    Attributes:
        task: Hezar's name of the task, such as ``"text_classification"``.
        kind: What the repo holds: ``"model"``, ``"preprocessor"``, ``"embedding"`` or ``"dataset"``.
        description: A sentence or more, in Markdown.
        license: An identifier the Hub knows.
        language: Language codes.
        tags: More tags, after ``hezar`` and the task.
        base_model: The repo of the model this one was trained from.
        datasets: The repos of the datasets it was trained or evaluated on.
        metrics: Results by metric name; a model index is made of them when `datasets` says on what.
        training: Training settings, for a table.
        versions: Versions of packages, for the last line; default is what is installed.
    """

    task: str | None = None
    kind: str = "model"
    description: str | None = None
    license: str = "apache-2.0"
    language: str | list[str] = "fa"
    tags: list[str] = field(default_factory=list[str])
    base_model: str | None = None
    datasets: list[str] = field(default_factory=list[str])
    metrics: Mapping[str, float] = field(default_factory=dict[str, float])
    training: Mapping[str, Any] = field(default_factory=dict[str, Any])
    versions: Mapping[str, str] = field(default_factory=installed_versions)

    @property
    def pipeline_tag(self) -> str | None:
        """The task as the Hub names it, or ``None`` for tasks it has no name for."""
        return PIPELINE_TAGS.get(self.task or "")

    def metadata(self, repo_id: str) -> dict[str, Any]:
        """Return the front matter as a dictionary, in the order it is written.

        Example:
            >>> ModelCard(task="mask_filling").metadata("me/my-bert")["pipeline_tag"]
            'fill-mask'
        """
        tags = ["hezar", self.task, *self.tags]
        result: dict[str, Any] = {
            "license": self.license,
            "language": self.language,
            "library_name": "hezar",
            "tags": list(dict.fromkeys(tag for tag in tags if tag)),
        }
        if self.kind == "dataset":
            result |= {"task_categories": [self.pipeline_tag] if self.pipeline_tag else None}
        else:
            result |= {
                "pipeline_tag": self.pipeline_tag,
                "base_model": self.base_model,
                "datasets": self.datasets,
                "metrics": list(self.metrics),
                "model-index": self._model_index(repo_id, []),
            }
        return {key: value for key, value in result.items() if value}

    def render(self, repo_id: str) -> str:
        """Return the whole card of a repo that has none yet.

        Example:
            >>> print(ModelCard(task="text_classification").render("me/sentiment"))
        """
        return f"---\n{_yaml(self.metadata(repo_id))}---\n\n{self._body(repo_id)}"

    def update(self, existing: str, repo_id: str) -> str:
        """Return `existing`, a card people may have edited, with what our metadata adds to it.

        The text is kept as it is, and so is every key of the metadata that is there already; missing keys are
        added, and our results replace those of the same task, dataset and metric in the model index.
        """
        from huggingface_hub.repocard import RepoCard

        match = _FRONT_MATTER.match(existing)
        if match is None:
            return _ended(f"---\n{_yaml(self.metadata(repo_id))}---\n\n{existing.lstrip()}")
        try:
            old: dict[str, Any] = RepoCard(match[0] + "\n").data.to_dict() if match[2].strip() else {}
        except Exception as error:
            logger.warning("The metadata of README.md in %s cannot be read and is left as it is: %s", repo_id, error)
            return existing
        new = self._merged(old, repo_id)
        newline = match[1]
        lines = _edited(match[2], {key: value for key, value in new.items() if old.get(key) != value}, newline)
        return _ended(f"---{newline}{lines}{newline}---{existing[match.end() :]}")

    def _merged(self, old: dict[str, Any], repo_id: str) -> dict[str, Any]:
        ours = self.metadata(repo_id)
        merged = {**ours, **old}
        if "metrics" in ours and isinstance(old.get("metrics"), list):
            merged["metrics"] = list(dict.fromkeys([*old["metrics"], *ours["metrics"]]))
        if "model-index" in ours and old.get("model-index"):
            merged["model-index"] = self._model_index(repo_id, old["model-index"])
        return merged

    def _model_index(self, repo_id: str, old: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the model index with our results, in place of the same ones in `old`."""
        from huggingface_hub import EvalResult
        from huggingface_hub.repocard_data import eval_results_to_model_index, model_index_to_eval_results

        if not self.metrics or not self.datasets:
            return old
        dataset = self.datasets[0]
        ours = [
            EvalResult(
                task_type=self.pipeline_tag or self.task or "other",
                dataset_type=dataset,
                dataset_name=dataset.rpartition("/")[2],
                metric_type=name,
                metric_value=value,
            )
            for name, value in self.metrics.items()
        ]
        theirs: list[EvalResult] = []
        model_name = repo_id.rpartition("/")[2]
        if old:
            try:
                model_name, theirs = model_index_to_eval_results(old)
            except (KeyError, TypeError, ValueError) as error:
                logger.warning("The model index in README.md of %s is left as it is: %s", repo_id, error)
                return old
        mine = {_identity(result) for result in ours}
        kept = [result for result in theirs if _identity(result) not in mine]
        return eval_results_to_model_index(model_name, kept + ours)

    def _body(self, repo_id: str) -> str:
        what = f"A Persian {self.kind}" + (f" for {self.task.replace('_', ' ')}" if self.task else "")
        parts = [
            f"# {repo_id.rpartition('/')[2]}",
            self.description or f"{what}, made with [Hezar](https://github.com/hezarai/hezar).",
            "## Usage",
            f"```bash\npip install hezar\n```\n\n```python\n{self._usage(repo_id)}\n```",
        ]
        if self.training:
            parts += ["## Training", _table(("Setting", "Value"), self.training)]
        if self.metrics:
            on = f" on {', '.join(self.datasets)}" if self.datasets else ""
            parts += ["## Results", f"Measured{on}:", _table(("Metric", "Value"), self.metrics)]
        if self.versions:
            parts.append("Made with " + ", ".join(f"{name} {number}" for name, number in self.versions.items()) + ".")
        return "\n\n".join(parts) + "\n"

    def _usage(self, repo_id: str) -> str:
        if self.kind == "dataset":
            return f'from hezar.data import Dataset\ndataset = Dataset.load("{repo_id}")'
        if self.kind == "embedding":
            return f'from hezar.embeddings import Embedding\nEmbedding.load("{repo_id}").most_similar("هزار")'
        if self.kind == "preprocessor":
            return f'from hezar.preprocessors import Preprocessor\nprint(Preprocessor.load("{repo_id}"))'
        example = _INPUTS.get(self.pipeline_tag or "", _DEFAULT_INPUT)
        return f'from hezar.models import Model\nprint(Model.load("{repo_id}").predict({example}))'


def _identity(result: Any) -> tuple[Any, ...]:
    """What makes two results the same measurement."""
    of_dataset = (result.dataset_type, result.dataset_config, result.dataset_split)
    return (result.task_type, *of_dataset, result.metric_type)


def _table(head: tuple[str, str], rows: Mapping[str, Any]) -> str:
    lines = [f"| {head[0]} | {head[1]} |", "|---|---|"]
    lines += [f"| {_cell(name)} | {_cell(value)} |" for name, value in rows.items()]
    return "\n".join(lines)


def _cell(value: Any) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")


def _yaml(data: Mapping[str, Any]) -> str:
    from huggingface_hub import CardData

    card: Any = CardData(**dict(data))
    text: str = card.to_yaml()
    return text + "\n"


def _edited(block: str, changes: Mapping[str, Any], newline: str) -> str:
    """Return a YAML block with some top-level keys set, and every other line as it was, comments too."""
    # A key's lines are those down to the next line that starts with neither space, dash nor closing bracket.
    pieces = re.split(r"^(?=[^\s\-\]})])", block, flags=re.MULTILINE)
    by_key = {piece.partition(":")[0].strip().strip("\"'"): place for place, piece in enumerate(pieces)}
    added: list[str] = []
    for key, value in changes.items():
        lines = newline.join(_yaml({key: value}).splitlines())
        if key in by_key:
            pieces[by_key[key]] = lines + newline
        else:
            added.append(lines)
    kept = "".join(pieces).rstrip("\r\n")
    return newline.join([kept, *added] if kept else added)


def _ended(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"
