# SPDX-License-Identifier: Apache-2.0
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROOF = Path(__file__).resolve().parents[2] / "docs" / "proof"
PROVERS = ("gappa", "sollya")
NEEDS = {
    "check_pairs.py": PROVERS,
    "check_lanes.py": PROVERS,
    "check_beta.py": PROVERS,
    "check_exact.py": (),
    "check_float_pairs.py": ("sollya",),
}


def test_every_check_is_run():
    assert {path.name for path in PROOF.glob("check_*.py")} == set(NEEDS)


@pytest.mark.parametrize("script", NEEDS)
def test_the_proof_holds_for_the_constants_of_src(script):
    missing = [program for program in NEEDS[script] if shutil.which(program) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    done = subprocess.run(
        [sys.executable, PROOF / script], capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stdout + done.stderr
