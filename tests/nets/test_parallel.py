"""Two processes under torchrun, on this machine's loopback only, learn what one learns."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from lessonlib.nets import checkpoints, parallel, training

SCRIPT = Path(__file__).with_name("team_training.py")


@pytest.fixture
def one_process():
    spec = importlib.util.spec_from_file_location("team_training", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    threads = torch.get_num_threads()
    yield module
    torch.set_num_threads(threads)


@pytest.mark.skipif(sys.platform == "win32", reason="PyTorch's wheels for Windows have no libuv, by which "
                    "torchrun's processes find each other")
@pytest.mark.skipif(not torch.distributed.is_available(), reason="this PyTorch has no torch.distributed")
def test_two_processes_reach_the_weights_of_one(one_process, tmp_path):
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    if sys.platform == "linux":
        environment["GLOO_SOCKET_IFNAME"] = "lo"
    run = subprocess.run(
        [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node=2",
         "--local_addr=127.0.0.1", str(SCRIPT), str(tmp_path)],
        env=environment, capture_output=True, text=True, timeout=240)
    assert run.returncode == 0, run.stderr[-3000:]

    expected, history = one_process.train(None)
    for rank in range(2):
        got = torch.load(tmp_path / f"rank{rank}.pt", weights_only=True)
        assert got["size"] == 2
        for name, values in expected.state_dict().items():
            torch.testing.assert_close(got["weights"][name], values, rtol=0, atol=1e-8)
        assert got["val_accuracy"] == history.val_accuracy  # each measured its part; the parts were added up
        assert got["val_loss"] == pytest.approx(history.val_loss, abs=1e-8)
        assert got["train_loss"] == pytest.approx(history.train_loss, abs=1e-8)

    # What two processes saved, one process goes on with: here, there is nothing left to do.
    assert len(checkpoints.load(tmp_path / "run.pt")["random"]["cpu"]) == 2
    resumed, _ = one_process.train(tmp_path / "run.pt")
    torch.testing.assert_close(resumed.state_dict(), expected.state_dict(), rtol=0, atol=1e-8)


def test_alone_there_is_nobody_to_wait_for():
    team = parallel.join("cpu")
    assert (team.rank, team.size) == (0, 1)
    parallel.wait(team)
    parallel.leave()
    assert parallel.add_up([1.5, 2.0], team) == [1.5, 2.0]
    tensor = torch.ones(2)
    assert parallel.gather(tensor, team) == [tensor]


def test_a_batch_that_cannot_be_shared_is_refused(monkeypatch):
    monkeypatch.setattr(parallel, "join", lambda device=None: parallel.Team(0, 3, torch.device("cpu")))
    with pytest.raises(ValueError, match="batch_size must be a multiple of the 3 processes, got 64"):
        training.fit(torch.nn.Linear(1, 2), (torch.zeros(4, 1), torch.zeros(4, dtype=int)))
