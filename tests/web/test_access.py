# SPDX-License-Identifier: Apache-2.0
"""The page is one file, light enough, and open to everyone."""

from __future__ import annotations

import json
import re

import pytest
from selenium_axe_python import Axe

WIDTHS = [320, 390, 800, 1280]


def test_opening_it_logs_nothing_and_requests_only_the_file_itself(browser, page):
    browser.driver.get_log("browser")
    browser.driver.get_log("performance")
    browser.open()
    assert browser.driver.get_log("browser") == []
    events = [json.loads(e["message"])["message"] for e in browser.driver.get_log("performance")]
    urls = {
        e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"
    }
    assert {url for url in urls if not url.startswith("data:")} == {page.as_uri()}


def test_it_is_under_three_megabytes(page):
    assert page.stat().st_size < 3_000_000


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(browser, width, scheme):
    browser.open(width, scheme)
    axe = Axe(browser.driver)
    axe.inject()
    found = axe.run(options=json.dumps({"resultTypes": ["violations"]}))
    assert len(found["passes"]) > 20  # it did look
    assert found["violations"] == [], axe.report(found["violations"])


@pytest.mark.parametrize("view", ["whole", "minimum", "tail"])
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_sticks_out_to_the_side(browser, width, view):
    browser.open(width)
    browser.click(f'[data-view="{view}"]')
    assert browser.run("return document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", WIDTHS)
def test_fingers_can_hit_every_control(browser, width):
    """24 CSS pixels each way, as WCAG 2.2 asks for."""
    browser.open(width)
    small = browser.run(
        """return [...document.querySelectorAll('button, input, select')].filter((e) => {
             const box = e.getBoundingClientRect(); return box.width < 24 || box.height < 24;
           }).map((e) => e.outerHTML)"""
    )
    assert small == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_curves_stand_out_from_the_page(browser, scheme):
    """WCAG's contrast of 3 to 1 for graphics."""
    browser.open(scheme=scheme)
    names = ["page", "silu", "relu", "sigmoid", "dsilu", "swish", "lost"]
    script = """const style = getComputedStyle(document.documentElement);
        return arguments[0].map((name) => style.getPropertyValue('--' + name).trim())"""
    page, *curves = (_luminance(str(colour)) for colour in browser.run(script, names))
    assert (page < 0.1) == (scheme == "dark")
    for name, curve in zip(names[1:], curves, strict=True):
        low, high = sorted((page, curve))
        assert (high + 0.05) / (low + 0.05) >= 3, name


def _luminance(colour: str) -> float:
    channels = [int(pair, 16) / 255 for pair in re.findall("[0-9a-f]{2}", colour)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_links_within_the_page_lead_somewhere(reader):
    script = "return [...document.querySelectorAll('a[href^=\"#\"]')].map((a) => a.hash.slice(1))"
    targets = reader.run(script)
    assert targets
    for target in targets:
        assert reader.run("return document.getElementById(arguments[0]) !== null", target), target


def test_dark_and_light_are_drawn_anew(browser):
    browser.open()
    light = browser.picture("graph"), browser.picture("chain")
    features = [{"name": "prefers-color-scheme", "value": "dark"}]
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    browser.settle()
    assert browser.picture("graph") != light[0]
    assert browser.picture("chain") != light[1]
