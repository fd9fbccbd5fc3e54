# SPDX-License-Identifier: Apache-2.0
"""What popular articles say of SiLU and the page can show, with what is true."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Claim:
    """A claim, its verdict (true, partly, wrong), the answer, and the view that shows it."""

    claim: str
    verdict: str
    word: str
    answer: str
    view: str = ""
    order: int = 0


CLAIMS = (
    Claim(
        "It comes from Google researchers.",
        "partly",
        "Half true.",
        "Google’s search of 2017 named it Swish; the function and the name SiLU are in "
        "papers of 2016 and early 2017 by others [1, 2].",
    ),
    Claim(
        "Its output is never negative; its range is [0, ∞), and it grows with its input.",
        "wrong",
        "Wrong.",
        "Every negative input gives a negative output. The least is −W(1/e) = −0.27846…, at"
        " −1.27846… (W is Lambert’s function), so the range is [−0.27846…, ∞); left of that"
        " point SiLU falls.",
        "minimum",
    ),
    Claim(
        "It is smoother than ReLU.",
        "true",
        "True.",
        "It has derivatives of every order everywhere. ReLU’s slope jumps from 0 to 1 at 0."
        " Whether its gradients are steadier in training is another question, and one to be"
        " measured.",
        "whole",
        1,
    ),
    Claim(
        "It is non-linear, like sigmoid and tanh.",
        "true",
        "True.",
        "Its second derivative is 0 at two points only, ±2.39935…. Unlike these it is not "
        "bounded above.",
        "whole",
        2,
    ),
    Claim(
        "ReLU is active for positive inputs only; its gradient is 0 for negative ones.",
        "true",
        "True.",
        "At 0 itself it has no derivative; by convention programs take 0.",
        "whole",
        1,
    ),
    Claim(
        "It is differentiable everywhere, so gradients do not vanish.",
        "wrong",
        "Does not follow.",
        "Sigmoid is just as smooth. SiLU’s slope tends to 0 on the left, as x eˣ, and is ½ "
        "at 0. What it has over ReLU is that no unit is exactly dead; over sigmoid, that "
        "its slope does not vanish on the right.",
        "tail",
        1,
    ),
    Claim(
        "Its derivative is σ(x) + x σ(x) (1 − σ(x)), by the chain rule.",
        "true",
        "True.",
        "By the product rule; the chain rule is needed inside it, for σ′. The steps are above.",
        "whole",
        1,
    ),
    Claim(
        "Its graph is not zero for negative inputs, and nearly linear for large ones.",
        "true",
        "True.",
        "x − SiLU(x) = −SiLU(−x), which is at most 0.27846…, and below 10⁻⁸ from x = 22 on.",
        "whole",
    ),
    Claim(
        "BERT and ResNet use similar activations.",
        "partly",
        "Not SiLU.",
        "BERT as published uses GELU, ResNet uses ReLU. EfficientNet and YOLOv5 use SiLU, "
        "Llama uses SwiGLU.",
    ),
)
