"""The closed sets of values in published configs. Every member is a string that prints its value."""

from __future__ import annotations

from enum import StrEnum


class ExplicitEnum(StrEnum):
    """A string enum that lists its values."""

    @classmethod
    def list(cls) -> list[str]:
        """Return the values, in the order of definition."""
        return [member.value for member in cls]


class ConfigType(ExplicitEnum):
    """What a config describes: its ``config_type``."""

    BASE = "base"
    MODEL = "model"
    DATASET = "dataset"
    PREPROCESSOR = "preprocessor"
    EMBEDDING = "embedding"
    TRAINER = "trainer"
    OPTIMIZER = "optimizer"
    CRITERION = "criterion"
    LR_SCHEDULER = "lr_scheduler"
    METRIC = "metric"


class RegistryType(ExplicitEnum):
    """The kinds a ``config_type`` may name in a file."""

    MODEL = "model"
    DATASET = "dataset"
    PREPROCESSOR = "preprocessor"
    EMBEDDING = "embedding"
    TRAINER = "trainer"
    OPTIMIZER = "optimizer"
    CRITERION = "criterion"
    LR_SCHEDULER = "lr_scheduler"
    METRIC = "metric"


class TaskType(ExplicitEnum):
    """What a model does."""

    AUDIO_CLASSIFICATION = "audio_classification"
    BACKBONE = "backbone"
    IMAGE2TEXT = "image2text"
    LANGUAGE_MODELING = "language_modeling"
    MASK_FILLING = "mask_filling"
    SEQUENCE_LABELING = "sequence_labeling"
    SPEECH_RECOGNITION = "speech_recognition"
    TEXT_CLASSIFICATION = "text_classification"
    TEXT_DETECTION = "text_detection"
    TEXT_GENERATION = "text_generation"


class LossType(ExplicitEnum):
    """Loss functions by name."""

    L1 = "l1"
    NLL = "nll"
    NLL_2D = "nll_2d"
    POISSON_NLL = "poisson_nll"
    GAUSSIAN_NLL = "gaussian_nll"
    MSE = "mse"
    BCE = "bce"
    BCE_WITH_LOGITS = "bce_with_logits"
    CROSS_ENTROPY = "cross_entropy"
    TRIPLE_MARGIN = "triple_margin"
    CTC = "ctc"


class PrecisionType(ExplicitEnum):
    """Mixed precision of training."""

    NO = "no"
    FP8 = "fp8"
    FP16 = "fp16"
    BF16 = "bf16"


class OptimizerType(ExplicitEnum):
    """Optimizers by name; ``sdg`` is the published spelling of SGD."""

    ADAM = "adam"
    ADAMW = "adamw"
    SDG = "sdg"


class LRSchedulerType(ExplicitEnum):
    """Learning-rate schedules by name; ``cosine_anealing`` is the published spelling."""

    CONSTANT = "constant"
    LAMBDA = "lambda"
    STEP = "step"
    REDUCE_ON_PLATEAU = "reduce_on_plateau"
    MULTI_STEP = "multi_step"
    ONE_CYCLE = "one_cycle"
    LINEAR = "linear"
    EXPONENTIAL = "exponential"
    CYCLIC = "cyclic"
    SEQUENTIAL = "sequential"
    POLYNOMIAL = "polynomial"
    COSINE_ANEALING = "cosine_anealing"


class SplitType(ExplicitEnum):
    """Splits of a dataset."""

    TRAIN = "train"
    EVAL = "eval"
    VALID = VALIDATION = "validation"
    TEST = "test"


class MetricType(ExplicitEnum):
    """Metrics by name."""

    ACCURACY = "accuracy"
    F1 = "f1"
    RECALL = "recall"
    PRECISION = "precision"
    SEQEVAL = "seqeval"
    CER = "cer"
    WER = "wer"
    BLEU = "bleu"
    ROUGE = "rouge"


class RepoType(ExplicitEnum):
    """Kinds of Hub repos that Hezar uses."""

    DATASET = "dataset"
    MODEL = "model"


class ImageType(ExplicitEnum):
    """Types that hold an image."""

    NUMPY = "numpy"
    PILLOW = "pillow"
    TORCH = "torch"


class ChannelsAxisSide(ExplicitEnum):
    """Where the channel axis of an image is."""

    FIRST = "first"
    LAST = "last"


class PaddingType(ExplicitEnum):
    """What a batch is padded to."""

    MAX_LENGTH = "max_length"
    LONGEST = "longest"


class Backends(ExplicitEnum):
    """Import names of the libraries that modules may need."""

    PYTORCH = TORCH = "torch"
    TORCHVISION = "torchvision"
    TRANSFORMERS = "transformers"
    DATASETS = "datasets"
    TOKENIZERS = "tokenizers"
    ACCELERATE = "accelerate"
    TENSORBOARD = "tensorboard"
    SOUNDFILE = "soundfile"
    LIBROSA = "librosa"
    WANDB = "wandb"
    GENSIM = "gensim"
    PILLOW = "PIL"
    OPENCV = CV2 = "cv2"
    JIWER = "jiwer"
    NLTK = "nltk"
    SCIKIT = "sklearn"
    SEQEVAL = "seqeval"
    ROUGE = "rouge_score"


class Color(ExplicitEnum):
    """ANSI escape codes for terminal text."""

    HEADER = "\033[95m"
    NORMAL = "\033[0m"
    BOLD = "\033[1m"
    UNDERLINE = "\033[4m"
    ITALIC = "\033[3m"
    BLUE = "\033[94m"
    CYAN = "\033[96m"
    GREEN = "\033[92m"
    YELLOW = "\033[93m"
    RED = "\033[91m"
    GREY = "\033[90m"
