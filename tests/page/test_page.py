# SPDX-License-Identifier: Apache-2.0
"""The report as a browser shows it."""

from __future__ import annotations

import base64
import json
import re
from itertools import pairwise
from pathlib import Path

import mpmath
import pytest


@pytest.fixture(scope="module")
def html(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def test_opening_it_logs_nothing_and_requests_only_the_file_itself(reader, page):
    reader.driver.get_log("browser")
    reader.driver.get_log("performance")
    reader.open()
    assert reader.driver.get_log("browser") == []
    events = [json.loads(e["message"])["message"] for e in reader.driver.get_log("performance")]
    urls = {
        event["params"]["request"]["url"]
        for event in events
        if event["method"] == "Network.requestWillBeSent"
    }
    assert {url for url in urls if not url.startswith("data:")} == {page.as_uri()}


def test_nothing_in_it_could_be_loaded_from_elsewhere(html):
    assert not re.search(r"<(script|img|iframe|object|embed|link(?! rel=\"icon\"))\b", html)
    assert not re.search(r"@import|url\((?!#)", html)
    assert not re.search(r"href=\"(?!#|data:,\"|interactive\.html\")", html)


@pytest.mark.parametrize("width", [360, 800, 1280])
def test_all_figures_are_drawn(reader, width):
    reader.open(width)
    boxes = reader.run(
        """return [...document.querySelectorAll('figure svg')].map(svg => {
             const box = svg.getBoundingClientRect();
             const curves = [...svg.querySelectorAll('path')].filter(path => {
               const b = path.getBBox(); return b.width > 0 && b.height > 0; });
             return [svg.id, box.width, box.height, curves.length]; })"""
    )
    names = [box[0] for box in boxes]
    assert len(set(names)) == len(names)
    expected = ["graph-functions", "graph-derivatives", "graph-second", "tail", "speed"]
    expected += ["loss-2", "accuracy-2", "loss-10", "accuracy-10"]
    expected += ["gradients-before-10", "gradients-after-10"]
    assert {f"figure-{name}" for name in expected} == set(names)
    for name, box_width, height, curves in boxes:
        assert box_width > 250, name
        assert height > 180, name
        assert curves > 0, name


@pytest.mark.parametrize("width", [320, 360, 800, 1280])
def test_nothing_sticks_out_to_the_side(reader, width):
    reader.open(width)
    assert reader.run("return document.documentElement.scrollWidth") <= width
    outside = reader.run(
        """return [...document.querySelectorAll('body *')]
             .filter(e => !e.closest('svg') && !e.closest('.formula'))
             .filter(e => e.getBoundingClientRect().right > arguments[0] + 1)
             .map(e => e.tagName + ' ' + e.textContent.slice(0, 40))""",
        width,
    )
    assert outside == []


def test_no_label_is_cut_off(reader):
    reader.open(360)
    cut = reader.run(
        """return [...document.querySelectorAll('figure svg text')].filter(t => {
             const a = t.getBoundingClientRect();
             const b = t.closest('svg').getBoundingClientRect();
             return a.left < b.left - 2 || a.right > b.right + 2
               || a.top < b.top - 2 || a.bottom > b.bottom + 2;
           }).map(t => t.closest('svg').id + ': ' + t.textContent)"""
    )
    assert cut == []


def _luminance(colour: str) -> float:
    channels = [int(c) / 255 for c in re.findall(r"\d+", colour)[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_curves_stand_out_from_the_page(reader, scheme):
    """WCAG's contrast of 4.5 to 1, in the prose and in the figures."""
    reader.open(scheme=scheme)
    background = reader.run("return getComputedStyle(document.body).backgroundColor")
    colours = reader.run(
        """const seen = new Set();
           for (const e of document.querySelectorAll('h1, h2, p, td, th, a, figcaption, .verdict'))
             seen.add(getComputedStyle(e).color);
           for (const e of document.querySelectorAll('figure svg text, figure svg text *'))
             seen.add(getComputedStyle(e).fill);
           return [...seen]"""
    )
    page_luminance = _luminance(background)
    assert (page_luminance < 0.1) == (scheme == "dark")
    for colour in colours:
        low, high = sorted((_luminance(colour), page_luminance))
        assert (high + 0.05) / (low + 0.05) >= 4.5, colour


def test_headings_are_in_order(reader):
    reader.open()
    levels = reader.run(
        "return [...document.querySelectorAll('h1,h2,h3,h4')].map(h => Number(h.tagName[1]))"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_figures_say_what_they_show_and_ids_are_unique(reader):
    reader.open()
    labels = reader.run(
        """return [...document.querySelectorAll('figure')].map(f => [
             f.querySelector('svg').getAttribute('role'),
             f.querySelector('svg').getAttribute('aria-label'),
             f.querySelector('figcaption').textContent])"""
    )
    for role, label, caption in labels:
        assert role == "img"
        assert len(label) > 30
        assert len(caption) > 30
    ids = reader.run("return [...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))


def test_links_lead_somewhere(reader):
    reader.open()
    targets = reader.run(
        "return [...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.hash.slice(1))"
    )
    for target in set(targets):
        assert reader.run("return document.getElementById(arguments[0]) !== null", target), target


def test_a_link_to_a_neighbour_is_at_the_top(reader):
    reader.open()
    links = reader.run(
        """return [...document.querySelectorAll('header a')].map(
             a => [a.textContent, a.getAttribute('href')])"""
    )
    assert links == [["By hand →", "interactive.html"]]


def test_the_minimum_is_the_one_of_lamberts_function(reader):
    reader.open()
    with mpmath.workdps(40):
        w = mpmath.lambertw(mpmath.exp(-1)).real
        place, value = mpmath.nstr(1 + w, 20), mpmath.nstr(w, 20)
    text = {
        name: reader.run("return document.getElementById(arguments[0]).textContent", name)
        for name in ("check-minimum-place", "check-minimum-value")
    }
    assert f"−{place}" in text["check-minimum-place"]
    assert f"−{value}" in text["check-minimum-value"]
    assert f"−{abs(float(w))!r}" in text["check-minimum-value"]


def test_every_check_on_the_page_holds(reader):
    reader.open()
    rows = reader.run(
        """return [...document.querySelectorAll('tr[id^=check-]')].map(
             row => [row.textContent, row.querySelector('.verdict').textContent])"""
    )
    assert len(rows) >= 18
    assert [row for row, verdict in rows if verdict != "holds"] == []


def test_all_claims_are_answered_and_the_wrong_ones_put_right(reader):
    reader.open()
    rows = reader.run("return [...document.querySelectorAll('.rows > li')].map(r => r.textContent)")
    assert len(rows) == 18
    assert "Wrong." in rows[5]
    assert "[−0.27846…, ∞)" in rows[5]
    assert "BERT as published uses GELU" in rows[14]


def test_a_quick_page_says_so(reader):
    reader.open()
    assert "quick page" in str(reader.run("return document.querySelector('.notice').textContent"))


def test_it_prints_in_black_on_white(reader):
    reader.open(scheme="dark")
    media = {"media": "print", "features": [{"name": "prefers-color-scheme", "value": "dark"}]}
    reader.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    style = "return [getComputedStyle(document.body).backgroundColor,"
    style += " getComputedStyle(document.body).color]"
    colours = reader.run(style)
    reader.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert colours == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
    printed = reader.driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": False})
    assert base64.b64decode(printed["data"]).startswith(b"%PDF-")
