# SPDX-License-Identifier: Apache-2.0
"""Sphinx directives for the reference: what the public headers and the Python docstrings say.

    ```{header} silu/silu.h
    ```
    ```{python} silu
    ```
    ```{modules}
    ```

The last reads source files and imports nothing, so that it needs no framework.

All have the same form, paragraphs and parts ("Value", "Example"); no markup is read in them.
"""

from __future__ import annotations

import importlib
import inspect
import re
import textwrap
import tomllib
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import griffe
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

ROOT = Path(__file__).resolve().parents[2]
_SPDX = re.compile(r"^SPDX-License-Identifier:.*$", re.MULTILINE)


class Entry(NamedTuple):
    """Something that is declared, with its documentation."""

    name: str
    declaration: str
    text: str


# --- Headers -----------------------------------------------------------------------------------


def _blocks(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Documentation comments that begin a line, and the lines from each to the next."""
    starts = [
        number
        for number, line in enumerate(lines)
        if line.startswith(("/* ", "/// ")) and not (number and lines[number - 1].startswith("///"))
    ]
    for start, following in zip(starts, [*starts[1:], len(lines)], strict=True):
        end = start
        if lines[start].startswith("///"):
            while lines[end].startswith("///"):
                end += 1
            text = [line[4:] for line in lines[start:end]]
        else:
            while "*/" not in lines[end]:
                end += 1
            end += 1
            text = [re.sub(r"^(/\* | \* ?)|\s*\*/$", "", line) for line in lines[start:end]]
        yield "\n".join(text), lines[end:following]


def _declaration(lines: list[str]) -> str:
    """The declarations that follow a comment at once, without the bodies of functions."""
    kept: list[str] = []
    depth = 0
    for line in lines:
        if depth == 0 and (not line.strip() or re.match(r"#(?!define)|//|\}|namespace", line)):
            break
        depth += line.count("{") - line.count("}")
        kept.append(line)
    text = "\n".join(kept).replace("SILU_API ", "").replace(" SILU_INT", "")
    is_type = re.search(r"\b(struct|class|enum|concept)\b[^()]*\{", text)
    body = None if is_type else re.search(r"\)[^;{]*?( \{)", text)
    return text[: body.start(1)] + ";" if body else text


_NAMES = (
    r"^(?:struct|class|concept|using) (\w+)",
    r"^\} (\w+);$",
    r"^(?:inline )?constexpr .*?\b(\w+) =",
    r"\b(\w+)\(",
    r"^#define (\w+)",
    r"\b(\w+)(?:\{.*\})?(?: = .*)?;$",
)


def _name(declaration: str) -> str:
    code = re.sub(r"/\*.*?\*/|//.*", "", declaration, flags=re.DOTALL)
    code = re.sub(r"^(template|requires)\b.*$|SILU_\w+(?=\()", "", code, flags=re.MULTILINE)
    for pattern in _NAMES:
        found = re.findall(pattern, code, re.MULTILINE)
        if found:
            return ", ".join(dict.fromkeys(found))
    raise ValueError(f"no name is declared in {declaration!r}")


def read_header(path: Path) -> tuple[str, list[Entry]]:
    """What a header says of itself, and its entries."""
    blocks = list(_blocks(path.read_text(encoding="utf-8").splitlines()))
    head, _ = blocks[0]
    entries = []
    for text, following in blocks[1:]:
        declaration = _declaration(following)
        if declaration:
            entries.append(Entry(_name(declaration), declaration, text))
    return _SPDX.sub("", head).strip(), entries


# --- Docstrings --------------------------------------------------------------------------------


class _Bare(str):
    """An annotation or a default, which a signature shows as it is written."""

    __repr__ = str.__str__


def _bare(thing: Any) -> Any:
    if isinstance(thing, type) and thing is not inspect.Parameter.empty:
        return _Bare(f"{thing.__module__}.{thing.__qualname__}")
    return thing


def _inspected(thing: Any) -> str:
    signature = inspect.signature(thing)
    parameters = [
        parameter.replace(
            annotation=_annotation(parameter.annotation), default=_bare(parameter.default)
        )
        for parameter in signature.parameters.values()
    ]
    result = _annotation(signature.return_annotation)
    return str(signature.replace(parameters=parameters, return_annotation=result))


def _annotation(annotation: Any) -> Any:
    return _Bare(annotation) if isinstance(annotation, str) else annotation


def _signature(thing: Any, name: str, doc: str) -> tuple[str, str]:
    """How name is called, and the documentation without that."""
    first, _, rest = doc.partition("\n")
    if re.match(rf"{name}\(", first):  # NumPy writes a ufunc's there
        return first, rest
    try:
        return name + _inspected(thing), doc
    except (TypeError, ValueError):
        return name, doc


def read_module(name: str) -> tuple[str, list[Entry]]:
    """A module's docstring, and an entry for each name that it exports and documents."""
    module = importlib.import_module(name)
    entries = []
    for exported in module.__all__:
        thing = getattr(module, exported)
        if isinstance(thing, str):
            continue
        signature, doc = _signature(thing, exported, inspect.getdoc(thing) or "")
        entries.append(Entry(exported, signature, doc.strip()))
        if not isinstance(thing, type):
            continue
        for method in (name for name in vars(thing) if not name.startswith("_")):
            member = getattr(thing, method)
            call = _signature(member, method, "")[0] if callable(member) else method
            member_doc = inspect.getdoc(vars(thing)[method]) or ""
            entries.append(Entry(f"{exported}.{method}", call, member_doc))
    return inspect.getdoc(module) or "", entries


def _call(thing: griffe.Object) -> str:
    """How a function, or a class, is called."""
    if not isinstance(thing, griffe.Class):
        return thing.signature() if isinstance(thing, griffe.Function) else thing.name
    bases = ", ".join(str(base) for base in thing.bases)
    constructor = thing.all_members.get("__init__")
    if not isinstance(constructor, griffe.Function):
        return f"class {thing.name}({bases})"
    call = constructor.signature(return_type=False, name=thing.name)
    return f"class {thing.name}({bases})\n{call}"


def read_source(name: str) -> tuple[str, list[Entry]]:
    """The same as read_module, of the source."""
    module = griffe.load(name, search_paths=[ROOT / "python"], resolve_aliases=True)
    entries = []
    for exported in map(str, module.exports or []):
        thing = module[exported]
        thing = thing.final_target if thing.is_alias else thing
        text = thing.docstring.value if thing.docstring else ""
        entries.append(Entry(exported, _call(thing), text))
    return module.docstring.value if module.docstring else "", entries


# --- Nodes -------------------------------------------------------------------------------------

_PARTS = "(?:Value|Dtypes|Exactness|Special values|Source|Parameters|Returns|Raises|Shapes)"
_PART = re.compile(r"^(\w[\w ]*)\n-+$", re.MULTILINE)


def _code(text: str, language: str) -> nodes.literal_block:
    return nodes.literal_block(text, text, language=language)


def _paragraphs(text: str, language: str) -> Iterator[nodes.Node]:
    """Paragraphs; examples are code, and what else is indented stays as it is."""
    text = _PART.sub(r"\n\1: ", text)  # NumPy's headings, as the headers write them
    text = re.sub(r"^(Examples?:)\s*\n", r"\n\1\n\n", text, flags=re.MULTILINE)
    is_example = False
    for paragraph in re.split(r"\n\s*\n", text.strip("\n")):
        if paragraph.strip() in ("Example:", "Examples:"):
            is_example = True
        elif paragraph.startswith(">>>"):
            yield _code(paragraph, language)
        else:
            for is_code, lines in groupby(
                paragraph.split("\n"), lambda line: line.startswith("  ")
            ):
                block = textwrap.dedent("\n".join(lines))
                if is_code:
                    yield _code(block, language if is_example else "none")
                else:
                    yield from _prose(block)


def _prose(text: str) -> Iterator[nodes.Node]:
    """A paragraph for each part ("Value: ..."), or one."""
    for lines in re.split(rf"\n(?={_PARTS}:)", text.strip()):
        found = re.match(rf"({_PARTS}):\s+", lines)
        paragraph = nodes.paragraph()
        if found:
            paragraph += [nodes.strong(found[1], found[1]), nodes.Text(" ")]
            lines = lines[found.end() :]
        paragraph += nodes.Text(re.sub(r"\s*\n\s*", " ", lines))
        yield paragraph


def _place(name: str, title: nodes.Node, content: Iterable[nodes.Node]) -> nodes.section:
    section = nodes.section(ids=[nodes.make_id(name)], names=[name])
    section += nodes.title("", "", title)
    section.extend(content)
    return section


def _reference(name: str, head: str, entries: list[Entry], language: str) -> Iterator[nodes.Node]:
    """The text of a file or module, and a section for each entry."""
    yield from _paragraphs(head, language)
    for entry in entries:
        declaration = _code(entry.declaration, language)
        declaration["classes"].append("declaration")
        content = [declaration, *_paragraphs(entry.text, language)]
        yield _place(f"{name}-{entry.name}", nodes.literal(entry.name, entry.name), content)


class Header(SphinxDirective):
    """A public header: its file comment, and each documented declaration."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Of include/ARGUMENT."""
        path = ROOT / "include" / self.arguments[0]
        self.env.note_dependency(str(path))
        language = "c" if path.suffix == ".h" else "cpp"
        return [*_reference(self.arguments[0], *read_header(path), language)]


class Python(SphinxDirective):
    """A Python module: its docstring, and each exported name's."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Of the module as it is installed."""
        return [*_reference(self.arguments[0], *read_module(self.arguments[0]), "python")]


class Modules(SphinxDirective):
    """The modules that need an extra, and have its name: adapters of frameworks, the report."""

    def run(self) -> list[nodes.Node]:
        """A section for each."""
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        package = ROOT / "python" / project["name"]
        sections = []
        for extra in project["optional-dependencies"]:
            if (package / f"{extra}.py").exists() or (package / extra / "__init__.py").exists():
                name = f"{project['name']}.{extra}"
                content = _reference(name, *read_source(name), "python")
                sections.append(_place(name, nodes.literal(name, name), content))
        return sections


def setup(app: Sphinx) -> dict[str, bool]:
    """Sphinx calls this."""
    app.add_directive("header", Header)
    app.add_directive("python", Python)
    app.add_directive("modules", Modules)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
