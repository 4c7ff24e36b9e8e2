"""Processes that work for another one end with it."""

import signal
import subprocess
import sys

# The first call ends at once, the second never does; then the process that asked for both is killed.
KILLED = """
import os, signal, time
from appmodel.studies.processes import ended

if __name__ == "__main__":
    for key, future in ended({"ends": (time.sleep, (0,)), "waits": (signal.pause, ())}, 2, progress=False):
        os.kill(os.getpid(), signal.SIGKILL)
"""


def test_no_process_outlives_one_that_is_killed(tmp_path):
    (tmp_path / "killed.py").write_text(KILLED)
    process = subprocess.Popen([sys.executable, tmp_path / "killed.py"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.communicate(timeout=120)  # to the end of what all of them may write
    assert process.returncode == -signal.SIGKILL
