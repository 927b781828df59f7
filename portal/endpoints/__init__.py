"""What every address of the API has in common: read-only, the two clocks, pages by cursor, conditional GET."""

from portal.endpoints.answering import DISCLAIMER, Endpoint, ListEndpoint

__all__ = ["DISCLAIMER", "Endpoint", "ListEndpoint"]
