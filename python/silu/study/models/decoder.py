# SPDX-License-Identifier: Apache-2.0
"""A small causal transformer with a gated feed-forward part.

After Touvron et al., LLaMA (2023): normalised before each part by the root mean square, rotary
places (Su et al., 2021), and SwiGLU (Shazeer, 2020).  With another gate it is a variant.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

_WIDTH, _HEADS, _HIDDEN, _DEVIATION = 48, 4, 96, 0.02


def _rotations(length: int) -> Tensor:
    """Complex numbers of modulus 1, (length, pairs of a head)."""
    pairs = _WIDTH // _HEADS // 2
    frequencies = 10000.0 ** (-torch.arange(pairs) / pairs)
    angles = torch.outer(torch.arange(length), frequencies)
    return torch.polar(torch.ones_like(angles), angles)


def _rotate(x: Tensor, rotations: Tensor) -> Tensor:
    pairs = torch.view_as_complex(x.reshape(*x.shape[:-1], -1, 2))
    return torch.view_as_real(pairs * rotations).flatten(-2)


class _Layer(nn.Module):
    """Causal attention, then down(activation(gate(x)) up(x)); each is added to its input."""

    def __init__(self, activation: Callable[[], nn.Module]) -> None:
        super().__init__()
        self.first_norm = nn.RMSNorm(_WIDTH)
        self.projections = nn.Linear(_WIDTH, 3 * _WIDTH, bias=False)
        self.mixed = nn.Linear(_WIDTH, _WIDTH, bias=False)
        self.second_norm = nn.RMSNorm(_WIDTH)
        self.gate = nn.Linear(_WIDTH, _HIDDEN, bias=False)
        self.activation = activation()
        self.up = nn.Linear(_WIDTH, _HIDDEN, bias=False)
        self.down = nn.Linear(_HIDDEN, _WIDTH, bias=False)

    def forward(self, x: Tensor, rotations: Tensor) -> Tensor:
        samples, length, _ = x.shape
        split = self.projections(self.first_norm(x)).view(samples, length, 3, _HEADS, -1)
        query, key, value = split.permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(
            _rotate(query, rotations), _rotate(key, rotations), value, is_causal=True
        )
        x = x + self.mixed(seen.transpose(1, 2).reshape(x.shape))
        y = self.second_norm(x)
        z: Tensor = x + self.down(self.activation(self.gate(y)) * self.up(y))
        return z


class Decoder(nn.Module):
    """Tokens (samples, length) to scores of the next token (samples, length, vocabulary)."""

    rotations: Tensor

    def __init__(
        self, depth: int, activation: Callable[[], nn.Module], *, vocabulary: int, length: int
    ) -> None:
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, _WIDTH)
        self.layers = nn.ModuleList(_Layer(activation) for _ in range(depth))
        self.norm = nn.RMSNorm(_WIDTH)
        self.output = nn.Linear(_WIDTH, vocabulary, bias=False)
        self.register_buffer("rotations", _rotations(length), persistent=False)
        for module in self.modules():
            if isinstance(module, nn.Linear | nn.Embedding):
                nn.init.normal_(module.weight, std=_DEVIATION)

    def forward(self, tokens: Tensor) -> Tensor:
        """(samples, length) to scores (samples, length, vocabulary)."""
        x = self.tokens(tokens)
        for layer in self.layers:
            x = layer(x, self.rotations)
        y: Tensor = self.output(self.norm(x))
        return y
