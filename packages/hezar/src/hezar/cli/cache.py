"""``hezar cache``: look into the download cache, check it, and make room."""

from __future__ import annotations

import click

from hezar.cli.app import LazyGroup
from hezar.cli.output import file_size, write_columns, write_json


@click.group(cls=LazyGroup)
def cache() -> None:
    r"""Look into the download cache, check it, and make room.

    \b
    hezar cache list
    hezar cache verify --remove
    hezar cache clear hezarai/bert-base-fa
    """


@cache.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
def list_repos(as_json: bool) -> None:
    """List the repos in the cache, the largest first."""
    from hezar_hub import cache_dir, list_cached_repos

    repos = list_cached_repos()
    if as_json:
        write_json([{"repo_id": r.repo_id, "repo_type": r.repo_type, "size": r.size, "files": r.files} for r in repos])
        return
    write_columns((file_size(r.size), f"{r.files} files", r.repo_type, r.repo_id) for r in repos)
    click.echo(f"{len(repos)} repos, {file_size(sum(r.size for r in repos))}, in {cache_dir()}", err=True)


@cache.command()
@click.option("--remove", is_flag=True, help="Delete broken files, so that the next load fetches them again.")
def verify(remove: bool) -> None:
    """Compare all files with the checksums that the Hub promised; exits with 1 if one differs."""
    from hezar_hub import verify_cache

    report = verify_cache(remove=remove)
    for path in report.broken:
        click.echo(path)
    checked = report.right + len(report.broken)
    click.echo(
        f"{checked} files have a checksum, {len(report.broken)} of them another than promised"
        f"{', and were deleted' if remove and report.broken else ''}; {report.unknown} came without one.",
        err=True,
    )
    if report.broken and not remove:
        raise click.exceptions.Exit(1)


@cache.command()
@click.argument("repo_ids", metavar="[REPO]...", nargs=-1)
@click.option("--dataset", is_flag=True, help="The repos are datasets.")
@click.option("--yes", is_flag=True, help="Do not ask before the whole cache is deleted.")
def clear(repo_ids: tuple[str, ...], dataset: bool, yes: bool) -> None:
    """Delete repos from the cache, or all of it."""
    from hezar_hub import DATASET, MODEL, cache_dir, clean_cache, remove_cached_repo

    if repo_ids:
        for repo_id in repo_ids:
            size = remove_cached_repo(repo_id, DATASET if dataset else MODEL)
            click.echo(f"{repo_id}: {file_size(size)} freed", err=True)
        return
    if not yes:
        click.confirm(f"Delete the whole download cache at {cache_dir()}?", abort=True, err=True)
    clean_cache(delay=0)
