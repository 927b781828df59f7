"""The portal: the foundation all rooms stand on, and the shell that stands on all rooms."""
