"""What TLS costs the processor and the line, on both interpreters."""

import os
import subprocess

from bench import tls_rate
from tests.conftest import ROOT, micropython


def main():
    tls_rate.report("cpython")
    binary = micropython()
    if binary is None:
        print("TLS, micropython: not installed")
        return
    environment = {**os.environ, "MICROPYPATH": ".:.frozen"}
    words = [binary, "-X", "heapsize=8M", "bench/tls_rate.py"]
    subprocess.run(words, cwd=ROOT, env=environment, check=True)


if __name__ == "__main__":
    main()
