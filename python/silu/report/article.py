# SPDX-License-Identifier: Apache-2.0
"""What popular articles say of SiLU, claim by claim, and what is true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

import silu
from silu._common.statistics import paired
from silu._common.text import exactly, number, percent

from . import verdicts
from .digits import Outcome
from .fitting import Fit

Verdict = Literal["true", "partly", "wrong", "measured", "vague"]


@dataclass(frozen=True)
class Row:
    """A claim and its answer; section is the id of the part of the page that shows more."""

    claim: str
    verdict: Verdict
    answer: str
    section: str


@dataclass(frozen=True)
class Example:
    """The five-line example of the articles, run with this package."""

    inputs: list[str]
    outputs: list[str]
    differing: float  # share of float32 numbers where x * sigmoid(x) has other bits


def example() -> Example:
    """silu on five random numbers, and how often a product of two roundings differs from it."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=5).astype(np.float32)
    many = rng.normal(size=100_000).astype(np.float32)
    differing = (silu.silu(many) != many * silu.sigmoid(many)).mean()
    return Example([exactly(v) for v in x], [exactly(v) for v in silu.silu(x)], float(differing))


def _deep(outcomes: dict[str, Outcome]) -> str:
    words = {
        name: paired(outcomes["silu"].final, outcomes[name].final).word
        for name in ("relu", "sigmoid")
    }
    return f"{words['relu']} than ReLU, {words['sigmoid']} than sigmoid".replace(
        "no different than", "no different from"
    )


def rows(
    outcomes: dict[int, dict[str, Outcome]], fits: dict[str, dict[str, Fit]], shown: Example
) -> list[Row]:
    """The rows, in the order of the articles."""
    shallow, deep = min(outcomes), max(outcomes)
    of_deep = outcomes[deep]
    spread = {name: verdicts.gradient_spread(o) for name, o in of_deep.items()}
    steadier = "steadier" if spread["silu"] < spread["relu"] else "not steadier"
    reach = {name: verdicts.back_to_front(o) for name, o in of_deep.items()}
    closer = abs(np.log(reach["silu"])) < abs(np.log(reach["relu"]))
    far = np.float64(40)
    slope_far = silu.silu_derivative(np.float64(-20))
    return [
        Row(
            "SiLU, also called Swish, comes from Google’s researchers, to mend ReLU’s weaknesses.",
            "partly",
            "The name SiLU is in Hendrycks and Gimpel (2016); Elfwing, Uchibe and Doya (2017) used "
            "and studied it. Ramachandran, Zoph and Le of Google (2017) found x σ(βx) again by "
            "search and called it Swish; with β = 1 it is SiLU.",
            "what",
        ),
        Row(
            "SiLU(x) = x · sigmoid(x), with sigmoid(x) = 1 / (1 + e⁻ˣ).",
            "true",
            "That is the definition.",
            "what",
        ),
        Row(
            "It is smoother than ReLU and has steadier gradients.",
            "measured",
            "Smoother: yes, it has derivatives of every order. Steadier: with "
            f"{deep} hidden layers the gradient norms of the layers differ before training by a "
            f"factor of {number(spread['silu'], 2)} with SiLU and {number(spread['relu'], 2)} with "
            f"ReLU, so here it is {steadier} across layers.",
            "training",
        ),
        Row(
            "It avoids ReLU’s dead units, whose gradient is 0 for all inputs.",
            "true",
            "In the strict sense: silu′ is 0 at one point only. But a unit far on the left learns "
            f"very slowly: silu′(−20) = {number(slope_far, 3)}. "
            f"{verdicts.dead(deep, of_deep)}",
            "training",
        ),
        Row(
            "It is non-linear, like sigmoid and tanh.",
            "true",
            "Its second derivative is 0 at two points only.",
            "graph",
        ),
        Row(
            "Its output is not negative, its range is [0, ∞), and it grows with its input.",
            "wrong",
            "Negative inputs give negative outputs. The least value is −0.27846…, at −1.27846…, so "
            "the range is [−0.27846…, ∞), and left of that point SiLU falls.",
            "properties",
        ),
        Row(
            "It is differentiable everywhere, so gradients do not vanish.",
            "partly",
            "It is differentiable everywhere; the conclusion does not follow, as sigmoid shows, "
            f"which is just as smooth. On the left silu′ tends to 0. "
            f"{verdicts.gradients(deep, of_deep)}",
            "training",
        ),
        Row(
            "ReLU is active for positive inputs only and has gradient 0 for negative ones.",
            "true",
            "At 0 itself it has no derivative; by convention programs take 0.",
            "graph",
        ),
        Row(
            "Sigmoid has range [0, 1], serves for binary outputs, and makes gradients vanish in "
            "deep networks.",
            "partly",
            "The range is (0, 1), without its ends: they are limits, reached by rounding alone. "
            f"In float64 sigmoid(40) is {exactly(silu.sigmoid(far))}. Its derivative is at most "
            "¼ per layer; the figures of gradient norms show what that does.",
            "training",
        ),
        Row(
            "It joins sigmoid with the linear function, and is better than ReLU and sigmoid for "
            "training deep networks.",
            "measured",
            f"It is their product. On the digits with {deep} hidden layers it is {_deep(of_deep)}; "
            f"with {shallow} it is {_deep(outcomes[shallow])}.",
            "training",
        ),
        Row(
            "Its derivative is σ(x) + x σ(x) (1 − σ(x)), by the chain rule.",
            "true",
            "By the product rule; the chain rule is needed inside it, for σ′.",
            "derivative",
        ),
        Row(
            "Its smooth derivative helps errors to propagate backwards.",
            "measured",
            f"{verdicts.gradients(deep, of_deep)} By that measure SiLU passes errors "
            + ("more evenly than ReLU." if closer else "less evenly than ReLU."),
            "training",
        ),
        Row(
            "It is more non-linear and hence more expressive.",
            "vague",
            "Networks with any of the three can approximate every continuous function. At equal "
            "size and training: " + " ".join(verdicts.fits(name, by) for name, by in fits.items()),
            "fitting",
        ),
        Row(
            "Its graph is smoother than ReLU’s, not zero for negative inputs, and nearly linear "
            "for large ones.",
            "true",
            "See the graphs; 10 − silu(10) is "
            f"{number(10 - silu.silu(np.float64(10)), 2)}. The command python -m silu plot draws "
            "them.",
            "graph",
        ),
        Row(
            "It does well for images and language; BERT and ResNet use similar functions.",
            "partly",
            "BERT as published uses GELU, ResNet uses ReLU. Networks that use SiLU: EfficientNet, "
            "YOLOv5 and later, diffusion U-Nets; and, within SwiGLU, PaLM, Llama, Qwen, Mistral. "
            "The digits on this page are a small image task; variants of ResNet, BERT, "
            "EfficientNet and Llama are compared by python -m silu study, "
            "whose results are in docs/study.",
            "training",
        ),
        Row(
            "PyTorch: torch.nn.SiLU(), or torch.sigmoid(x) * x.",
            "true",
            "Both exist, and they do not give the same bits: the product is rounded twice. With "
            f"this package’s sigmoid in float32, {percent(shown.differing)} of normal inputs come "
            "out differently from SiLU rounded once. How PyTorch’s own two ways differ takes "
            "PyTorch to measure: python -m silu study does, and silu.torch has the same "
            "rounded once. The same example with NumPy is below.",
            "use",
        ),
        Row(
            "TensorFlow: tf.keras.activations.silu(x).",
            "true",
            "It exists. What it gives takes TensorFlow to measure, which was not run for this "
            "page; silu.tensorflow and silu.keras have the same rounded once. The same example "
            "with NumPy is below.",
            "use",
        ),
        Row(
            "In short: smooth, non-linear, no dead units, smoother gradients, good for deep "
            "networks, more and more used.",
            "partly",
            "Smooth, non-linear and widely used: yes. No dead units: in the strict sense. Good for "
            f"deep networks: here {_deep(of_deep)}, with {deep} hidden layers.",
            "training",
        ),
    ]
