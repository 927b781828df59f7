"""Who is answered how: the expected status for each kind of person, said in few words."""

from tests.house.access.people import (
    ALL,
    BODY_PEOPLE,
    OPERATORS,
    OTHER_AUTHORITIES,
    OUTSIDERS,
    OWN_ROLES,
    UNPROVEN,
    UNSIGNED,
)

# Which ones of an authority's members may: a name for each set of roles of the table of rights.
EVERY_MEMBER = OWN_ROLES
WORKERS = ("own editor", "own approver")
APPROVERS = ("own approver",)
ADMINISTRATORS = ("own administrator",)
EXPORTERS = (*WORKERS, *ADMINISTRATORS)

Statuses = dict[str, int]


def everybody(status: int = 200, **others: int) -> Statuses:
    """The same for all; ``others`` by kind of person."""
    return dict.fromkeys(ALL, status) | _by_kind(others)


def signed_in(status: int = 200, others: Statuses | None = None) -> Statuses:
    """Whoever has an account; the others are sent to sign in."""
    return dict.fromkeys(ALL, status) | dict.fromkeys(UNSIGNED, 302) | (others or {})


def members(
    roles=EVERY_MEMBER,
    status: int = 200,
    *,
    elsewhere: int = 404,
    nobody: int = 404,
    others: Statuses | None = None,
) -> Statuses:
    """Members of the own authority in these roles.

    Its other members get 403, members of other authorities ``elsewhere``, whoever may act for none ``nobody``. Without a
    second factor one is sent to set it up.
    """
    return (
        dict.fromkeys((*OUTSIDERS, *BODY_PEOPLE, *OPERATORS), nobody)
        | dict.fromkeys(UNSIGNED, 302)
        | dict.fromkeys(UNPROVEN, 302)
        | dict.fromkeys(OWN_ROLES, 403)
        | dict.fromkeys(roles, status)
        | dict.fromkeys(OTHER_AUTHORITIES, elsewhere)
        | (others or {})
    )


def body_people(own: int, other: int) -> Statuses:
    """Who signs in for the world's body, and who for another one. For everybody else there is nothing."""
    others = {"representative": own, "other representative": other}
    return dict.fromkeys(ALL, 404) | dict.fromkeys(UNSIGNED, 302) | others


def operators(status: int) -> Statuses:
    """The operator alone; for everybody else there is nothing."""
    return dict.fromkeys(ALL, 404) | dict.fromkeys(UNSIGNED, 302) | {"operator": status}


def _by_kind(others: dict[str, int]) -> Statuses:
    return {kind.replace("_", " "): status for kind, status in others.items()}
