"""What `make run` calls: the whole portal on one machine, until Ctrl-C."""

import sys

from portal.embedded.launcher import main

sys.exit(main())
