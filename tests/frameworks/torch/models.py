# SPDX-License-Identifier: Apache-2.0
"""Whether the bits of activations in real networks depend on batch, threads and instruction set.

Networks with random weights, run forward and backward; what reaches their SiLU modules, and the
gradients that come back, are kept. Each activation is then evaluated on these same numbers again,
in other ways: so what differs is the activation's, and not that of the layers around it.

    python tests/frameworks/torch/models.py     prints the table of docs/pytorch-models.md
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
import torchvision
import transformers
from torch import Tensor, nn

import silu.torch

BATCH = 4
CAPABILITIES = ("default", "avx2")  # beside the machine's own


def efficientnet() -> tuple[nn.Module, tuple[Tensor, ...]]:
    """torchvision's EfficientNet-B0, on images of 64 by 64."""
    return torchvision.models.efficientnet_b0(), (torch.randn(BATCH, 3, 64, 64),)


def llama() -> tuple[nn.Module, tuple[Tensor, ...]]:
    """transformers' Llama, small."""
    config = transformers.LlamaConfig(
        hidden_size=64,
        intermediate_size=171,  # 8/3 of hidden_size
        num_hidden_layers=2,
        num_attention_heads=4,
        vocab_size=256,
    )
    return transformers.LlamaForCausalLM(config), (torch.randint(256, (BATCH, 24)),)


def convnext() -> tuple[nn.Module, tuple[Tensor, ...]]:
    """transformers' ConvNeXt, small, with SiLU in the place of its GELU."""
    config = transformers.ConvNextConfig(
        hidden_act="silu", hidden_sizes=[16, 24, 32, 48], depths=[1, 1, 2, 1], image_size=64
    )
    return transformers.ConvNextForImageClassification(config), (torch.randn(BATCH, 3, 64, 64),)


MODELS = {
    "EfficientNet-B0": efficientnet,
    "Llama (SwiGLU)": llama,
    "ConvNeXt, SiLU variant": convnext,
}


@dataclass(frozen=True)
class Activation:
    """What reached an activation, and the gradient that came back; dim 0 is the batch."""

    x: Tensor
    dy: Tensor


def run(model: nn.Module, inputs: tuple[Tensor, ...]) -> Tensor:
    """Forward and backward; the logits."""
    result = model(*inputs)
    logits: Tensor = result if isinstance(result, Tensor) else result.logits
    logits.square().mean().backward()
    return logits


def activations(name: str) -> list[Activation]:
    """Those of a model's SiLU modules, in the order of evaluation; the same for every call."""
    torch.manual_seed(0)
    model, inputs = MODELS[name]()
    found: dict[int, list[Tensor]] = {}

    def keep(module: nn.Module, _arguments: tuple[Tensor, ...], result: Tensor) -> None:
        # The module overwrites its input where it is inplace; before that, pre() has kept it.
        entry = found[id(module)]
        result.register_hook(lambda gradient: entry.append(gradient.detach().clone()))

    def pre(module: nn.Module, arguments: tuple[Tensor, ...]) -> None:
        found[id(module)] = [arguments[0].detach().clone()]

    for module in model.modules():
        if silu.torch._replace._is_activation(module):
            module.register_forward_pre_hook(pre)
            module.register_forward_hook(keep)
    run(model, inputs)
    return [Activation(*entry) for entry in found.values()]


Function = Callable[[Activation], tuple[Tensor, Tensor]]


def aten(given: Activation) -> tuple[Tensor, Tensor]:
    """PyTorch's silu and its gradient."""
    ops = torch.ops.aten
    return ops.silu(given.x), ops.silu_backward(given.dy, given.x)


def ours(given: Activation) -> tuple[Tensor, Tensor]:
    """The same of silu.torch."""
    return silu.torch.silu(given.x), silu.torch.silu_backward(given.dy, given.x)


def one_by_one(function: Function, given: Activation) -> tuple[Tensor, Tensor]:
    """Each sample of the batch alone."""
    samples = [
        function(Activation(x, dy))
        for x, dy in zip(given.x.split(1), given.dy.split(1), strict=True)
    ]
    return torch.cat([y for y, _ in samples]), torch.cat([dx for _, dx in samples])


def on_threads(function: Function, given: Activation, threads: int) -> tuple[Tensor, Tensor]:
    """On so many of torch's threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        return function(given)
    finally:
        torch.set_num_threads(before)


def differing(one: tuple[Tensor, Tensor], other: tuple[Tensor, Tensor]) -> tuple[int, int]:
    """How many elements differ in their bits, and how many there are."""
    pairs = list(zip(one, other, strict=True))
    different = sum(int((a.view(torch.int32) != b.view(torch.int32)).sum()) for a, b in pairs)
    return different, sum(a.numel() for a in one)


def results_with(capability: str, name: str, function: str) -> list[tuple[Tensor, Tensor]]:
    """The results of a process of its own, with ATEN_CPU_CAPABILITY."""
    with tempfile.TemporaryDirectory() as folder:
        given, results = Path(folder, "given.pt"), Path(folder, "results.pt")
        torch.save([(a.x.contiguous(), a.dy.contiguous()) for a in activations(name)], given)
        subprocess.run(
            [sys.executable, __file__, "--evaluate", function, str(given), str(results)],
            env={**os.environ, "ATEN_CPU_CAPABILITY": capability},
            check=True,
        )
        loaded: list[tuple[Tensor, Tensor]] = torch.load(results)
        return loaded


def _evaluate(function: str, given: str, results: str) -> None:
    loaded = [Activation(x, dy) for x, dy in torch.load(given)]
    torch.save([FUNCTIONS[function](each) for each in loaded], results)


FUNCTIONS: dict[str, Function] = {"aten": aten, "silu.torch": ours}


def shares(name: str, function: str) -> Iterator[tuple[str, float]]:
    """What was changed, and the share of results whose bits changed with it."""
    given, evaluate = activations(name), FUNCTIONS[function]
    usual = [evaluate(each) for each in given]
    two = [on_threads(evaluate, each, 2) for each in given]
    comparisons = [
        ("samples one by one", usual, [one_by_one(evaluate, each) for each in given]),
        ("one thread, or two", two, [on_threads(evaluate, each, 1) for each in given]),
    ]
    for capability in CAPABILITIES:
        changed = results_with(capability, name, function)
        comparisons.append((f"ATEN_CPU_CAPABILITY={capability}", usual, changed))
    for what, some, others in comparisons:
        counts = [differing(a, b) for a, b in zip(some, others, strict=True)]
        yield what, sum(n for n, _ in counts) / sum(n for _, n in counts)


def main() -> None:
    """Prints the table."""
    print("| model | changed | aten | silu.torch |\n| --- | --- | --- | --- |")
    for name in MODELS:
        rows = zip(shares(name, "aten"), shares(name, "silu.torch"), strict=True)
        for (what, theirs), (_, mine) in rows:
            print(f"| {name} | {what} | {_percent(theirs)} | {_percent(mine)} |")


def _percent(share: float) -> str:
    return "0" if share == 0 else f"{100 * share:.2g} %"


if __name__ == "__main__":
    if sys.argv[1:2] == ["--evaluate"]:
        _evaluate(*sys.argv[2:])
    else:
        main()
