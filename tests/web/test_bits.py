# SPDX-License-Identifier: Apache-2.0
"""The library in the browser has the certificates' bits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import xxhash
from selenium.webdriver.support.wait import WebDriverWait

CERTIFICATES = Path(__file__).resolve().parents[2] / "certificates"
FUNCTIONS = sorted(path.name.partition(".")[0] for path in CERTIFICATES.glob("*.float32.json"))

# All outputs for inputs of consecutive encodings, saved as a file.
EVALUATE = """
const [name, dtype, size, first, count, file] = arguments;
const Integers = {1: Uint8Array, 2: Uint16Array, 4: Uint32Array}[size];
const Storage = dtype === 'float32' ? Float32Array : Integers;
const x = new Integers(count);
for (let i = 0; i < count; ++i) x[i] = first + i;
const y = silu.evaluate(name, dtype, new Storage(x.buffer));
const link = document.createElement('a');
link.href = URL.createObjectURL(new Blob([y]));
link.download = file;
link.click();
"""
SIZES = {"float32": 4, "float16": 2, "bfloat16": 2, "float8_e4m3fn": 1, "float8_e5m2": 1}


def _digest(opened, function: str, dtype: str, first: int, count: int) -> str:
    browser, folder = opened
    size = SIZES[dtype]
    file = folder / f"{function}.{dtype}"
    browser.run(EVALUATE, function, dtype, size, first, count, file.name)
    # Chromium gives the file its name once it is whole.
    WebDriverWait(browser.driver, 60, poll_frequency=0.05).until(lambda _: file.is_file())
    outputs = file.read_bytes()
    file.unlink()
    assert len(outputs) == count * size
    return xxhash.xxh3_128_hexdigest(outputs)


@pytest.fixture(scope="module")
def opened(browser, tmp_path_factory):
    """The page, and the folder that its files are saved in."""
    folder = tmp_path_factory.mktemp("outputs")
    behaviour = {"behavior": "allow", "downloadPath": str(folder)}
    browser.driver.execute_cdp_cmd("Browser.setDownloadBehavior", behaviour)
    browser.open()
    return browser, folder


def test_every_function_has_a_certificate(opened):
    assert sorted(opened[0].run("return silu.functions")) == FUNCTIONS


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float8_e4m3fn", "float8_e5m2"])
@pytest.mark.parametrize("function", FUNCTIONS)
def test_all_outputs_of_the_narrow_dtypes(opened, function, dtype):
    certificate = json.loads((CERTIFICATES / f"{function}.{dtype}.json").read_text())
    [block] = certificate["blocks"]
    assert _digest(opened, function, dtype, 0, certificate["inputs"]) == block


MINIMUM, FAR_LEFT = 0xBFA3A4BD, 0xC2B16666  # -1.2784649, -88.7
PLACES = {
    "relu": MINIMUM,
    "relu_derivative": MINIMUM,
    "sigmoid": FAR_LEFT,
    "sigmoid_derivative": FAR_LEFT,
    "silu": FAR_LEFT,
    "silu_derivative": MINIMUM,
    "silu_second_derivative": MINIMUM,
}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_outputs_of_float32_in_a_whole_block(opened, function):
    """Of 2^22 outputs, so in all functions 2.9 10^7."""
    certificate = json.loads((CERTIFICATES / f"{function}.float32.json").read_text())
    size = certificate["block"]
    block = PLACES[function] // size
    digest = _digest(opened, function, "float32", block * size, size)
    assert digest == certificate["blocks"][block]
