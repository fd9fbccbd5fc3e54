# SPDX-License-Identifier: Apache-2.0
"""What popular articles say of SiLU, claim by claim, and what the study found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from silu._common.statistics import paired
from silu._common.text import number, percent
from silu._common.theme import LABELS

from .outcomes import Outcome, Setting

_VANISHED = 0.1  # a first layer's gradient that is less than this share of another one


@dataclass(frozen=True)
class Claim:
    """A claim, what was measured or is known, and the verdict."""

    claim: str
    measured: str
    verdict: str  # begins with "holds" or "does not hold"


@dataclass(frozen=True)
class Tally:
    """Where one activation is better than another, worse, or not seen to differ."""

    better: list[str]
    worse: list[str]
    alike: list[str]

    @property
    def verdict(self) -> str:
        """Of the claim that it is better."""
        if self.better and not self.worse and not self.alike:
            return "holds"
        if self.better:
            return f"holds where: {', '.join(self.better)}"
        return "does not hold"

    def sentence(self, ours: str, theirs: str) -> str:
        """All three lists in words."""
        parts = [
            f"{word} in {', '.join(where)}"
            for word, where in (
                ("better", self.better),
                ("worse", self.worse),
                ("no difference seen in", self.alike),
            )
            if where and word != "no difference seen in"
        ]
        if self.alike:
            parts.append(f"no difference seen in {', '.join(self.alike)}")
        return f"{LABELS[ours]} against {LABELS[theirs]}: {'; '.join(parts)}."


def tally(settings: Sequence[Setting], ours: str, theirs: str) -> Tally:
    """Compares two activations in every setting that has both."""
    lists: dict[str, list[str]] = {"better": [], "worse": [], "no different": []}
    for setting in settings:
        if ours in setting.outcomes and theirs in setting.outcomes:
            lists[setting.compare(ours, theirs).word].append(setting.short)
    return Tally(lists["better"], lists["worse"], lists["no different"])


def steadiness(outcome: Outcome) -> np.ndarray:
    """The greatest gradient norm over the least among the layers, before training, per seed."""
    norms = outcome.gradients_before
    return np.asarray(norms.max(axis=0) / norms.min(axis=0))


def _lower(settings: Sequence[Setting], measure: Any, ours: str, theirs: str) -> Tally:
    """Where a positive measure of outcomes is lower: paired differences of its logarithm."""
    lists: dict[str, list[str]] = {"better": [], "worse": [], "no different": []}
    for setting in settings:
        values = [np.log(measure(setting.outcomes[name])) for name in (theirs, ours)]
        lists[paired(values[0], values[1]).word].append(setting.short)
    return Tally(lists["better"], lists["worse"], lists["no different"])


def _unevenness(outcome: Outcome) -> np.ndarray:
    """How far the first layer's gradient is from the last one's, as a factor above 1."""
    return np.asarray(np.exp(np.abs(np.log(outcome.reach))))


def _first(setting: Setting, name: str) -> float:
    """The first layer's gradient norm before training."""
    return float(np.median(setting.outcomes[name].gradients_before[0]))


def _firsts(settings: Sequence[Setting], name: str) -> str:
    return ", ".join(f"{number(_first(s, name), 2)} at depth {s.depth}" for s in settings)


def _vanishes(share: float) -> str:
    """Of the claim that gradients do not; share is what is left of them in the deepest network."""
    return "does not hold" if share < _VANISHED else "holds where: the networks are of these depths"


def _by_depth(settings: Sequence[Setting], name: str) -> str:
    return ", ".join(
        f"{number(float(np.median(s.outcomes[name].reach)), 2)} at depth {s.depth}"
        for s in settings
    )


def _settled(settings: Sequence[Setting]) -> list[Setting]:
    """Those where each activation has the best of the rates tried, not one that is too high."""
    return [s for s in settings if s.task.name != "high"]


def _dead(settings: Sequence[Setting], name: str) -> str:
    """The most that died: at the best rates, and at any rate."""
    having = [s for s in settings if name in s.outcomes]
    settled = _settled(having)
    share, setting = max(
        ((float(s.outcomes[name].dead.mean()), s) for s in settled), key=lambda item: item[0]
    )
    most, rate, where = max(
        (
            (float(dead.mean()), rate, s)
            for s in having
            for rate, dead in s.outcomes[name].dead_by_rate.items()
        ),
        key=lambda item: item[0],
    )
    nearly = max(float(s.outcomes[name].nearly_dead.mean()) for s in settled)
    dead = f"up to {percent(share)} dead (in {setting.short})" if share else "none dead"
    at_any = f", {percent(most)} at a rate of {rate:g} in {where.short}" if most > share else ""
    some = f"up to {percent(nearly)}" if nearly else "none"
    return f"{LABELS[name]}: {dead}{at_any}; {some} dead or nearly so"


def _alive(settings: Sequence[Setting]) -> str:
    """Of the claim that SiLU's units do not die."""
    if any(float(s.outcomes["silu"].dead.max()) > 0 for s in _settled(settings)):
        return "does not hold"
    rates = [o for s in settings for o in s.outcomes["silu"].dead_by_rate.values()]
    if any(float(dead.max()) > 0 for dead in rates):
        return "holds where: the learning rate is not too high"
    return "holds"


def claims(settings: Sequence[Setting], facts: dict[str, Any]) -> list[Claim]:
    """The rows, in the order of the articles."""
    plain = [s for s in settings if s.task.name == "plain"]
    scaled = [s for s in settings if s.task.name == "scaled"]
    named = {s.task.name: s for s in settings}
    fits = [s for s in settings if s.task.measure == "error"]
    trained = [s for s in _settled(settings) if s.task.measure == "accuracy"]
    deepest = max(plain, key=_depth)
    deep = [deepest, *scaled, max((s for s in settings if s.task.name == "residual"), key=_depth)]
    relu, sigmoid = tally(trained, "silu", "relu"), tally(trained, "silu", "sigmoid")
    deep_relu, deep_sigmoid = tally(deep, "silu", "relu"), tally(deep, "silu", "sigmoid")
    steady = _lower([*plain, *scaled], steadiness, "silu", "relu")
    even = _lower([*plain, *scaled], _unevenness, "silu", "relu")
    fitted = [tally(fits, "silu", name) for name in ("relu", "sigmoid")]
    alive = _alive(settings)
    vanishing = _first(deepest, "silu") / _first(min(plain, key=_depth), "silu")
    lost = float(np.median(deepest.outcomes["sigmoid"].reach))
    five = facts["five"]
    images = [s for s in trained if s.task.name not in ("encoder", "decoder")]
    variants = [
        (named["residual"], "relu", "ResNet, whose own activation is ReLU"),
        (named["encoder"], "gelu", "the encoder, where BERT has GELU"),
        (named["decoder"], "relu", "the decoder with SwiGLU, as in Llama, against a gate of ReLU"),
        (named["efficient"], "relu", "EfficientNet, whose own activation is SiLU, against ReLU"),
    ]
    in_variants = "; ".join(
        f"{what}: SiLU is {setting.compare('silu', theirs).word}"
        for setting, theirs, what in variants
    )
    return [
        Claim(
            "SiLU, also called Swish, comes from Google’s researchers, to mend ReLU’s weaknesses.",
            "Not a matter of measurement. Hendrycks and Gimpel (2016) have the name SiLU, Elfwing, "
            "Uchibe and Doya (2017) studied it, Ramachandran, Zoph and Le of Google (2017) found "
            "x σ(βx) by search and called it Swish.",
            "holds where: the name Swish and its search are meant",
        ),
        Claim(
            "SiLU(x) = x · sigmoid(x), with sigmoid(x) = 1 / (1 + e⁻ˣ).",
            "On 2,000,001 points of [−10, 10] in float64 silu.torch.silu(x) and x · sigmoid(x) "
            f"differ by at most {number(facts['definition, largest difference'], 2)}: by rounding.",
            "holds",
        ),
        Claim(
            "It is smoother than ReLU and has steadier gradients.",
            "Smoother: analytic against a kink. Steadier: the layers’ gradient norms before "
            f"training, greatest over least, in {deepest.short}: "
            f"{number(float(np.median(steadiness(deepest.outcomes['silu']))), 2)} with SiLU, "
            f"{number(float(np.median(steadiness(deepest.outcomes['relu']))), 2)} with ReLU"
            + "".join(
                f"; {s.short}: {number(float(np.median(steadiness(s.outcomes['silu']))), 2)} and "
                f"{number(float(np.median(steadiness(s.outcomes['relu']))), 2)}"
                for s in scaled
            )
            + f". {steady.sentence('silu', 'relu')}",
            _split("smoothness", steady.verdict, "steadiness"),
        ),
        Claim(
            "It avoids ReLU’s dead units, whose gradient is 0 for all inputs.",
            "After training, over all networks at their best learning rates. "
            + ". ".join(_dead(settings, name) for name in ("silu", "swish", "relu"))
            + f". Far on the left SiLU’s slope is small, {number(facts['slope at -20'], 2)} at "
            "−20, and in float32 it rounds to 0 left of "
            f"{number(facts['slope is 0 in float32 up to'], 4)}.",
            alive,
        ),
        Claim(
            "It is non-linear, like sigmoid and tanh.",
            "Its second derivative is 0 at two points only.",
            "holds",
        ),
        Claim(
            "Its output is not negative, its range is [0, ∞), and it grows with its input.",
            f"The least value on the points is {number(facts['least value'], 6)}, at "
            f"{number(facts['least at'], 5)}, and left of it SiLU falls.",
            "does not hold" if facts["least value"] < 0 and facts["falls"] else "holds",
        ),
        Claim(
            "It is differentiable everywhere, so gradients do not vanish.",
            "Differentiable: yes. The first layer’s gradient norm before training in plain "
            "networks, median over the seeds: "
            + "; ".join(f"{LABELS[n]} {_firsts(plain, n)}" for n in ("silu", "relu", "sigmoid"))
            + ". With weights of a scale that suits it, SiLU: "
            + f"{_firsts(scaled, 'silu')}.",
            _vanishes(vanishing),
        ),
        Claim(
            "ReLU is active for positive inputs only and has gradient 0 for negative ones.",
            "By its definition; at 0 programs take 0. Its price is measured above: "
            f"{_dead(settings, 'relu')}.",
            "holds",
        ),
        Claim(
            "Sigmoid has range [0, 1], serves for binary outputs, and makes gradients vanish in "
            "deep networks.",
            "The range is (0, 1), without its ends. Its slope is at most "
            f"{number(facts['steepest sigmoid'], 3)}. First layer’s gradient norm over the last "
            f"one’s: {_by_depth(plain, 'sigmoid')}.",
            "holds where: the range is meant without its ends"
            if lost < _VANISHED
            else "does not hold",
        ),
        Claim(
            "It joins sigmoid with the linear function, and is better than ReLU and sigmoid for "
            "training deep networks.",
            f"Deep networks: {deep_relu.sentence('silu', 'relu')} "
            f"{deep_sigmoid.sentence('silu', 'sigmoid')} All: {relu.sentence('silu', 'relu')} "
            f"{sigmoid.sentence('silu', 'sigmoid')}",
            _join(("ReLU", deep_relu.verdict), ("sigmoid", deep_sigmoid.verdict)),
        ),
        Claim(
            "Its derivative is σ(x) + x σ(x) (1 − σ(x)), by the chain rule.",
            "silu.torch.silu_derivative differs from it on the points by at most "
            f"{number(facts['product rule, largest difference'], 2)}, by rounding. It follows by "
            "the product rule; the chain rule is needed inside it, for σ′.",
            "holds",
        ),
        Claim(
            "Its smooth derivative helps errors to propagate backwards.",
            "How far the first layer’s gradient norm is from the last one’s, as a factor, in plain "
            f"networks: {even.sentence('silu', 'relu')}",
            even.verdict,
        ),
        Claim(
            "It is more non-linear and hence more expressive.",
            "Errors of fits by networks of equal size and training: "
            + " ".join(
                t.sentence("silu", name)
                for t, name in zip(fitted, ("relu", "sigmoid"), strict=True)
            )
            + " Networks with any of the three can approximate every continuous function.",
            _join(("ReLU", fitted[0].verdict), ("sigmoid", fitted[1].verdict)),
        ),
        Claim(
            "Its graph is smoother than ReLU’s, not zero for negative inputs, and nearly linear "
            "for large ones.",
            f"10 − silu(10) is {number(facts['10 - silu(10)'], 2)}. python -m silu plot draws it.",
            "holds",
        ),
        Claim(
            "It does well for images and language; BERT and ResNet use similar functions.",
            f"{in_variants}. Images: {tally(images, 'silu', 'relu').sentence('silu', 'relu')} "
            "BERT as published uses GELU, ResNet ReLU; EfficientNet, YOLO and Llama use SiLU.",
            _uses({s.short: s.compare("silu", theirs).word for s, theirs, _ in variants}),
        ),
        Claim(
            "PyTorch: torch.nn.SiLU(), or torch.sigmoid(x) * x.",
            f"Both exist. Of {facts['numbers']:,} normal float32 numbers "
            f"{percent(facts['module and product differ'])} get other bits from the one than from "
            f"the other; {percent(facts['module and ours differ'])} of torch.nn.SiLU’s and "
            f"{percent(facts['product and ours differ'])} of the product’s differ from "
            "silu.torch.silu, which is correctly rounded. torch.randn(5) of seed 0, "
            f"{_listed(five['x'])}, gives {_listed(five['silu.torch.silu'])}.",
            "holds",
        ),
        Claim(
            "TensorFlow: tf.keras.activations.silu(x).",
            "It exists; this study runs PyTorch alone. silu.tensorflow and silu.keras are compared "
            "with it by the tests of tests/frameworks.",
            "holds",
        ),
        Claim(
            "In short: smooth, non-linear, no dead units, smoother gradients, good for deep "
            "networks, more and more used.",
            f"The rows above: smooth and non-linear; no dead units: {alive}; steadier gradients "
            f"than ReLU: {steady.verdict}; better than ReLU in deep networks: "
            f"{deep_relu.verdict}. How much it is used was not measured.",
            "holds where: smoothness and non-linearity are meant; for dead units, gradients and "
            "deep networks see above",
        ),
    ]


def _depth(setting: Setting) -> int:
    return setting.depth


def _listed(values: Sequence[float]) -> str:
    return ", ".join(number(value, 5) for value in values)


def _split(certain: str, verdict: str, word: str) -> str:
    """The verdict of a claim of which a part is certain."""
    if verdict == "holds":
        return verdict
    if verdict == "does not hold":
        return f"holds where: {certain} is meant; {word} does not hold"
    return f"{verdict} ({word}); {certain} holds"


def _join(*parts: tuple[str, str]) -> str:
    """One verdict of two comparisons."""
    verdicts = {verdict for _, verdict in parts}
    if len(verdicts) == 1:
        return verdicts.pop()
    told = "; ".join(
        f"against {name}, {verdict.removeprefix('holds where: ')}"
        if verdict != "holds"
        else f"against {name}, everywhere"
        for name, verdict in parts
        if verdict != "does not hold"
    )
    missing = [name for name, verdict in parts if verdict == "does not hold"]
    rest = f"; does not hold against {', '.join(missing)}" if missing else ""
    return f"holds where: {told}{rest}"


def _uses(words: dict[str, str]) -> str:
    """Of the claim that SiLU does well: not worse than what the network has, or might have."""
    good = [name for name, word in words.items() if word != "worse"]
    rest = "BERT and ResNet do not use it"
    if not good:
        return f"does not hold; {rest}"
    return f"holds where: {', '.join(good)}, where it is not worse; {rest}"
