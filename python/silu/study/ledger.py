# SPDX-License-Identifier: Apache-2.0
"""The file of finished runs: a line of JSON for what made it, then one for each run."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any

from silu._common import output
from silu._common.errors import CommandError

Settings = dict[str, Any]


def _key(settings: Settings) -> str:
    return json.dumps(settings, sort_keys=True)


def rounded(value: Any) -> Any:
    """Floats to seven digits, more than the spread over seeds deserves; no number is null."""
    if isinstance(value, float):
        return float(f"{value:.7g}") if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(item) for item in value]
    return value


class Ledger:
    """Finished runs, kept on disk as soon as each is added.

    A study that was cut off, at any moment, goes on after the last whole line.
    """

    def __init__(self, path: Path, made: dict[str, Any]) -> None:
        """Opens or begins the file; made says with what, and `same` in it has to be the same.

        Raises CommandError where the file was begun with other versions or another plan.
        """
        self._path = path
        self._results: dict[str, Any] = {}
        self.made = made
        lines = self._whole_lines()
        if not lines:
            output.write(path, (json.dumps({"made": made}) + "\n").encode())
            return
        self.made = lines[0]["made"]
        for name, value in made["same"].items():
            if self.made["same"].get(name) != value:
                raise CommandError(
                    f"{path} was begun with {name} {self.made['same'].get(name)}, and this is "
                    f"{value}: give another folder, or remove the file"
                )
        for line in lines[1:]:
            self._results[_key(line["settings"])] = line["result"]

    def _whole_lines(self) -> list[Any]:
        """The lines; what follows the last line's end was cut off, and is removed."""
        if not self._path.exists():
            return []
        content = self._path.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        if len(whole) < len(content):
            os.truncate(self._path, len(whole))
        try:
            return [json.loads(line) for line in whole.splitlines()]
        except ValueError as error:
            raise CommandError(f"{self._path} is not a file of this command: {error}") from error

    def __contains__(self, settings: Settings) -> bool:
        return _key(settings) in self._results

    def __getitem__(self, settings: Settings) -> Any:
        return self._results[_key(settings)]

    def add(self, settings: Settings, result: Any) -> None:
        """Keeps a result; it is on disk on return."""
        result = rounded(result)
        line = json.dumps({"settings": settings, "result": result}) + "\n"
        with self._path.open("ab") as file:
            file.write(line.encode())
            file.flush()
            os.fsync(file.fileno())
        self._results[_key(settings)] = result
