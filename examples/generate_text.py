"""Train a tiny GPT-2 on a few Persian lines, and let it write: the best token each time, drawn, by beams, as it comes.

It takes seconds on a CPU. What it learns is these lines by heart; a model that has read more is trained the same way, or
loaded: ``Model.load("hezarai/gpt2-base-fa")``.
"""

import torch

from hezar.builders import build_model
from hezar.models import Model
from hezar.preprocessors import BPETokenizer
from hezar.utils import set_seed

LINES = """
باران که می‌بارد، کوچه بوی خاک می‌گیرد.
باران که می‌بارد، گنجشک‌ها زیر شیروانی می‌نشینند.
باران که بند می‌آید، بچه‌ها به کوچه می‌دوند.
صبح که می‌شود، نانوا تنور را روشن می‌کند.
صبح که می‌شود، مادر چای تازه دم می‌کند.
شب که می‌شود، چراغ خانه‌ها یکی یکی روشن می‌شود.
شب که می‌شود، مادربزرگ قصه‌ای تازه می‌گوید.
برف که می‌نشیند، کوه آرام به خواب می‌رود.
برف که آب می‌شود، رودخانه دوباره آواز می‌خواند.
بهار که می‌آید، درخت سیب پر از شکوفه می‌شود.
پاییز که می‌آید، باد برگ‌های زرد را به کوچه می‌برد.
کتاب را که باز می‌کنم، دنیای تازه‌ای پیدا می‌شود.
""".strip().splitlines()


def train_tokenizer() -> BPETokenizer:
    """Learn tokens; ``bos_token=None`` puts none around a text, for a prompt that ended with </s> would not go on."""
    tokenizer = BPETokenizer()
    tokenizer.train_from_iterator(LINES, vocab_size=600, bos_token=None, show_progress=False)
    return tokenizer


def build(tokenizer: BPETokenizer) -> Model:
    """Build a model of 126,000 parameters. ``generation`` holds what `predict` does when nobody says otherwise."""
    return build_model(
        "gpt2_text_generation",
        vocab_size=len(tokenizer),
        n_embd=64,
        n_layer=2,
        n_head=4,
        n_positions=64,
        bos_token_id=tokenizer.eos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        generation={
            "eos_token_id": tokenizer.eos_token_id,
            "pad_token_id": tokenizer.pad_token_id,
            "max_new_tokens": 40,
        },
    )


def train(model: Model, tokenizer: BPETokenizer, steps: int = 60) -> None:
    """Learn all lines in each step; a line ends with the end token, so that the model learns to stop."""
    batch = tokenizer([line + tokenizer.eos_token for line in LINES], padding=True, return_tensors="torch")
    labels = batch["token_ids"].masked_fill(batch["attention_mask"] == 0, -100)  # nothing to learn from padding
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3)
    model.train()
    for step in range(1, steps + 1):
        loss = model.compute_loss(model(**batch)["logits"], labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 20 == 0:
            print(f"step {step}: loss {loss.item():.2f}")
    model.eval()


def main() -> None:
    set_seed(0)
    torch.set_num_threads(1)  # more have nothing to do in a model this small
    tokenizer = train_tokenizer()
    model = build(tokenizer)
    model.preprocessor = tokenizer
    train(model, tokenizer)

    prompts = ["باران که", "شب که می‌شود،"]
    print("\nthe best token each time:")
    for result in model.predict(prompts):
        print(" ", result.text)

    print("\ndrawn, three times; the seed makes it the same again:")
    [drawn] = model.predict("باران که", do_sample=True, top_p=0.95, seed=1, num_return_sequences=3)
    for result in drawn:
        print(" ", result.text)

    print("\nthe best of four beams, with their scores:")
    [beams] = model.predict("صبح", num_beams=4, num_return_sequences=2, return_scores=True)
    for result in beams:
        print(f"  {result.score:.2f}  {result.text}")

    print("\nas it comes:")
    print("  بهار که", end="")
    for piece in model.generate_stream("بهار که"):
        print(piece, end="", flush=True)
    print()


if __name__ == "__main__":
    main()
