"""The medians that P10 compares, of the register that the environment names, as JSON: run at a tenth of the bodies."""

import json
import sys

import django

django.setup()

from django.test import Client  # noqa: E402

from tests.bench.rows import growing  # noqa: E402

if __name__ == "__main__":
    print(json.dumps(growing.medians(Client(), int(sys.argv[1]))))
