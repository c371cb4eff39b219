"""Serve a Hub until stopped: ``python -m hub_server --port 0``."""

from __future__ import annotations

import argparse
import threading
from contextlib import suppress
from pathlib import Path

from hub_server.server import HubServer


def main() -> None:
    parser = argparse.ArgumentParser(prog="hub_server", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--token", default="hf_test_token", help="the access token that may write")
    parser.add_argument(
        "--repo", nargs=2, action="append", default=[], metavar=("ID", "FOLDER"), help="a model repo to begin with"
    )
    options = parser.parse_args()
    with HubServer(port=options.port, token=options.token) as server:
        for repo_id, folder in options.repo:
            root = Path(folder)
            files = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}
            server.add_repo(repo_id, files)
        print(server.endpoint, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main()
