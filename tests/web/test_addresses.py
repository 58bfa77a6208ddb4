"""An address of numbers is learnt once; it must say what the library says, for every door."""

import pytest
from flask import url_for
from werkzeug.routing import IntegerConverter

from lms.web.addresses import address


def of_numbers(app):
    for rule in app.url_map.iter_rules():
        if all(isinstance(one, IntegerConverter) for one in rule._converters.values()):
            yield rule


def test_every_address_of_numbers_is_what_the_library_says(app):
    rules = list(of_numbers(app))
    assert len(rules) > 300
    with app.test_request_context():
        for rule in rules:
            for first in (1, 70_000_000_123):
                values = {name: first + place for place, name in enumerate(rule.arguments)}
                expected = url_for(rule.endpoint, **values)
                assert address(rule.endpoint, **values) == expected
                assert address(rule.endpoint, **values, page=first) == url_for(
                    rule.endpoint, **values, page=first
                )


def test_words_and_nothing_are_written_as_the_library_writes_them(app):
    with app.test_request_context():
        for values in ({"q": "张 三&%s"}, {"q": ""}, {"q": None}, {"yes": True}, {"n": [1, 2]}):
            assert address("people.search", **values) == url_for("people.search", **values)


def test_of_the_same_numbers_with_and_without_an_empty_word_each_is_its_own(app):
    with app.test_request_context():
        for name in (5, "", 6):
            values = {"page": 3, "q": name}
            assert address("people.search", **values) == url_for("people.search", **values)


@pytest.mark.parametrize("page", ["/people/", "/exams/"])
def test_a_short_name_is_that_of_the_room_one_is_in(app, page):
    with app.test_request_context(page):
        name = ".search" if page == "/people/" else ".mine"
        assert address(name) == url_for(name)
