# SPDX-License-Identifier: Apache-2.0
"""The documentation site, built as `./dev docs` builds it: no warning, no dead link, all in it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import silu

ROOT = Path(__file__).parents[2]


class Page(HTMLParser):
    """The ids, the links and the title of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.language = ""
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.ids.add(value)
            elif name in ("href", "src") and value:
                self.links.append(value)
            elif tag == "html" and name == "lang" and value:
                self.language = value


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", str(ROOT / "docs")]
    done = subprocess.run([*command, str(folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def site(folder: Path) -> dict[Path, Page]:
    return {path: Page(path) for path in folder.rglob("*.html")}


def test_every_link_leads_to_a_file_and_a_place_in_it(site: dict[Path, Page]) -> None:
    dead = []
    checked = 0
    for path, found in site.items():
        for link in found.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchor = unquote(parts.fragment)
            known = site[target].ids if target in site else None
            if not target.exists() or (anchor and known is not None and anchor not in known):
                dead.append(f"{path.name}: {link}")
            checked += 1
    assert dead == []
    assert checked > 1000


def test_every_page_of_docs_is_in_the_contents(folder: Path, site: dict[Path, Page]) -> None:
    contents = {link.partition("#")[0] for link in site[folder / "index.html"].links}
    sources = [path.relative_to(ROOT / "docs") for path in (ROOT / "docs").rglob("*.md")]
    assert len(sources) > 10
    for source in sources:
        assert source.with_suffix(".html").as_posix() in contents or source.name == "index.md"


def test_pages_say_their_language(site: dict[Path, Page]) -> None:
    assert {found.language for found in site.values()} == {"en"}


def test_every_public_name_of_python_has_a_place(folder: Path, site: dict[Path, Page]) -> None:
    ids = site[folder / "reference/python.html"].ids
    names = [name for name in silu.__all__ if not name.startswith("__")]
    assert len(names) > 20
    for name in names:
        assert f"silu-{name.lower().replace('_', '-')}" in ids


def test_every_public_name_of_the_adapters_has_a_place(
    folder: Path, site: dict[Path, Page]
) -> None:
    """Their lists __all__."""
    ids = site[folder / "reference/modules.html"].ids
    modules = [
        (name, path)
        for name in ("torch", "tensorflow", "jax", "keras")
        for path in (ROOT / "python/silu").glob(f"{name}*/__init__.py")
    ]
    assert modules
    for module, path in modules:
        assignments = [
            node for node in ast.parse(path.read_text()).body if isinstance(node, ast.Assign)
        ]
        (names,) = [a.value for a in assignments if ast.unparse(a.targets[0]) == "__all__"]
        for name in ast.literal_eval(names):
            assert f"silu-{module}-{name.lower().replace('_', '-')}" in ids


def test_classes_of_the_adapters_are_shown_as_they_are_called(folder: Path) -> None:
    html = (folder / "reference/modules.html").read_text(encoding="utf-8")
    text = re.sub(r"<[^>]+>", "", html)
    assert "__init__" not in text
    assert "SiLU(inplace: bool = False)" in text  # as torch.nn.SiLU


def test_every_function_of_the_c_headers_has_a_place(folder: Path, site: dict[Path, Page]) -> None:
    text = " ".join(site[folder / "reference/c.html"].ids)
    for header in (ROOT / "include/silu").glob("*.h"):
        for name in re.findall(r"^SILU_API .*?\b(silu_\w+)\(", header.read_text(), re.MULTILINE):
            assert name.replace("_", "-") in text, name


def test_every_object_of_the_main_cpp_header_has_a_place(
    folder: Path, site: dict[Path, Page]
) -> None:
    ids = site[folder / "reference/cpp.html"].ids
    header = (ROOT / "include/silu/silu.hpp").read_text()
    names = re.findall(r"^inline constexpr .*?(\w+);$", header, re.MULTILINE)
    assert len(names) > 10
    for name in names:
        assert f"silu-silu-hpp-{name.replace('_', '-')}" in ids
