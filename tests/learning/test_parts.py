"""How much of a file an answer carries, and how many come for a whole one at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.errors import TooMany
from lms.learning.parts import PART, Places, stretch

SIZE = 3 * PART


@pytest.mark.parametrize(
    ("asked", "player", "download"),
    [
        ("", (0, SIZE - 1), (0, SIZE - 1)),
        ("bytes=0-", (0, PART - 1), (0, SIZE - 1)),
        ("bytes=5-8", (5, 8), (5, 8)),
        ("bytes=-5", (SIZE - 5, SIZE - 1), (SIZE - 5, SIZE - 1)),
        (f"bytes={PART}-", (PART, 2 * PART - 1), (PART, SIZE - 1)),
        ("bytes=-", (0, SIZE - 1), (0, SIZE - 1)),
        ("pages=1-2", (0, SIZE - 1), (0, SIZE - 1)),
    ],
)
def test_a_player_gets_a_part_and_a_download_the_rest(asked, player, download):
    assert stretch(asked, SIZE, PART) == player
    assert stretch(asked, SIZE, None) == download


@given(st.lists(st.integers(0, SIZE - 1), max_size=5))
def test_a_download_that_breaks_off_anywhere_and_goes_on_is_whole(breaks):
    at, held = 0, []
    for end in [*sorted(breaks), SIZE - 1]:
        first, last = stretch(f"bytes={at}-" if at else "", SIZE, None)
        assert (first, last) == (at, SIZE - 1)
        held.append((first, end))
        at = end + 1
        if at >= SIZE:
            break
    assert held[0][0] == 0 and held[-1][1] == SIZE - 1
    assert all(one[1] + 1 == other[0] for one, other in zip(held, held[1:], strict=False))


def test_a_place_is_free_again_once_however_a_download_ends():
    places = Places(2)
    first, second = places.take(), places.take()
    with pytest.raises(TooMany):
        places.take()
    assert b"".join(first.held_by([b"a", b"b"])) == b"ab"
    first.leave()  # the line is closed as well
    third = places.take()
    broken = second.held_by([b"a", b"b"])
    next(broken)
    broken.close()  # the phone is gone
    fourth = places.take()
    with pytest.raises(TooMany):
        places.take()
    third.leave()
    fourth.leave()
