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

# All outputs for inputs of consecutive encodings.
EVALUATE = """
const [name, dtype, size, first, count] = arguments;
const Integers = {1: Uint8Array, 2: Uint16Array, 4: Uint32Array}[size];
const Storage = dtype === 'float32' ? Float32Array : Integers;
const x = new Integers(count);
for (let i = 0; i < count; ++i) x[i] = first + i;
const y = silu.evaluate(name, dtype, new Storage(x.buffer));
"""
SIZES = {"float32": 4, "float16": 2, "bfloat16": 2, "float8_e4m3fn": 1, "float8_e5m2": 1}
# A file is fast for a large block; but of more than ten in a second, Chromium saves none.
SAVE = """
const link = document.createElement('a');
link.href = URL.createObjectURL(new Blob([y]));
link.download = `${name}.${dtype}`;
link.click();
"""
RETURN = "return [...new Uint8Array(y.buffer)];"


def _returned(browser, function: str, dtype: str, count: int) -> bytes:
    return bytes(browser.run(EVALUATE + RETURN, function, dtype, SIZES[dtype], 0, count))


def _saved(browser, folder: Path, function: str, first: int, count: int) -> bytes:
    file = folder / f"{function}.float32"
    browser.run(EVALUATE + SAVE, function, "float32", SIZES["float32"], first, count)
    # Chromium gives the file its name once it is whole.
    WebDriverWait(browser.driver, 60, poll_frequency=0.05).until(lambda _: file.is_file())
    return file.read_bytes()


@pytest.fixture(scope="module")
def opened(browser):
    browser.open()
    return browser


@pytest.fixture(scope="module")
def folder(browser, tmp_path_factory):
    """Where the browser saves files."""
    folder = tmp_path_factory.mktemp("outputs")
    behaviour = {"behavior": "allow", "downloadPath": str(folder)}
    browser.driver.execute_cdp_cmd("Browser.setDownloadBehavior", behaviour)
    return folder


def test_every_function_has_a_certificate(opened):
    assert sorted(opened.run("return silu.functions")) == FUNCTIONS


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float8_e4m3fn", "float8_e5m2"])
@pytest.mark.parametrize("function", FUNCTIONS)
def test_all_outputs_of_the_narrow_dtypes(opened, function, dtype):
    certificate = json.loads((CERTIFICATES / f"{function}.{dtype}.json").read_text())
    [block] = certificate["blocks"]
    outputs = _returned(opened, function, dtype, certificate["inputs"])
    assert len(outputs) == certificate["inputs"] * SIZES[dtype]
    assert xxhash.xxh3_128_hexdigest(outputs) == block


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
def test_outputs_of_float32_in_a_whole_block(opened, folder, function):
    """Of 2^22 outputs, so in all functions 2.9 10^7."""
    certificate = json.loads((CERTIFICATES / f"{function}.float32.json").read_text())
    size = certificate["block"]
    block = PLACES[function] // size
    outputs = _saved(opened, folder, function, block * size, size)
    assert len(outputs) == size * SIZES["float32"]
    assert xxhash.xxh3_128_hexdigest(outputs) == certificate["blocks"][block]
