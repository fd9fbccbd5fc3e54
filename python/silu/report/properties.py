# SPDX-License-Identifier: Apache-2.0
"""The properties of SiLU, each checked with numbers on the spot."""

from __future__ import annotations

from dataclasses import dataclass

import mpmath
import numpy as np

import silu
from silu._common.text import count, exactly, number, real, superscript

from . import reference
from .checks import Check
from .functions import DTYPES, UFUNCS, every_finite, finite

_SEED = 20180104


@dataclass(frozen=True)
class Quotients:
    """Difference quotients at 0 with step h, to the left, to the right, and of second order."""

    step: str
    relu: tuple[float, float, float]
    silu: tuple[float, float, float]


def _quotients(function: np.ufunc, h: float) -> tuple[float, float, float]:
    at, up, down = (float(function(np.float64(x))) for x in (0.0, h, -h))
    return (at - down) / h, (up - at) / h, (up - 2 * at + down) / h**2


def kink() -> list[Quotients]:
    """One-sided and second difference quotients at 0, for smaller and smaller steps."""
    return [
        Quotients(
            "2" + superscript(-exponent),
            _quotients(silu.relu, 2.0**-exponent),
            _quotients(silu.silu, 2.0**-exponent),
        )
        for exponent in (2, 5, 10, 16)
    ]


def _smooth() -> Check:
    last = kink()[-1]
    gaps = abs(last.silu[0] - last.silu[1]), abs(last.relu[0] - last.relu[1])
    return Check(
        "smooth",
        "SiLU is smooth at 0; ReLU has a kink there",
        f"With h = {last.step} the slopes left and right of 0 differ by {number(gaps[0], 3)} for "
        f"SiLU and by {number(gaps[1], 3)} for ReLU; the second difference quotient is "
        f"{number(last.silu[2], 6)} for SiLU (the limit is ½) and {number(last.relu[2], 6)} for "
        "ReLU (it grows without bound)",
        gaps[0] <= 2.0**-16 and gaps[1] == 1.0 and abs(last.silu[2] - 0.5) < 1e-3,
    )


def _bracket(function: np.ufunc, low: float, high: float) -> tuple[np.float64, np.float64]:
    """The two neighbouring float64 numbers in [low, high] between which function changes sign."""
    a, b = np.float64(low), np.float64(high)
    sign = np.sign(function(a))
    while np.nextafter(a, b) != b:
        middle = a + (b - a) / 2
        if np.sign(function(middle)) == sign:
            a = middle
        else:
            b = middle
    return a, b


def _minimum() -> list[Check]:
    at, value = reference.minimum()
    a, b = _bracket(silu.silu_derivative, -2, -1)
    ours = silu.silu(a)
    nearest = reference.round_to(value, np.dtype(np.float64))
    return [
        Check(
            "minimum-place",
            f"SiLU is least at −(1 + W(1/e)) = {real(at, 20)}",
            f"float64 silu′ changes sign between the neighbours {exactly(a)} and {exactly(b)}; "
            "mpmath’s value of Lambert’s W lies between them",
            bool(mpmath.mpf(float(a)) < at < mpmath.mpf(float(b))),
        ),
        Check(
            "minimum-value",
            f"Its least value is −W(1/e) = {real(value, 20)}",
            f"float64 silu there gives {exactly(ours)}; the nearest float64 to mpmath’s value is "
            f"{exactly(nearest)}",
            bool(ours == nearest),
        ),
    ]


def _range() -> Check:
    least, greatest, tried, below = np.inf, -np.inf, 0, 0
    bound = reference.minimum()[1]
    for name in ("float16", "bfloat16"):
        dtype = DTYPES[name]
        y = silu.silu(every_finite(dtype)).astype(np.float64)
        # Rounding keeps order: no result may lie below the bound rounded to the same dtype.
        below += int((y < float(reference.round_to(bound, dtype))).sum())
        least, greatest = min(least, y.min()), max(greatest, y.max())
        tried += y.size
    return Check(
        "range",
        "The range is [−0.27846…, ∞): bounded below, not above, and not [0, ∞)",
        f"All {count(tried)} finite float16 and bfloat16 numbers: results from {number(least)} "
        f"(bfloat16’s nearest number to −0.27846) to {number(greatest)}, and "
        f"{count(below)} below the bound as rounded to their dtype",
        below == 0 and least < -0.278 and greatest > 1e38,
    )


def _monotone() -> Check:
    x = np.array([-4.0, -1.2784645427610738, 0.0])
    y = silu.silu(x)
    return Check(
        "not-monotone",
        "SiLU is not monotone: it falls, then rises",
        f"silu(−4) = {number(y[0])}, silu(−1.2785) = {number(y[1])}, silu(0) = {number(y[2])}",
        bool(y[0] > y[1] < y[2]),
    )


def _dead() -> Check:
    x = every_finite(DTYPES["bfloat16"]).astype(np.float64)
    x = x[(x > -700) & (x != 0)]
    slopes = silu.silu_derivative(x)
    changes = int((np.diff(np.sign(slopes)) != 0).sum())
    zeros = {name: _underflow(DTYPES[name]) for name in ("float64", "float32", "float16")}
    return Check(
        "one-zero",
        "silu′ is zero at one point only, so no unit is dead in ReLU’s strict sense",
        f"{count(x.size)} inputs from −700 up: {count(int((slopes == 0).sum()))} zeros, "
        f"{changes} change of sign. But it decays like x eˣ, and finite precision ends it: silu′ "
        "rounds to 0 from "
        + ", ".join(f"{number(at, 4)} down in {name}" for name, at in zeros.items()),
        changes == 1 and not (slopes == 0).any(),
    )


def _underflow(dtype: np.dtype) -> float:
    """The greatest integer x below -2 at which silu_derivative in dtype is zero."""
    x = np.arange(-2, -2000, -1).astype(dtype)
    return float(x[np.flatnonzero(silu.silu_derivative(x) == 0)[0]])


def _identity(name: str, claim: str, function: np.ufunc, right_is_x: bool, samples: int) -> Check:
    """f(x) - f(-x) = x, or f(x) + f(-x) = 1, within the two roundings.

    In float32, so that float64 holds the sum of the results exactly enough (to 2^-53).
    """
    x = np.random.default_rng(_SEED).normal(scale=4, size=samples).astype(np.float32)
    up, down = function(x), function(-x)
    wide = up.astype(np.float64), down.astype(np.float64)
    rest = np.abs(wide[0] - wide[1] - x) if right_is_x else np.abs(wide[0] + wide[1] - 1)
    allowed = (np.spacing(np.abs(up)).astype(float) + np.spacing(np.abs(down)).astype(float)) / 2
    allowed = allowed * (1 + 2.0**-20)
    outside = int((rest > allowed).sum())
    return Check(
        name,
        claim,
        f"{count(samples)} random float32 inputs: the two sides differ by at most "
        f"{number(rest.max(), 3)}, and {count(outside)} times by more than the two half units in "
        "the last place that rounding costs",
        outside == 0,
    )


def _even() -> Check:
    differing = tried = 0
    for name in ("float16", "bfloat16"):
        x = every_finite(DTYPES[name])
        left, right = silu.silu_second_derivative(x), silu.silu_second_derivative(-x)
        differing += int((left.view(np.uint16) != right.view(np.uint16)).sum())
        tried += x.size
    return Check(
        "even",
        "silu″ is even: silu″(x) = silu″(−x)",
        f"All {count(tried)} finite float16 and bfloat16 numbers: {count(differing)} pairs of "
        "results differ in any bit",
        differing == 0,
    )


def _steepest() -> Check:
    at, value = reference.steepest()
    a, b = _bracket(silu.silu_second_derivative, 2, 3)
    greatest = silu.silu_derivative(a)
    return Check(
        "steepest",
        f"silu′ is at most {real(value, 14)}, at {real(at, 14)}: more than 1",
        f"float64 silu″ changes sign between {exactly(a)} and {exactly(b)}, where silu′ is "
        f"{exactly(greatest)}; on the other side, at {exactly(-a)}, it is "
        f"{exactly(silu.silu_derivative(-a))}",
        bool(
            mpmath.mpf(float(a)) <= at <= mpmath.mpf(float(b))
            and abs(greatest - float(value)) <= np.spacing(greatest)
        ),
    )


def _limits() -> Check:
    expected = {
        "sigmoid": (0.0, 1.0),
        "silu": (-0.0, np.inf),
        "silu_derivative": (-0.0, 1.0),
        "silu_second_derivative": (-0.0, -0.0),
    }
    wrong = []
    for name, limits in expected.items():
        for dtype_name, dtype in DTYPES.items():
            x = np.array([-np.inf, np.inf, np.nan]).astype(dtype)
            y = UFUNCS[name](x).astype(np.float64)
            want = np.array([*limits, np.nan])
            same = np.array_equal(y, want, equal_nan=True)
            if not (same and np.array_equal(np.signbit(y[:2]), np.signbit(want[:2]))):
                wrong.append(f"{name} in {dtype_name}")
    return Check(
        "limits",
        "At −∞ and ∞ the results are the limits, with the right sign of zero; NaN stays NaN",
        "silu(−∞) = −0, silu(∞) = ∞, silu′(−∞) = −0, silu′(∞) = 1, silu″(±∞) = −0, "
        "sigmoid(−∞) = 0, sigmoid(∞) = 1, in four dtypes: "
        + ("all as they should be" if not wrong else "wrong for " + ", ".join(wrong)),
        not wrong,
    )


def _linear() -> Check:
    x = np.array([5.0, 10.0, 20.0, 40.0])
    share = (x - silu.silu(x)) / x
    return Check(
        "linear",
        "For large inputs SiLU is nearly linear: silu(x) ≈ x",
        "(x − silu(x)) / x is "
        + ", ".join(f"{number(s, 2)} at {number(v)}" for v, s in zip(x, share, strict=True)),
        bool((np.diff(share) < 0).all() and share[-1] < 1e-15),
    )


def _samples(dtype: np.dtype, size: int) -> np.ndarray:
    """Half ordinary numbers, half random bit patterns (subnormals and huge ones among them)."""
    rng = np.random.default_rng(_SEED)
    ordinary = rng.normal(scale=4, size=size // 2).astype(dtype)
    patterns = np.frombuffer(rng.bytes(size * dtype.itemsize), dtype=dtype)
    patterns = finite(patterns)[: size - ordinary.size]
    return np.concatenate([ordinary, patterns])


def _rounding(samples: int) -> Check:
    tried, wrong, example = 0, 0, ""
    for dtype_name, dtype in DTYPES.items():
        x = _samples(dtype, samples)
        for name, function in UFUNCS.items():
            if name.startswith("relu"):
                continue  # exact by definition; not a matter of rounding
            for argument, result in zip(x, function(x), strict=True):
                right = reference.rounded(name, argument, dtype)
                tried += 1
                if result.tobytes() != right.tobytes():
                    wrong += 1
                    example = example or (
                        f"; the first is {name}({exactly(argument)}) in {dtype_name}, which gave "
                        f"{exactly(result)} and should be {exactly(right)}"
                    )
    return Check(
        "correctly-rounded",
        "Every result is the exact value, rounded once",
        f"{count(tried)} results (5 functions, 4 dtypes, ordinary numbers and random bit patterns) "
        f"compared with mpmath at 320 bits and more: {count(wrong)} differ in any bit{example}",
        wrong == 0,
    )


def check_all(samples: int, rounding_samples: int) -> list[Check]:
    """All checks, in the order of the page."""
    return [
        *_minimum(),
        _range(),
        _monotone(),
        _smooth(),
        _linear(),
        _dead(),
        _steepest(),
        _identity("odd-part", "silu(x) − silu(−x) = x", silu.silu, True, samples),
        _identity("slopes", "silu′(x) + silu′(−x) = 1", silu.silu_derivative, False, samples),
        _identity("sigmoid-sum", "σ(x) + σ(−x) = 1", silu.sigmoid, False, samples),
        _even(),
        _limits(),
        _rounding(rounding_samples),
    ]
