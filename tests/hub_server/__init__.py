"""A small Hub on the loopback interface, for tests: it speaks what the real huggingface_hub client needs.

In a test, use the fixture `hub` (see ``hub_server.fixtures``). By hand::

    with HubServer() as server:
        server.add_repo("me/model", {"model_config.yaml": b"name: bert"})
        print(server.endpoint, server.token)

or ``python -m hub_server --port 0``, which prints the endpoint and serves until it is stopped.
"""

from hub_server.server import HubServer
from hub_server.store import Commit, RecordedRequest

__all__ = ["Commit", "HubServer", "RecordedRequest"]
