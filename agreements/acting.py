"""Who acts, and for which authority: made at the edge, handed to every verb as ``by``."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Acting:
    """The actor of a verb.

    ``actor`` is the person or process as text; ``authority_code`` the authority acted for, or None; ``is_operator`` marks
    the operator of the portal, who loads what a source says on behalf of whoever the source is.
    """

    actor: str
    authority_code: str | None = None
    roles: frozenset[str] = field(default_factory=frozenset)
    is_operator: bool = False

    def acts_for(self, authority) -> bool:
        """True for a member acting for that authority, and for the operator."""
        return self.is_operator or self.authority_code == authority.code


def operator(process: str) -> Acting:
    """The operator, running a named process such as ``load_bodies``."""
    return Acting(actor=process, is_operator=True)
