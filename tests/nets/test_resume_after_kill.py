"""A training killed without warning at a random step ends, when resumed, with the same weights."""

import importlib.util
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from lessonlib.nets import checkpoints

SCRIPT = Path(__file__).with_name("killable_training.py")


@pytest.fixture
def killable():
    spec = importlib.util.spec_from_file_location("killable_training", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    threads = torch.get_num_threads()
    yield module
    torch.set_num_threads(threads)


def test_killed_at_a_random_step_and_resumed(killable, tmp_path):
    path = tmp_path / "run.pt"
    kill_at = random.SystemRandom().randint(3, killable.STEPS - 1)
    process = subprocess.Popen([sys.executable, str(SCRIPT), str(path)], stdout=subprocess.PIPE, text=True,
                               env={**os.environ, "OMP_NUM_THREADS": "1"})
    for line in process.stdout:
        if int(line) == kill_at:
            process.kill()  # SIGKILL: no clean-up of any kind
            break
    process.stdout.close()
    assert process.wait(timeout=60) != 0, f"it ended before step {kill_at}"
    saved = checkpoints.load(path)["step"]
    assert 2 <= saved < killable.STEPS, f"killed at step {kill_at}, saved at {saved}"

    resumed, whole = killable.train(path), killable.train(None)
    for name, values in whole.state_dict().items():
        assert torch.equal(resumed.state_dict()[name], values), f"{name} differs: killed at step {kill_at}"
