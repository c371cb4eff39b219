"""Draw shapes, train a tiny ViT-GPT2 to say in Persian what they are, and let it describe drawings it has not seen.

It takes half a minute on a CPU. Captioning models are trained the same way on photographs, or loaded:
``Model.load("hezarai/vit-roberta-fa-image-captioning-flickr30k")``.
"""

import random

import torch
from PIL import Image, ImageDraw

from hezar.builders import build_model
from hezar.models import Model
from hezar.preprocessors import BPETokenizer, ImageProcessor
from hezar.utils import set_seed

COLORS = {"سرخ": "crimson", "سبز": "seagreen", "آبی": "royalblue", "زرد": "gold", "سیاه": "black"}
SHAPES = ("بیضی", "مربع", "مثلث")
PLACES = ("بالای", "پایین")


def draw(shape: str, color: str, place: str, chance: random.Random) -> Image.Image:
    """Draw a shape somewhere in the upper or lower half of a sheet of paper."""
    image = Image.new("RGB", (96, 96), "ivory")
    size = chance.randint(38, 44)
    left = chance.choice([4, 28, 50])
    top = 2 if place == PLACES[0] else 50
    box = (left, top, left + size, top + size)
    pen = ImageDraw.Draw(image)
    if shape == "بیضی":
        pen.ellipse(box, COLORS[color])
    elif shape == "مربع":
        pen.rectangle(box, COLORS[color])
    else:
        pen.polygon([(left, top + size), (left + size, top + size), (left + size / 2, top)], COLORS[color])
    return image


def drawings(count: int, seed: int) -> list[tuple[Image.Image, str]]:
    """Return drawings with what they show."""
    chance = random.Random(seed)  # noqa: S311 - drawings are no secret
    made = []
    for _ in range(count):
        shape, color, place = chance.choice(SHAPES), chance.choice(list(COLORS)), chance.choice(PLACES)
        made.append((draw(shape, color, place, chance), f"یک {shape} {color} در {place} کاغذ"))
    return made


def build(tokenizer: BPETokenizer) -> Model:
    """Build a model of 240,000 parameters; ``generation`` holds what `predict` does when nobody says otherwise."""
    model = build_model(
        "vit_gpt2_image2text",
        encoder={
            "hidden_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "intermediate_size": 128,
            "image_size": 32,
            "patch_size": 8,
        },
        decoder={
            "vocab_size": len(tokenizer),
            "n_embd": 64,
            "n_layer": 2,
            "n_head": 4,
            "n_positions": 48,
            **dict.fromkeys(("embd_pdrop", "attn_pdrop", "resid_pdrop"), 0.0),  # no drawing is seen twice
        },
        generation={
            "decoder_start_token_id": tokenizer.eos_token_id,
            "eos_token_id": tokenizer.eos_token_id,
            "pad_token_id": tokenizer.pad_token_id,
            "max_new_tokens": 40,
        },
    )
    processor = ImageProcessor(size=[32, 32], resample=2, rescale=1 / 255, mean=[0.5] * 3, std=[0.5] * 3)
    model.preprocessor = [processor, tokenizer]
    return model


def train(model: Model, tokenizer: BPETokenizer, steps: int = 300) -> None:
    """Learn 64 new drawings in each step. A text ends with the end token, so that the model learns to stop."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=3e-3, total_steps=steps)
    model.train()
    for step in range(1, steps + 1):
        images, texts = zip(*drawings(64, seed=step), strict=True)
        batch = tokenizer([text + tokenizer.eos_token for text in texts], padding=True, return_tensors="torch")
        labels = batch["token_ids"].masked_fill(batch["attention_mask"] == 0, -100)  # nothing to learn from padding
        # Given labels, the decoder reads them shifted by one, after its start token.
        loss = model.compute_loss(model(**model.preprocess(list(images)), labels=labels)["logits"], labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % 100 == 0:
            print(f"step {step}: loss {loss.item():.3f}")
    model.eval()


def main() -> None:
    set_seed(0)
    torch.set_num_threads(1)  # more have little to do in a model this small
    tokenizer = BPETokenizer()
    # Without bos_token it puts nothing around a text: the first token is the decoder's own, and the last one is written.
    texts = [text for _, text in drawings(200, seed=0)]
    tokenizer.train_from_iterator(texts, vocab_size=400, bos_token=None, show_progress=False)
    model = build(tokenizer)
    train(model, tokenizer)

    images, wanted = zip(*drawings(200, seed=-1), strict=True)
    said = [result.text for result in model.predict(list(images))]
    right = sum(one == other for one, other in zip(said, wanted, strict=True))
    print(f"\n{right} of {len(wanted)} new drawings are described rightly, such as:")
    for text in said[:3]:
        print(" ", text)

    print("\nthe best of three beams, with their scores:")
    [beams] = model.predict(images[0], num_beams=3, num_return_sequences=3, return_scores=True)
    for result in beams:
        print(f"  {result.score:.3f}  {result.text}")


if __name__ == "__main__":
    main()
