"""Accounts for the tests of signing in."""

import pytest

from tests.accounts.people import Accounts


@pytest.fixture
def accounts(app, make):
    return Accounts(app, make)


@pytest.fixture
def phone(accounts):
    return accounts.phone()
