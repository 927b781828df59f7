"""What can be wrong with a file. The words for people are made by ``portal.files.checking``."""


class Fault(Exception):
    """The file cannot be taken; ``code`` says why, ``detail`` what was found."""

    def __init__(self, code: str, detail: str = ""):
        super().__init__(f"{code}: {detail}")
        self.code, self.detail = code, detail
