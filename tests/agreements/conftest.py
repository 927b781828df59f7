"""Fixtures for the tests of the agreements floor."""

from tests.agreements.fixtures import catalogue

__all__ = ["catalogue"]
