# SPDX-License-Identifier: Apache-2.0
"""What tests of several folders use: a headless Chromium, and commands that are interrupted."""

from __future__ import annotations

import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A selenium.webdriver.Chrome."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    programs = {name: shutil.which(name) for name in ("chromium", "chromedriver")}
    missing = [name for name, path in programs.items() if path is None]
    if missing:
        pytest.fail(f"not installed: {missing} (Debian's packages chromium, chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = str(programs["chromium"])
    for argument in ("--headless=new", "--no-sandbox", "--hide-scrollbars"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(programs["chromedriver"]))
    yield driver
    driver.quit()


@pytest.fixture(scope="session")
def interrupt() -> Callable[[list[str], str], str]:
    """interrupt(command, word): sends SIGINT when standard error has a line with the word.

    The command must end with status 130; returns what it says after that line.
    """

    def run(command: list[str], word: str) -> str:
        with subprocess.Popen(
            command,
            stderr=subprocess.PIPE,
            text=True,
            # A test run in the background ignores the signal, and so would its children.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        ) as process:
            assert process.stderr is not None
            for line in process.stderr:
                if word in line:
                    process.send_signal(signal.SIGINT)
                    break
            rest = process.stderr.read()
            assert process.wait() == 130
        return rest

    return run
