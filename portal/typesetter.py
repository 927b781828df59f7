"""The program that sets a document: what to set from standard input as JSON, the PDF to standard output.

It runs alone, without the portal and its secrets, under bounds of its own; see ``portal.typesetting``. What Typst remembers of a
document ends with it.
"""

import contextlib
import datetime
import json
import re
import resource
import sys

import typst

MEMORY = 1024**3
CPU_SECONDS = 10
LARGEST = 4 * 1024 * 1024
MISSING = "\N{WHITE SQUARE}"
_NO_FONT = re.compile(r'the text `"(.+?)"` could not be displayed')
_CODE_POINT = re.compile(r"\\u\{([0-9a-f]+)\}")


def main() -> None:
    """Set and write; any failure ends the process with a status other than 0."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    with contextlib.suppress(ValueError):  # macOS has no such bound
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    content = sys.stdin.buffer.read(LARGEST + 1)
    if len(content) > LARGEST:
        sys.exit(2)
    asked = json.loads(content)
    fonts, inputs = typst.Fonts(), asked["inputs"] | {"missing": ""}
    try:
        made = _set(asked, inputs, fonts)
    except typst.TypstError as error:
        letters = _letters_without_font(f"{error}\n{error.diagnostic}")
        if not letters:
            raise
        shown = dict.fromkeys(map(ord, letters), MISSING)
        inputs = {name: text.translate(shown) for name, text in inputs.items()}
        made = _set(asked, inputs | {"missing": asked["missing"]}, fonts)
    sys.stdout.buffer.write(made)


def _letters_without_font(said: str) -> set[str]:
    """Typst names each as it would stand in its own source, rare ones by their code point; ASCII letters always have a font."""
    named = "".join(_NO_FONT.findall(said))
    coded = _CODE_POINT.findall(named)
    return {letter for letter in _CODE_POINT.sub("", named) if not letter.isascii()} | {
        chr(int(code, 16)) for code in coded
    }


def _set(asked: dict, inputs: dict[str, str], fonts: typst.Fonts) -> bytes:
    return typst.compile(
        asked["template"].encode(),
        font_paths=fonts,
        sys_inputs=inputs,
        pdf_standards=["ua-1"],
        timestamp=datetime.datetime.fromisoformat(asked["at"]),
        format="pdf",
    )


if __name__ == "__main__":
    main()
