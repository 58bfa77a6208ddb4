"""What the tests of this room share."""

from pathlib import Path

import pytest

from tests.training.conftest import city, work

__all__ = ["city", "work"]


@pytest.fixture(scope="session")
def var(tmp_path_factory) -> Path:
    """Where the typeface is unpacked, once for all."""
    return tmp_path_factory.mktemp("var")
