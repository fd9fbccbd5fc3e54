# SPDX-License-Identifier: Apache-2.0
"""What the report computes with: the reference, the networks' gradients, the verdicts."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest

from silu._common import handwriting, text
from silu._common.statistics import paired
from silu.report import derivation, digits, network, properties, reference, tail
from silu.report.functions import DTYPES

FLOAT32 = DTYPES["float32"]


def test_the_reference_decides_ties_of_subnormal_inputs():
    """x/2 + x^2/4 lies just above the midpoint, for positive and for negative x."""
    tiny = 2.0**-149
    assert reference.rounded("silu", tiny, FLOAT32) == np.float32(tiny)
    below = reference.rounded("silu", -tiny, FLOAT32)
    assert below == 0
    assert np.signbit(below)


def test_the_reference_rounds_to_nearest_even_and_overflows_at_the_midpoint():
    half = DTYPES["float16"]
    assert reference.round_to(mpmath.mpf(2049), half) == np.float16(2048)
    assert reference.round_to(mpmath.mpf(2051), half) == np.float16(2052)
    assert reference.round_to(mpmath.mpf(65519), half) == np.float16(65504)
    assert reference.round_to(mpmath.mpf(65520), half) == math.inf
    assert reference.round_to(mpmath.mpf(2) ** -25, half) == 0
    assert reference.round_to(mpmath.mpf(2) ** -25 * 1.001, half) == np.float16(2.0**-24)


def test_the_published_places_of_the_extremes():
    place, value = reference.minimum()
    assert float(place) == pytest.approx(-1.2784645427610738, abs=1e-15)
    assert float(value) == pytest.approx(-0.2784645427610738, abs=1e-15)
    at, slope = reference.steepest()
    assert float(at) == pytest.approx(2.3993572805, abs=1e-10)
    assert float(slope) == pytest.approx(1.0998393201, abs=1e-10)


def test_the_derivation_holds_in_algebra_and_in_numbers():
    checks = derivation.symbolic() + derivation.numerical(2001)
    assert [check.claim for check in checks if not check.holds] == []


def test_relu_has_a_kink_and_silu_has_none():
    last = properties.kink()[-1]
    assert last.relu[:2] == (0.0, 1.0)
    assert last.silu[0] == pytest.approx(0.5, abs=1e-5)
    assert last.silu[1] == pytest.approx(0.5, abs=1e-5)
    assert last.silu[2] == pytest.approx(0.5, abs=1e-4)


def test_the_tail_goes_on_to_the_last_subnormal():
    measured = tail.measure()
    assert measured.at_minus_89 == np.float32(-1.9823535e-37)
    # Half of float32's least subnormal is 2^-150; silu(x) is -2^-150 at x = -108.66...
    with mpmath.workprec(100):
        end = mpmath.findroot(lambda x: mpmath.log(-x) + x + 150 * mpmath.log(2), -108.7)
    assert float(measured.last_nonzero) == pytest.approx(float(end), abs=2e-5)
    # exp(-x) overflows float32 from ln(2^128 (1 - 2^-25)) on.
    assert float(measured.expression_last_nonzero) == pytest.approx(-128 * math.log(2), abs=2e-5)


@pytest.mark.parametrize("activation", network.ACTIVATIONS, ids=lambda a: a.name)
def test_backward_is_the_gradient_of_forward(activation):
    """Against central differences, in float64, parameter by parameter."""
    net = network.create([3, 5, 4, 2], [0, 1], activation)
    net.weights = [w.astype(np.float64) for w in net.weights]
    rng = np.random.default_rng(5)
    net.biases = [rng.normal(size=b.shape) for b in net.biases]
    x, labels = rng.normal(size=(1, 6, 3)), rng.integers(0, 2, (2, 6))

    def loss() -> np.ndarray:
        return network.cross_entropy(network.forward(net, x).sums[-1], labels)[0]

    trace = network.forward(net, x)
    slope = network.cross_entropy(trace.sums[-1], labels)[1]
    h = 1e-6
    for parameter, gradient in zip(
        net.parameters, network.backward(net, trace, slope), strict=True
    ):
        for index in np.ndindex(parameter.shape[1:]):
            at = (slice(None), *index)
            kept = parameter[at].copy()
            parameter[at] = kept + h
            up = loss()
            parameter[at] = kept - h
            down = loss()
            parameter[at] = kept
            np.testing.assert_allclose(gradient[at], (up - down) / (2 * h), rtol=1e-5, atol=1e-8)


def test_activations_start_from_the_same_weights():
    nets = [network.create([64, 8, 10], [7], a) for a in network.ACTIVATIONS]
    for other in nets[1:]:
        for ours, theirs in zip(nets[0].weights, other.weights, strict=True):
            np.testing.assert_array_equal(ours, theirs)


def test_the_digits_are_all_there_and_no_part_shares_one_with_another():
    data = handwriting.load()
    parts = [data.train, data.validation, data.test]
    assert [len(labels) for _, labels in parts] == [1077, 360, 360]
    assert data.train[0].dtype == np.float32
    counts = np.bincount(np.concatenate([labels for _, labels in parts]))
    # The counts of the test part of UCI's optical recognition of handwritten digits.
    assert counts.tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_a_dead_relu_unit_is_counted():
    net = network.create([2, 4, 2], [0], network.ACTIVATIONS[1])
    net.biases[0][...] = 1
    net.biases[0][0, 0, 1] = -100
    units = digits._units(net, np.random.default_rng(0).uniform(-0.1, 0.1, (50, 2)))
    assert units.dead.tolist() == [0.25]
    assert units.nearly_dead.tolist() == [0.25]


def test_verdicts_follow_from_the_numbers():
    base = np.array([0.90, 0.92, 0.91, 0.93, 0.90])
    noise = np.array([0.001, -0.001, 0.002, -0.002, 0.0])
    assert paired(base + 0.05 + noise, base).word == "better"
    assert paired(base - 0.05 + noise, base).word == "worse"
    assert paired(base + noise, base).word == "no different"
    # Student's t for four degrees of freedom, 97.5%: 2.776.
    interval = paired(np.array([1.0, 2, 3, 4, 5]), np.zeros(5))
    assert interval.high - interval.mean == pytest.approx(2.7764 * math.sqrt(2.5 / 5), rel=1e-4)


@pytest.mark.parametrize(
    ("value", "digits_", "expected"),
    [
        (-0.2784645, 4, "−0.2785"),
        (1.9823535e-37, 3, "1.98 × 10⁻³⁷"),
        (-1e-10, 3, "−10⁻¹⁰"),
        (65536.0, 3, "65536"),
        (0.5, 6, "0.5"),
        (-0.0, 3, "−0"),
        (math.inf, 3, "∞"),
    ],
)
def test_numbers_read_as_a_person_would_write_them(value, digits_, expected):
    assert text.number(value, digits_) == expected


def test_a_share_that_is_not_zero_does_not_read_as_zero():
    assert text.percent(0.0) == "0%"
    assert text.percent(1e-5) == "<0.1%"
    assert text.percent(0.9694) == "96.9%"
