"""Life cycles as data: which act leads from which state to which, and who owns it. Diagrams are generated from it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _


class NotAllowed(Exception):
    """The thing is not in a fit state for the act; the text says in words why."""


@dataclass(frozen=True)
class Transition:
    """One permitted act. ``source`` is the article, standard or page the rule comes from."""

    act: str
    before: tuple[str, ...]
    after: str
    owner: str
    source: str


@dataclass(frozen=True)
class Lifecycle:
    """States with their meaning, and the transitions between them. ``start`` is the state before any act."""

    name: str
    start: str
    states: dict[str, str]
    transitions: tuple[Transition, ...]

    def check(self, state: str, act: str) -> str:
        """Return the state after ``act``. Raises NotAllowed when the act does not follow from ``state``."""
        for transition in self.transitions:
            if transition.act == act and state in transition.before:
                return transition.after
        raise NotAllowed(
            _("“%(act)s” does not follow from the state “%(state)s”.")
            % {"act": act.replace("_", " "), "state": state.replace("_", " ")}
        )

    def diagram(self) -> str:
        """The life cycle as a Mermaid state diagram and two Markdown tables."""
        lines = [f"## {self.name}", "", "```mermaid", "stateDiagram-v2"]
        lines += [
            f"    {'[*]' if before == self.start else before} --> {t.after}: {t.act.replace('_', ' ')}"
            for t in self.transitions
            for before in t.before
        ]
        lines += ["```", "", "| state | meaning |", "| --- | --- |"]
        lines += [f"| {state.replace('_', ' ')} | {meaning} |" for state, meaning in self.states.items()]
        lines += ["", "| act | from | to | whose act | source |", "| --- | --- | --- | --- | --- |"]
        lines += [
            f"| {t.act.replace('_', ' ')} | {', '.join(b.replace('_', ' ') for b in t.before)} "
            f"| {t.after.replace('_', ' ')} | {t.owner} | {t.source} |"
            for t in self.transitions
        ]
        return "\n".join(lines) + "\n"
