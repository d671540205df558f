"""`make fuzz`: the tests of this folder on new input, again and again, for so many minutes."""

import os
import subprocess
import sys
import time


def main(minutes):
    end_s = time.monotonic() + 60 * minutes
    rounds = 0
    while rounds == 0 or time.monotonic() < end_s:
        rounds += 1
        print(f"round {rounds}, {max(0, end_s - time.monotonic()):.0f} s left", flush=True)
        command = [sys.executable, "-m", "pytest", "-q", "-x", "--timeout=3600", "tests/fuzz"]
        code = subprocess.run(command, env={**os.environ, "FUZZ": "long"}).returncode
        if code:
            return code
    print(f"nothing found in {rounds} rounds")
    return 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1])))
