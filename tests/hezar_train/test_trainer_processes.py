"""Two processes with half the batch each train as one process does, and score the same."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

SCRIPT = """
import sys
sys.path.insert(0, {here!r})
from pathlib import Path
import conftest, torch
tiny = conftest.builders()
output = Path(sys.argv[1])
trainer = tiny.trainer(output, model=tiny.model(dropout=0.0), **{options!r})
trainer.train()
metrics = trainer.evaluate()
if trainer.is_main_process:
    torch.save({{"metrics": metrics, "weights": trainer.unwrapped_model.state_dict()}}, output / "result.pt")
trainer.accelerator.end_training()
"""


@pytest.mark.slow
@pytest.mark.skipif(not torch.distributed.is_available(), reason="this torch cannot start processes")
def test_two_processes_are_one(tiny, tmp_path):
    # 22 rows in steps of 4: of the last 2 rows, each process gets one.
    options = {"optimizer": "sdg", "metrics": ["accuracy", "f1"], "gradient_accumulation_steps": 2, "save_steps": 2}
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(here=str(Path(__file__).parent), options={**options, "batch_size": 2}))
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node=2"]
    launch.append(f"--log-dir={tmp_path / 'launch'}")
    environment = {**os.environ, "ACCELERATE_USE_CPU": "true"}
    done = subprocess.run(
        [*launch, str(script), str(tmp_path / "two")], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    two = torch.load(tmp_path / "two" / "result.pt", weights_only=True)

    one = tiny.trainer(tmp_path / "one", model=tiny.model(dropout=0.0), batch_size=4, **options)
    one.train()
    for name, tensor in one.unwrapped_model.state_dict().items():
        torch.testing.assert_close(two["weights"][name], tensor, atol=1e-6, rtol=1e-5)
    assert two["metrics"] == pytest.approx(one.evaluate(), abs=1e-6)
    logs = [one.load_csv_logs(folder) for folder in (one.logs_dir, next((tmp_path / "two" / "logs").iterdir()))]
    for name, column in logs[0].items():
        assert logs[1][name] == pytest.approx(column, abs=1e-6)
    # Both wrote the same checkpoints, with the random numbers of each process.
    steps = {path.name for path in (tmp_path / "two" / "checkpoints").iterdir()}
    assert steps == {path.name for path in (tmp_path / "one" / "checkpoints").iterdir()}
    states = torch.load(tmp_path / "two" / "checkpoints" / "12" / "train" / "rng_state.pt", weights_only=True)
    assert len(states) == 2
    # One process cannot restore the random states of two, but resumes all the same.
    longer = tiny.trainer(
        tmp_path / "two", model=tiny.model(dropout=0.0), batch_size=4, num_epochs=3, resume_from_checkpoint=True,
        **options,
    )  # fmt: skip
    assert longer.train().global_step == 18
