# SPDX-License-Identifier: Apache-2.0
"""Makes a test of each example in the comments of the public headers.

An example is what follows a comment's line "Example:", indented by two more spaces than its text.
"""

import re
import sys
from pathlib import Path

HEAD = """// Made from the headers by extract_examples.py.
#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <cstring>
#include <list>
#include <span>
#include <vector>

{includes}

#undef assert
#define assert(claim) EXPECT_TRUE((claim))
"""

MARK = re.compile(r"^(?: \*|///) Example:$")
CODE = re.compile(r"^(?: \*|///)   (.*)$")


def examples(header: Path) -> list[tuple[int, list[str]]]:
    """Line numbers and code of the examples in a header."""
    found: list[tuple[int, list[str]]] = []
    inside = False
    for number, line in enumerate(header.read_text(encoding="utf-8").splitlines(), start=1):
        code = CODE.match(line)
        if MARK.match(line):
            inside = True
            found.append((number, []))
        elif inside and code:
            found[-1][1].append(code.group(1))
        else:
            inside = False
    return found


def main() -> None:
    output, *headers = (Path(argument) for argument in sys.argv[1:])
    text = HEAD.format(includes="\n".join(f'#include "silu/{header.name}"' for header in headers))
    for header in headers:
        found = examples(header)
        if not found or not all(code for _, code in found):
            sys.exit(f"{header}: has no example, or an empty one")
        for number, code in found:
            name = f"{header.stem}_{header.suffix[1:]}_{number}"
            body = "\n".join(f"  {line}" for line in code)
            text += (
                f'\n#line {number + 1} "{header}"\nTEST(HeaderExamples, {name}) {{\n{body}\n}}\n'
            )
    output.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
