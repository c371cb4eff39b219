"""The root of the command line. Subcommands are imported when they are run, so ``hezar --help`` is quick.

Data go to stdout, everything else to stderr. Exit codes: 0 done, 1 it failed (one line on stderr says why), 2 the
command was typed wrongly, 130 it was stopped by Ctrl-C.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from hezar_registry import HezarError, set_verbosity, suggest

# Name → (module:function, the line that the help shows). The text here spares importing the module for `--help`.
COMMANDS = {
    "cache": ("hezar.cli.cache:cache", "Look into the download cache, check it, and make room."),
    "caption": ("hezar.cli.caption:caption", "Describe images, or read the text on them, with a model."),
    "demo": ("hezar.cli.demo:demo", "Train, measure and try a small Persian sentiment model, offline, in a minute."),
    "embed": ("hezar.cli.embed:embed", "Make vectors of texts, to be searched."),
    "env": ("hezar.cli.env:env", "Show versions and settings, as a bug report needs them."),
    "evaluate": ("hezar.cli.evaluate:evaluate", "Measure a model on data: scores, tables, the rows that went worst."),
    "generate": ("hezar.cli.generate:generate", "Generate text with a model from the Hub or a folder."),
    "models": ("hezar.cli.models:models", "List the models Hezar knows, or look at one."),
    "normalize": ("hezar.cli.normalize:normalize", "Clean Persian text: letters, half-spaces, spacing, digits."),
    "predict": ("hezar.cli.predict:predict", "Predict with a model from the Hub or a folder."),
    "search": ("hezar.cli.embed:search", "Find the texts that are nearest to a query."),
    "transcribe": ("hezar.cli.transcribe:transcribe", "Write down what is said in recordings: text or subtitles."),
    "tokenize": ("hezar.cli.tokenize:tokenize", "Cut Persian text into words, sentences, or the tokens of a model."),
}
# The exit code of a program that Ctrl-C stopped, as shells have it: 128 and the number of the signal.
INTERRUPTED = 130


class LazyGroup(click.Group):
    """A group whose commands are imported when they are run, and whose errors are one line.

    Args:
        lazy: Each command's name with ``"module:function"`` and its line of help.
    """

    def __init__(self, *args: Any, lazy: Mapping[str, tuple[str, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lazy = dict(lazy or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *self.lazy})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self.lazy:
            module, _, function = self.lazy[cmd_name][0].partition(":")
            command: click.Command | None = getattr(import_module(module), function)
        else:
            command = super().get_command(ctx, cmd_name)
        if command is None:
            return None
        # Docstrings are raw, and click's mark for lines that stay lines is the character itself.
        command.help = (command.help or "").replace("\\b\n", "\b\n")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in self.list_commands(ctx) and not name.startswith("-"):
            known = self.list_commands(ctx)
            raise click.UsageError(
                f"No such command {name!r}.{suggest(name, known)} There are: {', '.join(known)}.", ctx
            )
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if not self.lazy:
            return super().format_commands(ctx, formatter)
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_line) for name, (_, help_line) in sorted(self.lazy.items())])
        return None

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise  # click ends the program silently
        except KeyboardInterrupt:
            raise click.exceptions.Exit(INTERRUPTED) from None
        except (HezarError, OSError) as error:
            if ctx.find_root().params.get("debug"):
                raise
            raise click.ClickException(str(error)) from error


def _show_version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value:
        from importlib.metadata import version

        click.echo(f"hezar {version('hezar')}")
        ctx.exit()


@click.group(cls=LazyGroup, lazy=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, envvar="HEZAR_DEBUG", help="Show tracebacks. Also: HEZAR_DEBUG=1.")
@click.option("-v", "--verbose", is_flag=True, help="Log more, on stderr.")
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="Show the version."
)
def hezar(debug: bool, verbose: bool) -> None:
    """Persian AI: models, predictions, training.

    Results go to stdout, everything else to stderr. Exit codes: 0 done, 1 failed, 2 wrong usage.
    """
    set_verbosity("debug" if debug else "info" if verbose else "warning")


def main() -> None:
    """Run the command line; the entry point of the ``hezar`` script."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    hezar()
