# SPDX-License-Identifier: Apache-2.0
"""The interactive page, built once, in a headless Chromium."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    wasm = ROOT / "build" / "wasm" / "src" / "wasm" / "silu.wasm"
    if not wasm.is_file():
        pytest.fail("first: cmake --preset wasm && cmake --build --preset wasm")
    path = tmp_path_factory.mktemp("page") / "index.html"
    command = [sys.executable, str(ROOT / "web" / "build.py"), str(path), "--wasm", str(wasm)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return path


class Reader:
    """A browser that opens the page at a given width and in a given colour scheme, and uses it."""

    def __init__(self, driver: webdriver.Chrome, page: Path) -> None:
        self.driver = driver
        self.page = page

    def open(self, width: int = 1280, scheme: str = "light", motion: str = "reduce") -> None:
        phone = width < 500
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": phone}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        self.driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": phone})
        features = [
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": motion},
        ]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        self.driver.get(self.page.as_uri())
        self.wait("return 'ready' in document.documentElement.dataset")
        self.settle()

    def run(self, script: str, *arguments: object) -> object:
        return self.driver.execute_script(script, *arguments)

    def wait(self, condition: str) -> None:
        WebDriverWait(self.driver, 30).until(lambda driver: driver.execute_script(condition))

    def settle(self) -> None:
        """Lets the page draw what it was asked for."""
        script = "requestAnimationFrame(() => requestAnimationFrame(arguments[0]))"
        self.driver.execute_async_script(script)

    def find(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def click(self, selector: str) -> None:
        self.run(
            "arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})",
            self.find(selector),
        )
        self.find(selector).click()
        self.settle()

    def text(self, selector: str) -> str:
        return str(self.run("return document.querySelector(arguments[0]).textContent", selector))

    def type(self, text: str) -> None:
        """Puts a number into the field of x, as a reader does."""
        self.find("#x").send_keys(Keys.CONTROL + "a", Keys.NULL, text, Keys.TAB)
        self.settle()

    def slide(self, identifier: str, value: float) -> None:
        """Moves a slider, with the event that a hand makes."""
        script = """const slider = document.getElementById(arguments[0]);
            slider.value = arguments[1];
            slider.dispatchEvent(new Event('input', {bubbles: true}))"""
        self.run(script, identifier, value)
        self.settle()

    def choose(self, dtype: str) -> None:
        script = """const list = document.getElementById('dtype'); list.value = arguments[0];
            list.dispatchEvent(new Event('change', {bubbles: true}))"""
        self.run(script, dtype)
        self.settle()

    def cell(self, curve: str, order: int) -> tuple[str, str]:
        """What the table says of a derivative of a curve: the decimal, and what is below it."""
        selector = f'tr[data-curve="{curve}"] td[data-order="{order}"]'
        return self.text(f"{selector} .decimal"), self.text(f"{selector} .hex")

    def cells(self) -> dict[tuple[str, int], tuple[str, str]]:
        """All that the table says, as cell gives it, by curve and order."""
        script = """return [...document.querySelectorAll('#readout td')].map((cell) => [
            cell.closest('tr').dataset.curve, Number(cell.dataset.order),
            ...[...cell.children].map((part) => part.textContent)])"""
        rows = self.driver.execute_script(script)
        return {(curve, order): (decimal, below) for curve, order, decimal, below in rows}

    def picture(self, canvas: str) -> str:
        return str(self.run("return document.getElementById(arguments[0]).toDataURL()", canvas))

    @property
    def domain(self) -> tuple[float, float]:
        """The x that the graph shows, from the cursor's attributes."""
        cursor = self.find("#cursor")
        low, high = (float(str(cursor.get_attribute(f"aria-value{end}"))) for end in ("min", "max"))
        return low, high


@pytest.fixture(scope="session")
def browser(chromium: webdriver.Chrome, page: Path) -> Reader:
    chromium.set_script_timeout(120)
    return Reader(chromium, page)


@pytest.fixture
def reader(browser: Reader) -> Reader:
    """The page, freshly opened."""
    browser.open()
    return browser
