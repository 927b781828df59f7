"""Files made for the tests: good ones of every kind, and bad ones of every way in which a file can harm whoever opens it."""
