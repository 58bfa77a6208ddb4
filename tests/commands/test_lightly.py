"""Classes that are made lightly are what they would be anyway, from the first use of a method."""

import dataclasses
from dataclasses import FrozenInstanceError, dataclass, field, replace

import pytest

from lms.commands.lightly import lightly


@pytest.fixture(params=[False, True], ids=["as ever", "lightly"])
def kinds(request):
    """A frozen class, one below it that adds a field, and one with slots."""
    if request.param:
        with lightly():
            return made()
    return made()


def made():
    @dataclass(frozen=True)
    class Unit:
        """A unit."""

        name: str
        above: tuple[str, ...] = ()

    @dataclass(frozen=True, kw_only=True)
    class Village(Unit):
        """A unit, and who lives there."""

        people: list[str] = field(default_factory=list, compare=False)

        def __post_init__(self):
            self.people.append("书记")

    @dataclass(slots=True, order=True)
    class Row:
        """A row of a sheet."""

        number: int
        words: str = ""

    return Unit, Village, Row


def test_they_are_filled_compared_counted_and_shown(kinds):
    unit, village, row = kinds
    here = unit("上王村", above=("历山镇",))
    assert (here.name, here.above) == ("上王村", ("历山镇",))
    assert here == unit("上王村", ("历山镇",)) != unit("下王村")
    assert len({here, replace(here), unit("下王村")}) == 2
    assert repr(here).endswith("Unit(name='上王村', above=('历山镇',))")
    assert row(1, "b") < row(2, "a") and row(3) == row(3, "")
    with pytest.raises(TypeError):
        unit()


def test_what_is_below_is_filled_by_itself_and_by_what_is_above(kinds):
    unit, village, _row = kinds
    here = village(name="上王村", people=["主任"])
    assert here.people == ["主任", "书记"] and village(name="甲").people == ["书记"]
    assert here == village(name="上王村") and here != unit("上王村")
    unit.__init__(here, "下王村")
    assert (here.name, here.people) == ("下王村", ["主任", "书记"])


def test_what_is_frozen_stays_so(kinds):
    here = kinds[0]("上王村")
    for _ in range(2):
        with pytest.raises(FrozenInstanceError):
            here.name = "下王村"
        with pytest.raises(FrozenInstanceError):
            del here.name


def test_a_method_that_was_called_stands_there_itself(kinds):
    unit = kinds[0]
    unit("上王村")
    assert unit.__init__.__code__.co_varnames == ("self", "name", "above")
    assert unit.__init__.__qualname__.endswith("Unit.__init__")


def test_afterwards_python_makes_them_as_ever():
    before = dict(vars(dataclasses))
    with lightly():
        pass
    assert dict(vars(dataclasses)) == before
