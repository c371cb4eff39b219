"""One module per benchmark, in the order in which they run. Each holds a ``BENCHMARK``."""

CASES = (
    "imports",
    "model_import",
    "model_load",
    "first_prediction",
    "tokenization",
    "normalization",
    "cleanup",
    "log_mel",
    "images",
    "error_rates",
    "linear_row",
    "int8_labels",
    "latency",
    "classification",
    "generation.gpt2_one",
    "generation.gpt2_many",
    "generation.gpt2_beams_one",
    "generation.gpt2_beams_many",
    "generation.t5_one",
    "generation.t5_many",
)
