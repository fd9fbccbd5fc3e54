# SPDX-License-Identifier: Apache-2.0
"""Every control of the page does what it says."""

from __future__ import annotations

import math

import ml_dtypes
import mpmath
import numpy as np
import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

import silu

DTYPES = {
    "float64": np.float64,
    "float32": np.float32,
    "float16": np.float16,
    "bfloat16": ml_dtypes.bfloat16,
    "float8_e4m3fn": ml_dtypes.float8_e4m3fn,
    "float8_e5m2": ml_dtypes.float8_e5m2,
}
ORDERS = {
    "silu": [silu.silu, silu.silu_derivative, silu.silu_second_derivative],
    "relu": [silu.relu, silu.relu_derivative],
    "sigmoid": [silu.sigmoid, silu.sigmoid_derivative],
    "dsilu": [silu.silu_derivative, silu.silu_second_derivative],
}
POINTS = ["1", "-1.2784645427610738", "-0.3", "2.5", "-17.5", "-89", "1e-40", "0", "-inf", "inf"]


def _hexadecimal(number: np.generic) -> str:
    integer = np.asarray(number).view(f"u{number.dtype.itemsize}")
    return f"0x{int(integer):0{2 * number.dtype.itemsize}x}"


def _same(shown: str, expected: np.generic) -> bool:
    """Whether a decimal means a number of its dtype."""
    read = np.float64(shown).astype(expected.dtype)
    return bool(np.array_equal(read, expected, equal_nan=True)) and bool(
        np.signbit(read) == np.signbit(expected)
    )


@pytest.mark.parametrize("x", POINTS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_the_numbers_at_the_cursor_are_the_librarys(browser, dtype, x):
    if not browser.driver.current_url.startswith("file:"):
        browser.open()
    browser.choose(dtype)
    browser.type(x)
    with np.errstate(over="ignore"):
        at = np.float64(x).astype(DTYPES[dtype])
    cells = browser.cells()
    for curve, functions in ORDERS.items():
        for order, function in enumerate(functions):
            decimal, below = cells[curve, order]
            expected = function(at)
            assert below.split()[0] == _hexadecimal(expected), (curve, order)
            assert _same(decimal, expected), (curve, order)


@pytest.mark.parametrize("x", [-3.0, -0.5, 0.25, 2.0])
def test_approximate_derivatives_are_near_the_true_ones(reader, x):
    """What the library does not offer: sigmoid'', silu''', swish'' in beta 1.702."""
    reader.choose("float64")
    reader.type(str(x))

    def sigmoid(t):
        return 1 / (1 + mpmath.exp(-t))

    with mpmath.workdps(40):
        true = {
            "sigmoid": mpmath.diff(sigmoid, x, 2),
            "dsilu": mpmath.diff(lambda t: t * sigmoid(t), x, 3),
            "swish": mpmath.diff(lambda t: t * sigmoid(mpmath.mpf("1.702") * t), x, 2),
        }
    for curve, value in true.items():
        decimal, below = reader.cell(curve, 2)
        assert decimal.startswith("≈ ")
        assert "not the library" in below
        assert float(decimal[2:]) == pytest.approx(float(value), rel=1e-12, abs=1e-15)


@pytest.mark.parametrize(("beta", "step"), [(0, 0), (1, 500), (9, 900), (math.inf, 1000)])
def test_the_slider_of_beta_goes_from_half_of_x_to_relu(reader, beta, step):
    reader.slide("beta", step)
    assert reader.text("#beta-value") == ("∞" if beta == math.inf else str(beta))
    for x in (-2.0, 3.0):
        reader.type(str(x))
        shown = float(reader.cell("swish", 0)[0])
        assert shown == silu.swish(np.float32(x), np.float32(beta))
        if beta == 0:
            assert shown == x / 2
        if beta == math.inf:
            assert shown == max(x, 0)


@pytest.mark.parametrize("beta", ["0", "1", "1.702", "Infinity"])
def test_the_buttons_of_beta_move_the_slider_and_the_curve(reader, beta):
    reader.slide("beta", 300)
    before = reader.picture("graph")
    reader.click(f'[data-beta="{beta}"]')
    assert reader.find(f'[data-beta="{beta}"]').get_attribute("aria-pressed") == "true"
    assert reader.text("#beta-value") == beta.replace("Infinity", "∞")
    assert reader.picture("graph") != before


def test_the_views_look_where_they_say(reader):
    low, high = reader.domain
    assert low < -5 < 5 < high
    reader.click('[data-view="minimum"]')
    low, high = reader.domain
    w = float(mpmath.lambertw(mpmath.exp(-1)).real)
    assert low < -1 - w < high
    assert high - low <= 1
    assert float(reader.cell("silu", 0)[0]) == np.float32(-w)
    reader.click('[data-view="tail"]')
    low, _ = reader.domain
    assert low < -104
    assert float(reader.cell("silu", 0)[0]) == silu.silu(np.float32(-89)) != 0
    reader.click('[data-view="whole"]')
    assert reader.domain[1] > 5


def test_the_view_travels_where_motion_is_welcome(browser):
    browser.open(motion="no-preference")
    browser.click('[data-view="minimum"]')
    reached = "return Number(document.getElementById('cursor').getAttribute('aria-valuemax')) < 0"
    browser.wait(reached)
    low, high = browser.domain
    assert low < -1.2784645 < high


@pytest.mark.parametrize("order", [0, 1, 2])
def test_functions_and_derivatives_can_be_drawn(reader, order):
    reader.click(f'button[data-order="{(order + 1) % 3}"]')
    before = reader.picture("graph")
    reader.click(f'button[data-order="{order}"]')
    assert reader.picture("graph") != before
    name = "SiLU" + "′" * order
    assert f"{name} = " in reader.find("#cursor").get_attribute("aria-valuetext")


@pytest.mark.parametrize("curve", ["silu", "relu", "sigmoid", "dsilu", "swish"])
def test_each_curve_can_be_put_away_and_brought_back(reader, curve):
    before = reader.picture("graph")
    reader.click(f'[data-toggle="{curve}"]')
    assert reader.find(f'[data-toggle="{curve}"]').get_attribute("aria-pressed") == "false"
    assert reader.picture("graph") != before
    reader.click(f'[data-toggle="{curve}"]')
    assert reader.picture("graph") == before


def test_zooming_and_reset(reader):
    low, high = reader.domain
    reader.click('[data-zoom="2"]')
    near = reader.domain
    assert near[1] - near[0] == pytest.approx((high - low) / 2)
    assert near[0] < 1 < near[1]  # about the cursor
    reader.click('[data-zoom="0.5"]')
    assert reader.domain == pytest.approx((low, high))
    reader.click('[data-zoom="2"]')
    reader.click("#reset")
    assert reader.domain == (low, high)


def _point(reader, part: float) -> ActionChains:
    width = reader.find("#graph").size["width"]
    return ActionChains(reader.driver).move_to_element_with_offset(
        reader.find("#graph"), (part - 0.5) * width, 0
    )


def test_the_mouse_points_and_drags(reader):
    _point(reader, 0.25).perform()
    reader.settle()
    first = float(reader.find("#x").get_attribute("value"))
    assert -4 < first < -2
    low, high = reader.domain
    _point(reader, 0.5).click_and_hold().move_by_offset(200, 0).release().perform()
    reader.settle()
    moved_low, moved_high = reader.domain
    assert moved_low < low - 1
    assert moved_high - moved_low == pytest.approx(high - low)


def _touch(reader, kind: str, points: list[tuple[float, float]]) -> None:
    touches = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]
    reader.driver.execute_cdp_cmd(
        "Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches}
    )
    reader.settle()


def test_one_finger_reads_and_two_zoom(browser):
    browser.open(390)
    browser.run(
        "document.getElementById('graph').scrollIntoView({block: 'center', behavior: 'instant'})"
    )
    box = browser.run("return document.getElementById('graph').getBoundingClientRect().toJSON()")
    y = box["top"] + box["height"] / 2
    _touch(browser, "touchStart", [(120, y)])
    first = float(browser.find("#x").get_attribute("value"))
    _touch(browser, "touchMove", [(300, y)])
    second = float(browser.find("#x").get_attribute("value"))
    _touch(browser, "touchEnd", [])
    assert second > first + 3
    low, high = browser.domain
    _touch(browser, "touchStart", [(150, y), (220, y)])
    _touch(browser, "touchMove", [(115, y), (255, y)])
    _touch(browser, "touchEnd", [])
    near = browser.domain
    assert near[1] - near[0] < 0.7 * (high - low)


def test_the_keyboard_moves_the_cursor_by_steps_and_by_single_numbers(reader):
    cursor = reader.find("#cursor")
    reader.run("arguments[0].focus()", cursor)

    def press(*keys: str) -> float:
        ActionChains(reader.driver).send_keys(*keys).perform()
        reader.settle()
        return float(reader.find("#x").get_attribute("value"))

    low, high = reader.domain
    assert press(Keys.ARROW_RIGHT) == pytest.approx(1 + (high - low) / 200)
    assert press(Keys.ARROW_LEFT) == pytest.approx(1)
    assert press(Keys.PAGE_UP) == pytest.approx(1 + (high - low) / 10)
    assert press(Keys.HOME) == pytest.approx(low)
    assert press(Keys.END) == pytest.approx(high)
    reader.type("1")
    reader.run("arguments[0].focus()", cursor)
    shifted = (
        ActionChains(reader.driver)
        .key_down(Keys.SHIFT)
        .send_keys(Keys.ARROW_RIGHT)
        .key_up(Keys.SHIFT)
    )
    shifted.perform()
    reader.settle()
    assert np.float32(reader.find("#x").get_attribute("value")) == np.nextafter(
        np.float32(1), np.float32(2)
    )
    press("+")
    assert reader.domain[1] - reader.domain[0] == pytest.approx((high - low) / 2)
    press("0")
    assert reader.domain == (low, high)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("start", ["1", "-0.25", "0"])
def test_the_steps_go_to_the_neighbouring_numbers(browser, dtype, start):
    if not browser.driver.current_url.startswith("file:"):
        browser.open()
    browser.choose(dtype)
    number = DTYPES[dtype]
    at, up, down = number(start), number("inf" if dtype != "float8_e4m3fn" else "448"), None
    down = -up
    for button, towards in (("#next", up), ("#previous", down)):
        browser.type(start)
        browser.click(button)
        expected = np.nextafter(at, towards)
        assert browser.text("#x-bits").split()[0] == _hexadecimal(expected)
        assert _same(str(browser.find("#x").get_attribute("value")), expected)


@pytest.mark.parametrize(
    ("text", "value"),
    [("0x1.8p-3", 0.1875), ("−2", -2), ("1e-3", 1e-3), (".5", 0.5), ("-inf", -np.inf)],
)
def test_numbers_are_read_in_every_spelling(reader, text, value):
    reader.type(text)
    assert float(reader.find("#x").get_attribute("value")) == pytest.approx(value, rel=1e-6)


@pytest.mark.parametrize("text", ["", "1,5", "abc", "1e", "--1"])
def test_what_is_no_number_is_refused_with_a_reason(reader, text):
    field = reader.find("#x")
    field.send_keys(Keys.CONTROL + "a", Keys.NULL, text, "x")
    assert field.get_attribute("aria-invalid") == "true"
    assert "allowed" in reader.text("#x-error")
    field.send_keys(Keys.TAB)
    assert reader.find("#x").get_attribute("value") == "1"
    assert reader.text("#x-error") == ""


def test_the_claims_lead_to_the_graph(reader):
    assert "[−0.27846…, ∞)" in reader.text(".claims")
    assert "BERT as published uses GELU, ResNet uses ReLU" in reader.text(".claims")
    reader.click('[data-go="minimum"]')
    low, high = reader.domain
    assert low < -1.27846 < high < 0
    assert reader.run("return document.activeElement.id") == "cursor"
