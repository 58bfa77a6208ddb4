"""The floors in docs/architecture.md are the floors in the code."""

import ast
import re
from functools import cache
from pathlib import Path

PLAN = Path("docs/architecture.md").read_text()
ROWS = [
    row
    for row in PLAN.splitlines()
    if re.match(r"\| (roof|telling|doing|what|who|ground|bed)", row)
]
FLOORS = [re.findall(r"`(\w+)`", row) for row in ROWS]
HEIGHT = {
    room: (len(FLOORS) - number, place)
    for number, floor in enumerate(FLOORS)
    for place, room in enumerate(floor)
}
BEDROCK, GROUND = set(FLOORS[-1]), set(FLOORS[-2])
# The six drawers in their order, with the pure and the special ones where they belong.
DRAWERS = ["vocabulary", "posts", "rules", "places", "rows", "layout", "files", "reading"]
DRAWERS += ["tables", "charts"]
PURE_DRAWERS = set(DRAWERS)
DRAWERS += ["models", "queries", "saving", "services", "forms", "views"]
FILES = [file for file in Path("lms").rglob("*.py") if file.name != "__init__.py"]
FRAMEWORKS = {"flask", "flask_sqlalchemy", "flask_babel", "sqlalchemy", "wtforms"}
SAYS_SQL = re.compile(r"read_sql\(|db\.engine|\.connection\(\)|\btext\(\"|\btext\('")


def room_of(file: Path) -> str:
    return file.relative_to("lms").parts[0].removesuffix(".py")


@cache
def source(file: Path) -> str:
    return file.read_text()


@cache
def nodes(file: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(source(file))))


@cache
def imports(file: Path) -> list[str]:
    """Every module named, `from a import b` as a.b."""
    names = []
    for node in nodes(file):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom):
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


def roots(file: Path) -> set[str]:
    return {name.split(".")[0] for name in imports(file)}


def test_every_room_is_on_the_plan_and_every_room_on_the_plan_exists():
    assert {room_of(file) for file in FILES} == set(HEIGHT)


def reaches_up(file: Path, name: str) -> bool:
    """Whether what this file imports stands on a higher floor, or in a later drawer of its room."""
    steps, me = name.split("."), room_of(file)
    if steps[0] != "lms" or len(steps) < 2:
        return False
    other = steps[1]
    if other != me:
        low, high = HEIGHT[other], HEIGHT[me]
        return not (low[0] < high[0] or (low[0] == high[0] and low[1] < high[1]))
    drawer = steps[2] if len(steps) > 2 else ""
    if drawer not in DRAWERS or file.stem not in DRAWERS:
        return False
    return DRAWERS.index(drawer) >= DRAWERS.index(file.stem)


def test_no_room_reaches_up():
    up = [f"{file} -> {name}" for file in FILES for name in imports(file) if reaches_up(file, name)]
    assert up == []


def test_pure_rooms_know_no_page_and_no_table():
    pure = [file for file in FILES if room_of(file) in BEDROCK or file.stem in PURE_DRAWERS]
    assert len(pure) > len(BEDROCK)
    assert [
        (str(file), roots(file) & FRAMEWORKS) for file in pure if roots(file) & FRAMEWORKS
    ] == []


def test_only_the_transaction_commits():
    """The session passes it on to the line that its request holds."""
    callers = [str(file) for file in FILES if ".commit()" in source(file)]
    assert callers == ["lms/db.py", "lms/web/transaction.py"]
    assert set(re.findall(r"\S+\.commit\(\)", source(Path("lms/db.py")))) == {
        "super().commit()",
        "held.commit()",
    }


def test_views_speak_no_sql_and_services_no_http():
    for file in FILES:
        if file.stem == "views":
            assert "sqlalchemy" not in roots(file), file
            assert "lms.db.db" not in imports(file), file
        if file.stem in ("services", "queries", "rules", "models", "saving"):
            assert not roots(file) & {"flask", "wtforms"}, file


def test_nobody_goes_round_the_scope():
    keepers = {"lms/access/listeners.py", "lms/access/own.py"}  # they look at the scope before
    allowed = {"lms/exams/saving.py", "lms/held.py"} | keepers  # what own.py asks, held.py says
    found = {str(file) for file in FILES if SAYS_SQL.search(source(file))}
    assert {file for file in found if not file.startswith("lms/commands/")} <= allowed
    askers = [str(file) for file in FILES if any(n.startswith("lms.held") for n in imports(file))]
    assert askers == ["lms/access/own.py"]


def test_no_view_sees_everything():
    views = [file for file in FILES if file.stem == "views"]
    assert not [str(file) for file in views if "seeing_everything" in source(file)]


def test_time_and_chance_are_made_in_two_files():
    """datetime.now, time.time, date.today and the modules random and secrets, nowhere else."""
    words = re.compile(r"\bdatetime\.now\(|utcnow\(|\btime\.time\(|\bdate\.today\(|\bnow\(UTC\)")
    makers = {
        str(file)
        for file in FILES
        if words.search(source(file)) or {"random", "secrets"} & roots(file)
    }
    assert makers == {"lms/clock.py", "lms/dice.py"}


def test_a_refusal_is_a_constant_sentence():
    """The sentence is the message id; a value put into it by hand could never be translated."""
    kinds = {"NotFound", "NotAllowed", "NotSignedIn", "Conflict", "Invalid", "TooMany"}
    for file in FILES:
        for node in nodes(file):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in kinds and node.args:
                assert not isinstance(node.args[0], ast.JoinedStr), f"{file}:{node.lineno}"


def test_no_file_is_too_long_to_read():
    long = {str(file): len(source(file).splitlines()) for file in FILES}
    assert not {file: lines for file, lines in long.items() if lines > 400}


def test_every_module_says_what_it_is_for():
    silent = [str(file) for file in FILES if not ast.get_docstring(nodes(file)[0])]
    assert silent == []
