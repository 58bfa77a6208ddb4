"""Whatever befalls the exam hall: what was acknowledged is stored, once, and scored by the rule.

    python -m benchmarks.torture_hall [--seconds 180] [--people 24] [--seed 1]

Cadres sit again and again while web workers, job workers, the whole server and PostgreSQL are
killed, the disk is full, a crowd fills the house, the line drops, doubles, delays and reorders,
pages are reloaded, devices changed, clocks wrong. On PostgreSQL, then on SQLite, each for so many
seconds and what it takes to end every attempt. Whatever is not as it must be is said, and makes
the exit code 1.
"""

import argparse
import asyncio
import random
import sys
import tempfile
from collections import Counter
from contextlib import suppress
from pathlib import Path
from time import time

from sqlalchemy import func, select

from benchmarks.counting import keys_of, scored_wrong, stored
from benchmarks.figures import say
from benchmarks.filling import Hall, hall
from benchmarks.house import House
from benchmarks.phone import Phone
from benchmarks.torture_house import Disk, Fate, Postgres, Program
from benchmarks.torture_line import Line
from benchmarks.torture_model import Ended, Model, amiss
from benchmarks.torture_people import Cadre, World
from lms.access.scope import seeing_everything
from lms.clock import system_clock
from lms.db import db
from lms.exams.models import Attempt

AT_LEAST = 200  # faults
MINUTES, BELL = 1, 15  # of an attempt; seconds until the bell
MEGABYTES = 700
LONGEST_END = 240  # seconds until every attempt has ended
HEAD = "---\nid: q-{n}\ntype: {kind}\nabilities: [LAW]\npoints: 2\n---\n题面暗记{n}，{asks}\n\n"
KINDS = {
    "single": ("哪一项对？", " x  "),
    "multiple": ("哪两项对？", "x x "),
    "true_false": ("对不对？", "x "),
    "blank": ("须有{{{{答案暗记{n}}}}}的村民参加。", ""),
}
SLOTS = 12


def main() -> int:
    asked = _asked()
    wrong = []
    for kind in asked.on or ("PostgreSQL", "SQLite"):
        with tempfile.TemporaryDirectory(prefix="lms_torture_") as place:
            Path(place).chmod(0o755)
            wrong += tortured(Path(place), kind, asked.seconds, asked.people, asked.seed)
    for line, times in Counter(wrong).most_common(50):
        say(f"WRONG  {line}" + (f" ({times} times)" if times > 1 else ""))
    say(f"{len(wrong)} wrong" if wrong else "Everything acknowledged is stored, once, and scored.")
    return 1 if wrong else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=180)
    parser.add_argument("--people", type=int, default=24)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--on", action="append", choices=("PostgreSQL", "SQLite"))
    return parser.parse_args()


def tortured(place: Path, kind: str, seconds: int, people: int, seed: int) -> list[str]:
    """What was wrong after so many seconds of torture."""
    say(f"\n{kind}, {people} people, {seconds} seconds, seed {seed}")
    small = place / "disk"
    small.mkdir(mode=0o755)
    disk = Disk(small, MEGABYTES)
    if not disk.mounted:
        say("  no small file system can be mounted here: the disk is never full")
    postgres = program = None
    try:
        postgres = Postgres(small / "postgres", place / "log") if kind == "PostgreSQL" else None
        var, url = small / "var", postgres.url if postgres else ""
        program = Program(var, url, place / "log")
        house = House(var, url)
        faults: Counter[str] = Counter()
        fate = Fate(program, postgres, disk, random.Random(seed), faults)
        doors = _filled(house, people)
        world = asyncio.run(_lived(fate, house, doors, seconds, random.Random(seed + 1)))
        wrong = [*world.wrong, *_compared(house, doors, world)]
        house.close()
    finally:
        for running in (program, postgres):
            if running:
                running.stop()
        disk.unmount()
    for what, many in sorted(faults.items()):
        say(f"  {what:<40}{many:>6}")
    if (all_ := sum(many for what, many in faults.items() if what[0] != "(")) < AT_LEAST:
        wrong.append(f"only {all_} faults: let it run longer")
    return [f"{kind}: {one}" for one in wrong]


# ── the house ───────────────────────────────────────────────────────────────────────────────────


def _filled(house: House, people: int) -> Hall:
    """A county with an officer and cadres, a paper, an assessment whose bell rings soon."""
    from tests.exams.build import Hall as Builders
    from tests.make import Make

    with house.app.app_context(), seeing_everything():
        make = Make(db.engine, system_clock)
        built = Builders(make)
        cadres = [built.cadre(f"王{number}") for number in range(people)]
        paper = built.paper([_question(number) for number in range(1, SLOTS + 1)])
        listed = [(one.id, one.org_id) for one in cadres]
        facts = {"paper_id": paper.id, "org_id": built.county.id, "minutes": MINUTES}
        officer = built.officer.id
        make.session.commit()
        make.close()
    return hall(house, listed, officer, BELL, attempts=1000, **facts)


def _question(number: int) -> str:
    kind = list(KINDS)[number % len(KINDS)]
    asks, right = KINDS[kind]
    text = HEAD.format(n=number, kind=kind, asks=asks.format(n=number))
    for letter, sign in zip("ABCD", right, strict=False):
        said = "正确错误"["AB".index(letter) * 2 :][:2] if kind == "true_false" else ""
        text += f"- [{sign}] {said or f'选项暗记{number}{letter}'}\n"
    return f"{text}\n> 解析暗记{number}\n"


# ── the sitting ─────────────────────────────────────────────────────────────────────────────────


async def _lived(fate: Fate, house: House, doors: Hall, seconds: int, dice: random.Random) -> World:
    """So many seconds of torture, and what it takes to end every attempt."""
    line = Line(fate.program.port, dice, fate.faults)
    world = World(line, fate.faults, dice, SLOTS)
    fate.crowd = Phone(doors.cookies[0], doors.token, doors.assessment, packed=False).get("/exams/")
    cadres = [
        Cadre(world, Phone(cookie, doors.token, doors.assessment, packed=False), number)
        for number, cookie in enumerate(doors.cookies)
    ]
    keeping = asyncio.create_task(fate.keep())
    early = [asyncio.create_task(one.before_the_bell()) for one in cadres]
    await asyncio.sleep(max(doors.bell - 0.3 - time(), 0))
    world.rung = True
    await asyncio.gather(*early)
    striking = asyncio.create_task(fate.strike())
    living = [asyncio.create_task(one.live()) for one in cadres]
    await asyncio.sleep(seconds)
    fate.still = world.ending = True
    await striking
    line.bad = 0
    await asyncio.gather(*living)
    await asyncio.gather(*(one.bring_home() for one in cadres))
    await asyncio.gather(*line.ghosts)
    await _all_ended(house, doors)
    keeping.cancel()
    with suppress(asyncio.CancelledError):
        await keeping
    return world


async def _all_ended(house: House, doors: Hall) -> None:
    """Until the house has ended what nobody handed in."""
    until = time() + LONGEST_END
    while time() < until and await asyncio.to_thread(_open, house, doors):
        await asyncio.sleep(2)


def _open(house: House, doors: Hall) -> bool:
    with house.app.app_context(), seeing_everything():
        mine = Attempt.assessment_id == doors.assessment
        query = select(func.count()).where(mine, Attempt.submitted_at.is_(None))
        return bool(db.session.scalar(query))


# ── what stands there afterwards ────────────────────────────────────────────────────────────────


def _compared(house: House, doors: Hall, world: World) -> list[str]:
    """What is wrong, of every attempt of the database and every model of a device."""
    with house.app.app_context(), seeing_everything():
        mine = Attempt.assessment_id == doors.assessment
        attempts = db.session.scalars(select(Attempt).where(mine)).all()
        keys = keys_of(doors.assessment)
        answers, results, marks = stored([one.id for one in attempts])
        found: list[str] = []
        for one in attempts:
            model, rows = world.models.get(one.id, Model()), answers[one.id]
            lines = list(amiss(model, rows, _ended(one)))
            if one.submitted_at is None:
                lines.append("has not ended")
            elif why := scored_wrong(rows, results[one.id], marks.get(one.id, (0, 0)), keys):
                lines.append(why)
            found += [f"attempt {one.id}: {line}" for line in lines]
        gone = set(world.models) - {one.id for one in attempts}
        found += [f"attempt {one} is gone" for one in sorted(gone)]
    kept = sum(len(model.kept) for model in world.models.values())
    said = sum(len(model.said) for model in world.models.values())
    say(f"  {len(attempts)} attempts, {said} choices, {kept} of them acknowledged")
    return found


def _ended(attempt: Attempt) -> Ended:
    openings = {one.turn: one.opened_at for one in attempt.openings}
    return Ended(attempt.ends_at, attempt.submitted_at, openings)


if __name__ == "__main__":
    sys.exit(main())
