"""``hezar demo``: from sentences to a model that predicts, in a minute, offline."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("hezar-demo"),
    show_default=True,
    help="Folder for everything the demo writes.",
)
@click.option("--seed", default=0, show_default=True, help="Seed of every random choice.")
@click.option("--quick", is_flag=True, help="Train for a moment only: shows the steps, not a good model.")
def demo(output: Path, seed: int, quick: bool) -> None:
    """Train, measure and try a small Persian sentiment model.

    It needs no network and under a minute on two cores. The sentences come with Hezar; the model starts from random
    weights, so do not expect what published models do.
    """
    from hezar.cli.demo.run import run_demo

    run_demo(output, seed, quick)
