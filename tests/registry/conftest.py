"""Fixtures for the tests of the registry floor."""

from tests.agreements.fixtures import catalogue

__all__ = ["catalogue"]
