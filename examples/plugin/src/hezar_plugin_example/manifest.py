"""What this package registers. Read by every program that lists models, so it imports no torch."""

from hezar_registry import Entry

MANIFEST = [
    Entry(
        kind="model",
        name="letter_counter",
        config="hezar_plugin_example.config:LetterCounterConfig",
        module="hezar_plugin_example.model:LetterCounter",
        task="text_classification",
        description="Labels a text by how many of its letters are in a list",
    )
]
