"""What the tests of this room share."""

from tests.training.conftest import city, work

__all__ = ["city", "work"]
