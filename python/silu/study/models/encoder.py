# SPDX-License-Identifier: Apache-2.0
"""A small bidirectional transformer.

After Devlin et al., BERT (2019), which uses GELU; with another activation it is a variant.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

_WIDTH, _HEADS, _HIDDEN, _DEVIATION = 48, 4, 128, 0.02


class _Layer(nn.Module):
    """Attention and a feed-forward part, each added to its input and then normalised."""

    def __init__(self, activation: Callable[[], nn.Module]) -> None:
        super().__init__()
        self.projections = nn.Linear(_WIDTH, 3 * _WIDTH)
        self.mixed = nn.Linear(_WIDTH, _WIDTH)
        self.first_norm = nn.LayerNorm(_WIDTH)
        self.up = nn.Linear(_WIDTH, _HIDDEN)
        self.activation = activation()
        self.down = nn.Linear(_HIDDEN, _WIDTH)
        self.second_norm = nn.LayerNorm(_WIDTH)

    def forward(self, x: Tensor, visible: Tensor) -> Tensor:
        samples, length, _ = x.shape
        split = self.projections(x).view(samples, length, 3, _HEADS, -1)
        query, key, value = split.permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=visible)
        x = self.first_norm(x + self.mixed(seen.transpose(1, 2).reshape(x.shape)))
        y: Tensor = self.second_norm(x + self.down(self.activation(self.up(x))))
        return y


class Encoder(nn.Module):
    """Tokens (samples, length), where 0 is padding, to scores (samples, classes)."""

    def __init__(
        self,
        depth: int,
        activation: Callable[[], nn.Module],
        *,
        vocabulary: int,
        length: int,
        classes: int,
    ) -> None:
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, _WIDTH)
        self.places = nn.Parameter(torch.empty(length + 1, _WIDTH))
        self.start = nn.Parameter(torch.empty(_WIDTH))
        self.norm = nn.LayerNorm(_WIDTH)
        self.layers = nn.ModuleList(_Layer(activation) for _ in range(depth))
        self.output = nn.Linear(_WIDTH, classes)
        for module in self.modules():
            if isinstance(module, nn.Linear | nn.Embedding):
                nn.init.normal_(module.weight, std=_DEVIATION)
            if isinstance(module, nn.Linear):
                nn.init.zeros_(module.bias)
        for parameter in (self.places, self.start):
            nn.init.normal_(parameter, std=_DEVIATION)

    def forward(self, tokens: Tensor) -> Tensor:
        """(samples, length), where 0 is padding, to scores (samples, classes)."""
        start = self.start.expand(len(tokens), 1, -1)
        x = self.norm(torch.cat([start, self.tokens(tokens)], 1) + self.places)
        visible = functional.pad(tokens != 0, (1, 0), value=True)[:, None, None]
        for layer in self.layers:
            x = layer(x, visible)
        y: Tensor = self.output(x[:, 0])
        return y
