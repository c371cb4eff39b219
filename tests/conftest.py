"""Fixtures for all tests, and how their processes share the machine."""

import os
import sys
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from hub_server.fixtures import hub

__all__ = ["hub"]

# A worker per core, so one thread of torch in each. Torch reads it when it is imported, by a test or a process of one.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Some eighty tests start Python anew; where no bytecode is kept, each of them compiles all of torch for four seconds.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# How long an example takes says how busy the machine is.
settings.register_profile("hezar", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("hezar")

MOST_WORKERS = 8  # each imports torch, which takes seconds and 300 MB


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return a worker per core; none for a single file, whose tests would mostly wait for the workers to start."""
    files = {argument.partition("::")[0] for argument in config.args}
    if len(files) == 1 and files.pop().endswith(".py"):
        return 0
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(cores or 1, MOST_WORKERS)


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep out of the cache of whoever runs the tests, which could hold something for them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEZAR_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield
