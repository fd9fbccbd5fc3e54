# SPDX-License-Identifier: Apache-2.0
"""Puts the page together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files

import jinja2
from latex2mathml.converter import convert
from markupsafe import Markup

import silu
from silu._common import machine, text
from silu._common.links import Link
from silu._common.progress import Progress
from silu._common.theme import LABELS

from . import (
    article,
    certificate,
    derivation,
    digits,
    fitting,
    graph,
    network,
    properties,
    reference,
    speed,
    tail,
    training_figures,
    verdicts,
)
from .functions import DTYPES, NAMES


@dataclass(frozen=True)
class Plan:
    """How much is computed."""

    seeds: int
    epochs: int
    fitting_steps: int
    samples: int
    rounding_samples: int  # per function and dtype
    speed_size: int
    speed_rounds: int


FULL = Plan(5, 30, 1500, 1_000_000, 500, 1 << 20, 15)
QUICK = Plan(3, 4, 200, 20_000, 40, 1 << 16, 5)
_DEPTHS = (2, 10)


def _math(latex: str, display: str = "inline") -> Markup:
    return Markup(convert(latex, display=display))


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("silu.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        math=_math, number=text.number, real=text.real, percent=text.percent, count=text.count
    )
    return environment


def build(*, quick: bool = False, links: Sequence[Link] = ()) -> str:
    """Computes everything and returns the page, with links at its top."""
    plan = QUICK if quick else FULL
    seeds = range(plan.seeds)
    activations = len(network.ACTIVATIONS)
    total = (
        6
        + activations * len(_DEPTHS) * plan.epochs
        + activations * len(fitting.TARGETS) * (plan.fitting_steps // 100)
        + len(DTYPES)
    )
    with Progress(total, "report") as progress:
        progress.stage("the graphs")
        graphs = graph.pictures()
        far_tail = tail.measure()
        progress.advance()
        progress.stage("the derivative")
        steps = derivation.symbolic() + derivation.numerical(plan.samples // 50 + 1)
        progress.advance()
        progress.stage("the properties")
        checks = properties.check_all(plan.samples, plan.rounding_samples)
        progress.advance()
        progress.stage("training on digits")
        outcomes = digits.compare(_DEPTHS, seeds, plan.epochs, progress.advance)
        progress.stage("fitting curves")
        fits = fitting.compare(seeds, plan.fitting_steps, progress.advance)
        progress.stage("the certificate")
        certificates = certificate.certificates()
        checked = certificate.check()
        progress.advance()
        progress.stage("speed")
        timings = speed.measure(plan.speed_size, plan.speed_rounds, progress.advance)
        progress.stage("the page")
        shown = article.example()
        deep = max(_DEPTHS)
        rows = article.rows(outcomes, fits, shown)
        context = {
            "version": silu.__version__,
            "today": date.today().isoformat(),
            "machine": machine.describe(),
            "quick": quick,
            "links": links,
            "plan": plan,
            "labels": {a.name: LABELS[a.name] for a in network.ACTIVATIONS},
            "minimum": reference.minimum(),
            "graphs": graphs,
            "tail": far_tail,
            "peers": tail.MEASURED,
            "measured_at": tail.MEASURED_AT,
            "steps": derivation.STEPS,
            "derivation_checks": steps,
            "kink": properties.kink(),
            "checks": checks,
            "outcomes": outcomes,
            "training": digits,
            "curves": [
                draw(depth, by)
                for depth, by in outcomes.items()
                for draw in (training_figures.loss, training_figures.accuracy)
            ],
            "gradient_figures": [
                training_figures.gradients(deep, outcomes[deep], end=end) for end in (False, True)
            ],
            "training_verdicts": [verdicts.accuracy(d, by) for d, by in outcomes.items()],
            "gradient_verdicts": [verdicts.gradients(d, by) for d, by in outcomes.items()],
            "dead_verdicts": [verdicts.dead(d, by) for d, by in outcomes.items()],
            "fitting": fitting,
            "fits": fits,
            "fit_verdicts": [verdicts.fits(name, by) for name, by in fits.items()],
            "rows": rows,
            "verdict_counts": Counter(row.verdict for row in rows).most_common(),
            "example": shown,
            "functions": NAMES,
            "dtypes": DTYPES,
            "certificates": certificates,
            "checked": checked,
            "checked_dtypes": certificate.CHECKED,
            "timings": timings,
            "speed_figure": speed.picture(timings),
            "css": Markup((files("silu.report") / "templates/page.css").read_text("utf-8")),
        }
        page = _environment().get_template("page.html.j2").render(context)
        progress.advance(2)
    return page
