"""Words that only some may read: planted in every confidential place, looked for in every answer."""

from dataclasses import dataclass, field


@dataclass
class Secrets:
    """``word(name, *groups)`` makes a word that only people of these groups may meet. The operator reads every table."""

    known_to: dict[str, frozenset[str]] = field(default_factory=dict)

    def word(self, name: str, *groups: str) -> str:
        """A word of letters alone, which no encoding changes, and which is no part of another one."""
        word = f"zq{''.join(letter for letter in name.casefold() if letter.isalpha())}qz"
        if self.known_to.get(word, frozenset(groups)) != frozenset(groups):
            raise ValueError(f"{word} is planted twice, for different groups")
        self.known_to[word] = frozenset(groups)
        return word

    def told(self, groups: frozenset[str], text: str) -> list[str]:
        """Which words stand in the text though none of the groups may know them. ``text`` is in small letters."""
        if "zq" not in text:
            return []
        return [word for word, known in self.known_to.items() if word in text and not known & groups]
