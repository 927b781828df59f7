"""Why something is not done, as the API says it."""


class Refused(Exception):
    """Nothing was done. ``code`` names the kind of problem (``portal.api.problems``), ``errors`` the fields at fault."""

    def __init__(self, code: str, words: str, errors: list[dict] | None = None):
        super().__init__(words)
        self.code, self.errors = code, errors
