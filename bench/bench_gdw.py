"""What 376.1 costs the processor, on both interpreters: frames of the published vectors taken
apart and put together, and requests answered from the store."""

import os
import subprocess

from bench import gdw_rate
from tests.conftest import ROOT, micropython


def main():
    gdw_rate.report("cpython")
    binary = micropython()
    if binary is None:
        print("376.1, micropython: not installed")
        return
    environment = {**os.environ, "MICROPYPATH": ".:.frozen"}
    words = [binary, "-X", "heapsize=16M", "bench/gdw_rate.py"]
    subprocess.run(words, cwd=ROOT, env=environment, check=True)


if __name__ == "__main__":
    main()
