# SPDX-License-Identifier: Apache-2.0
"""Words of nine languages from Debian's spelling lists; the language is to be told."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import torch

from .parts import Data, Part, present

_FOLDER: Final = Path("/usr/share/dict")
# The list's name, and the package that holds it.
LISTS: Final = {
    "american-english": "wamerican",
    "danish": "wdanish",
    "dutch": "wdutch",
    "french": "wfrench",
    "italian": "witalian",
    "ngerman": "wngerman",
    "portuguese": "wportuguese",
    "spanish": "wspanish",
    "swedish": "wswedish",
}
LENGTH: Final = 14  # letters of the longest words taken
_SHORTEST = 4
_TRAIN, _REST = 800, 150  # words of each language


def _list(name: str, package: str) -> set[str]:
    """Words of letters only, in lower case: capitals would give German nouns away."""
    content = present(_FOLDER / name, package).read_bytes()
    try:
        text = content.decode()
    except UnicodeDecodeError:  # the Swedish list
        text = content.decode("latin-1")
    words = (word.lower() for word in text.split() if word.isalpha())
    return {word for word in words if _SHORTEST <= len(word) <= LENGTH}


@cache
def languages() -> tuple[Data, int]:
    """Words as (samples, 14) numbers of letters, padded by 0; and how many numbers there are.

    Words that several lists have are left out.  800 words of each language to train on, 150 and
    150.  The letters are numbered over all words taken.
    """
    lists = [_list(name, package) for name, package in LISTS.items()]
    owners = Counter(word for words in lists for word in words)
    rng = np.random.default_rng(0)
    chosen = []
    for words in lists:
        own = sorted(word for word in words if owners[word] == 1)
        picked = rng.choice(len(own), _TRAIN + 2 * _REST, replace=False)
        chosen.append([own[index] for index in picked])
    letters = {
        letter: number
        for number, letter in enumerate(sorted({c for ws in chosen for w in ws for c in w}), 1)
    }

    def part(start: int, end: int) -> Part:
        rows = [
            ([letters[c] for c in word] + [0] * (LENGTH - len(word)), language)
            for language, words in enumerate(chosen)
            for word in words[start:end]
        ]
        return torch.tensor([row for row, _ in rows]), torch.tensor([label for _, label in rows])

    data = Data(
        part(0, _TRAIN), part(_TRAIN, _TRAIN + _REST), part(_TRAIN + _REST, _TRAIN + 2 * _REST)
    )
    return data, len(letters) + 1
