# SPDX-License-Identifier: Apache-2.0
"""Measures the page in headless Chromium: its size, the first paint, and frames while it is moved.

    python web/measure_speed.py PAGE

A frame's time is that of the main thread, on the processor, so that a busy machine counts little;
all five curves are drawn, 2,000 points each, and the numbers are written.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.wait import WebDriverWait

FRAMES = 120
ROUNDS = 3
READY = "return 'ready' in document.documentElement.dataset"
PAINT = "return performance.getEntriesByName('first-contentful-paint')[0].startTime"
# Each calls move(frame) once in each of so many frames.
MOVES = {
    "beta's slider": """const slider = document.getElementById('beta');
        const move = (frame) => { slider.value = 200 + 5 * frame;
          slider.dispatchEvent(new Event('input', {bubbles: true})); };""",
    "dragging the graph": """const graph = document.getElementById('graph');
        const {left, top} = graph.getBoundingClientRect();
        const mouse = (target, type, x) => target.dispatchEvent(new MouseEvent(type, {bubbles: true,
          cancelable: true, view: window, clientX: left + x, clientY: top + 200}));
        mouse(graph, 'mousedown', 300);
        const move = (frame) => mouse(window, 'mousemove', 300 + 3 * frame);""",
}
RUN = """
const [count, done] = arguments;
let frame = 0;
const step = () => { move(frame); if (++frame < count) requestAnimationFrame(step); else done(); };
requestAnimationFrame(step);
"""


def _busy(driver: webdriver.Chrome) -> float:
    """Seconds that the main thread has worked."""
    metrics = driver.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
    return float(next(one["value"] for one in metrics if one["name"] == "TaskDuration"))


def _open(driver: webdriver.Chrome, page: Path) -> None:
    driver.get(page.resolve().as_uri())
    WebDriverWait(driver, 60).until(lambda opened: opened.execute_script(READY))


def measure(page: Path) -> None:
    """Prints one line for each figure, each the least of a few rounds."""
    options = webdriver.ChromeOptions()
    options.binary_location = str(shutil.which("chromium"))
    for argument in ("--headless=new", "--no-sandbox", "--window-size=1280,900"):
        options.add_argument(argument)
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    driver.set_script_timeout(120)
    try:
        print(f"size: {page.stat().st_size / 1e6:.2f} MB")
        paints = []
        for _ in range(ROUNDS):
            _open(driver, page)
            paints.append(float(driver.execute_script(PAINT)))
        print(f"first paint: {min(paints):.0f} ms")
        driver.execute_cdp_cmd("Performance.enable", {"timeDomain": "threadTicks"})
        for name, move in MOVES.items():
            times = []
            for _ in range(ROUNDS):
                _open(driver, page)
                before = _busy(driver)
                driver.execute_async_script(move + RUN, FRAMES)
                times.append((_busy(driver) - before) / FRAMES)
            print(f"{name}: {1e3 * min(times):.1f} ms a frame")
    finally:
        driver.quit()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("page", type=Path, metavar="PAGE")
    measure(parser.parse_args().page)
