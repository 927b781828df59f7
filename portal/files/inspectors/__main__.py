"""The process that looks into one file: it limits itself first, then reads."""

import json
import resource
import sys

MOST_MEMORY, MOST_SECONDS, LARGEST_OUTPUT = 1024**3, 60, 300 * 1024**2


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_OUTPUT, LARGEST_OUTPUT))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(kind: str, source: str, target: str) -> dict[str, str]:
    """What was found in the file: ``{"fault": ""}`` when it may be taken."""
    # Only now, with the limits in place: the parsers are what must not run without them.
    from portal.files.inspectors import image, kinds, ooxml, pdf
    from portal.files.inspectors.faults import Fault

    try:
        kinds.check_kind(source, kind)
        if kind == kinds.PDF:
            pdf.inspect(source, target)
        elif kind in (kinds.PNG, kinds.JPEG):
            image.inspect(source, target, kind)
        else:
            ooxml.inspect(source, target, kind)
    except Fault as fault:
        return {"fault": fault.code, "detail": fault.detail}
    except (MemoryError, RecursionError):
        return {"fault": "budget", "detail": "memory"}
    return {"fault": "", "detail": ""}


if __name__ == "__main__":
    _limit()
    print(json.dumps(main(*sys.argv[1:])))
