"""Reading a file as rows, with the place of each; anything wrong with the file as a whole is a BadFile."""

import csv
import io
import json
from functools import cached_property
from pathlib import Path

from registry.intake.reporting import BadFile


class Source:
    """A file's bytes with the folder it lies in, where its sister files are looked up."""

    def __init__(self, path):
        self.path = Path(path)
        try:
            self.content = self.path.read_bytes()
        except OSError as error:
            raise BadFile(f"The file cannot be read: {error.strerror}.") from error

    @cached_property
    def text(self) -> str:
        """The content as UTF-8, without a byte order mark."""
        try:
            return self.content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise BadFile(f"The file is not UTF-8: byte {error.start + 1} cannot be read.") from error

    @property
    def is_json(self) -> bool:
        """True when the content starts as JSON does."""
        return self.text.lstrip()[:1] in ("[", "{")

    @cached_property
    def heads(self) -> set[str]:
        """The column names, or the keys that the file's objects have."""
        if self.is_json:
            return {key for _row, one in self.objects() for key in one}
        try:
            return set(next(csv.reader(io.StringIO(self.text)), []))
        except csv.Error as error:
            raise BadFile(f"The file is not CSV: {error}.") from error

    def objects(self) -> list[tuple[int, dict]]:
        """The objects of a JSON list, with row numbers as if they stood under a heading."""
        try:
            rows = json.loads(self.text)
        except json.JSONDecodeError as error:
            raise BadFile(f"The file is not JSON: line {error.lineno}: {error.msg}.") from error
        if not isinstance(rows, list) or not all(isinstance(one, dict) for one in rows):
            raise BadFile("The file is not a list of objects.")
        return list(enumerate(rows, start=2))

    def lines(self) -> list[tuple[int, dict]]:
        """The rows of a CSV file; every row must have as many cells as the heading."""
        reader = csv.reader(io.StringIO(self.text), strict=True)
        try:
            head, *rows = reader
        except (csv.Error, ValueError) as error:
            raise BadFile(f"The file is not CSV: line {reader.line_num}: {error}.") from error
        filled = [(number, cells) for number, cells in enumerate(rows, start=2) if cells]
        for number, cells in filled:
            if len(cells) != len(head):
                raise BadFile(f"Row {number} has {len(cells)} cells, the heading has {len(head)}.")
        return [(number, dict(zip(head, cells, strict=True))) for number, cells in filled]

    def sister(self, name: str) -> list[dict]:
        """The objects of another file in the same folder; none when it is absent or unreadable."""
        try:
            return [one for _row, one in Source(self.path.with_name(name)).objects()]
        except BadFile:
            return []
