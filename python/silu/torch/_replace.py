# SPDX-License-Identifier: Apache-2.0
"""Models, with their SiLU activations and SwiGLU gates replaced by this package's modules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from . import functional
from .modules import SiLU

# Modules whose forward is silu, by name: those of other packages are there only if installed.
_ACTIVATIONS = {
    "torch.nn.modules.activation.SiLU",
    "transformers.activations.SiLUActivation",
    "timm.layers.activations.Swish",
}


def _qualified_name(module: nn.Module) -> str:
    return f"{type(module).__module__}.{type(module).__qualname__}"


def _is_activation(module: object) -> bool:
    return isinstance(module, SiLU) or (
        isinstance(module, nn.Module) and _qualified_name(module) in _ACTIVATIONS
    )


class GatedMLP(nn.Module):
    """down_proj(swiglu(gate_proj(x), up_proj(x))): Llama's feed-forward network, one rounding.

    It has another module's parts, and their names, so that state_dict is the same.

    Shape: (..., hidden) to (..., hidden).
    """

    def __init__(self, gate_proj: nn.Module, up_proj: nn.Module, down_proj: nn.Module) -> None:
        super().__init__()
        self.gate_proj, self.up_proj, self.down_proj = gate_proj, up_proj, down_proj

    def forward(self, x: Tensor) -> Tensor:
        """What the class says."""
        result: Tensor = self.down_proj(functional.swiglu(self.gate_proj(x), self.up_proj(x)))
        return result


class PackedGatedMLP(nn.Module):
    """down_proj(swiglu_packed(gate_up_proj(x))): the same of one projection, the gate first."""

    def __init__(self, gate_up_proj: nn.Module, down_proj: nn.Module) -> None:
        super().__init__()
        self.gate_up_proj, self.down_proj = gate_up_proj, down_proj

    def forward(self, x: Tensor) -> Tensor:
        """What the class says."""
        result: Tensor = self.down_proj(functional.swiglu_packed(self.gate_up_proj(x)))
        return result


class SplitGatedMLP(nn.Module):
    """timm's SwiGLU: fc2(norm(dropout(swiglu(fc1_g(x), fc1_x(x))))), then a dropout."""

    def __init__(
        self,
        fc1_g: nn.Module,
        fc1_x: nn.Module,
        drop1: nn.Module,
        norm: nn.Module,
        fc2: nn.Module,
        drop2: nn.Module,
    ) -> None:
        super().__init__()
        self.fc1_g, self.fc1_x, self.drop1, self.norm = fc1_g, fc1_x, drop1, norm
        self.fc2, self.drop2 = fc2, drop2

    def forward(self, x: Tensor) -> Tensor:
        """What the class says."""
        gated = self.drop1(functional.swiglu(self.fc1_g(x), self.fc1_x(x)))
        result: Tensor = self.drop2(self.fc2(self.norm(gated)))
        return result


_Make = Callable[[Any], nn.Module]


def _gated(module: Any) -> nn.Module:
    return GatedMLP(module.gate_proj, module.up_proj, module.down_proj)


def _packed_gated(module: Any) -> nn.Module:
    return PackedGatedMLP(module.gate_up_proj, module.down_proj)


def _split_gated(module: Any) -> nn.Module:
    return SplitGatedMLP(
        module.fc1_g, module.fc1_x, module.drop1, module.norm, module.fc2, module.drop2
    )


def _of_transformers(*models: str) -> Iterator[str]:
    for name in models:
        package = name.removesuffix("MLP").lower()
        yield f"transformers.models.{package}.modeling_{package}.{name}"


# The classes whose forward is a gate times another projection, by name: which attribute holds the
# activation, and what takes their place.
_GATES: dict[str, tuple[str, _Make]] = {
    **dict.fromkeys(
        _of_transformers(
            "CohereMLP",
            "GemmaMLP",
            "GraniteMLP",
            "HeliumMLP",
            "LlamaMLP",
            "MinistralMLP",
            "MistralMLP",
            "Olmo2MLP",
            "OlmoMLP",
            "Qwen2MLP",
            "Qwen3MLP",
            "SmolLM3MLP",
            "StableLmMLP",
        ),
        ("act_fn", _gated),
    ),
    **dict.fromkeys(_of_transformers("GlmMLP", "Phi3MLP"), ("activation_fn", _packed_gated)),
    "timm.layers.mlp.SwiGLU": ("act", _split_gated),
}


@dataclass(frozen=True)
class Swap:
    """One module that replace() put in the place of another."""

    name: str  # as in named_modules()
    was: str  # the class, by its qualified name
    now: str

    def __str__(self) -> str:
        return f"{self.name or '(the model)'}: {self.was} -> {self.now}"


class Swaps(tuple[Swap, ...]):
    """All that replace() swapped, in the order of named_modules(); printed one to a line."""

    __slots__ = ()

    def __str__(self) -> str:
        return "\n".join(map(str, self)) or "nothing to replace"


def _replacement(module: nn.Module) -> nn.Module | None:
    name = _qualified_name(module)
    if name in _ACTIVATIONS:
        return SiLU(bool(getattr(module, "inplace", False)))
    if name in _GATES:
        attribute, make = _GATES[name]
        if _is_activation(getattr(module, attribute)):
            return make(module)
    return None


def replace(model: nn.Module) -> Swaps:
    """Swaps a model's SiLU activations and SwiGLU gates for silu.torch's, in place.

    What is swapped: torch.nn.SiLU, and transformers' and timm's modules of the same
    function; the feed-forward networks of known model classes (Llama, Mistral, Qwen,
    Phi-3 and others of transformers; timm's SwiGLU), whose silu(a) * b becomes one
    swiglu(a, b), rounded once. Parameters are the same objects with the same names,
    so that optimizers and state_dict go on; training or evaluation mode and the
    hooks of what is inside stay, those of a swapped module itself go.

    What is not: calls of torch.nn.functional.silu in a forward of the model's own
    (silu.torch.override() has these), subclasses, and code that was compiled or
    scripted before. A module that is in several places is swapped in all.

    Returns what was swapped. TypeError if model is no torch.nn.Module; ValueError
    if it is itself a module to be swapped, as nothing holds it.

    >>> import torch, silu.torch
    >>> model = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.SiLU())
    >>> print(silu.torch.replace(model))
    1: torch.nn.modules.activation.SiLU -> silu.torch.modules.SiLU
    """
    if not isinstance(model, nn.Module):
        raise TypeError(f"replace: model is a {type(model).__name__}; allowed: torch.nn.Module")
    if _replacement(model) is not None:
        raise ValueError(
            f"replace: model is itself a {_qualified_name(model)}; allowed: a model that has some"
        )
    made: dict[int, nn.Module | None] = {}
    found: list[Swap] = []

    def visit(parent: nn.Module, path: str) -> None:
        for name, child in list(parent._modules.items()):
            if child is None:
                continue
            known = id(child) in made
            if not known:
                made[id(child)] = _replacement(child)
            replacement = made[id(child)]
            if replacement is not None:
                replacement.train(child.training)
                setattr(parent, name, replacement)
                was, now = _qualified_name(child), _qualified_name(replacement)
                found.append(Swap(path + name, was, now))
            elif not known:
                visit(child, f"{path}{name}.")

    visit(model, "")
    return Swaps(found)
