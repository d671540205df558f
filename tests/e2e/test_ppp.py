"""PPP with real pppd at both ends of a simulated module, in a user-mode Linux: the kernel of the
machine has no PPP in most containers.
"""

import pathlib
import shutil
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).parent
TOOLS = ("linux.uml", "pppd", "chat", "ip", "insmod")
MISSING = [tool for tool in TOOLS if not shutil.which(tool)]


@pytest.mark.skipif(bool(MISSING), reason=f"{', '.join(MISSING)} not installed")
@pytest.mark.timeout(300)
def test_the_hes_is_reached_over_ppp_and_again_when_the_network_has_hung_up(tmp_path):
    words = ["linux.uml", "root=/dev/root", "rootfstype=hostfs", "rootflags=/", "rw", "mem=512M"]
    words += [f"init={HERE / 'ppp_inside.sh'}", "con=null", "con0=fd:0,fd:1"]
    words += [f"FOLDER={tmp_path}", f"PYTHON={sys.executable}", f"ROOT={HERE.parents[1]}"]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=280)
    said = tmp_path / "said"
    text = said.read_text() if said.exists() else done.stdout.decode(errors="replace")
    seen = [line for line in text.splitlines() if line.startswith("SEEN ")]
    assert "exit code 0" in text, text[-6000:]
    assert len(seen) == 3, text[-6000:]
