"""Cadres with phones that are reloaded, changed, switched off, and whose clocks are wrong.

They keep to what the exam page does: every choice is kept on the device first, sent in batches,
forgotten when the server answers for it; where the house is full they come again when told to.
"""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field, replace
from time import monotonic

from benchmarks.phone import Answer, Kept, Phone, Said, heard
from benchmarks.torture_line import Line
from benchmarks.torture_model import Model, held_up, seen_too_early, told_apart

AWAY = (OSError, TimeoutError, ValueError)  # no answer, or none that can be read
HOUR = 3600_000
LETTERS: tuple[list[str], ...] = (["A"], ["B"], ["C"], ["A", "C"], [], ["过半数"])


@dataclass
class World:
    """What all share. models: by attempt; faults: by kind, how many; wrong: what must not be."""

    line: Line
    faults: Counter[str]
    dice: random.Random
    slots: int
    models: dict[int, Model] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    rung: bool = False
    ending: bool = False  # nobody begins any more

    def look(self, answer: Answer) -> None:
        if why := seen_too_early(answer.body.decode(errors="replace"), self.rung):
            self.wrong.append(why)
        if answer.again:
            self.faults["told to come again"] += 1

    async def wait(self, answer: Answer | None) -> None:
        """Before it is tried again: so long as was said, else a moment."""
        said = answer.again if answer else 0
        await asyncio.sleep(said or 0.5 + self.dice.random())

    async def rest(self, seconds: float) -> None:
        until = monotonic() + seconds
        while monotonic() < until and not self.ending:
            await asyncio.sleep(0.5)

    def chance(self, share: float) -> bool:
        return self.dice.random() < share


class Device:
    """A phone: what it keeps of an attempt until the server has answered for it, and its clock."""

    def __init__(self, name: str, dice: random.Random) -> None:
        self.name = name
        self.unsent: dict[int, dict[tuple[int, int], Said]] = {}
        self.wrong = dice.choice((0, 0, -7 * HOUR, 5 * HOUR))  # ms that an old page believes


class Page:
    """An attempt opened on a device."""

    def __init__(self, world: World, phone: Phone, device: Device) -> None:
        self.world, self.device = world, device
        self.phone = replace(phone, device=device.name)
        self.at = self.since = self.ends = 0.0
        if phone.entered:
            self._contact(phone.entered["at"], phone.entered["ends"])
        self.model = world.models.setdefault(phone.attempt, Model())
        self.unsent = device.unsent.setdefault(phone.attempt, {})
        self.sequence = 0
        self.over = self.elsewhere = False

    async def ask(self, request: bytes) -> Answer:
        return await self.world.line.ask(request, self.world.look)

    async def open(self) -> bool:
        """Whether it may answer; not when the attempt is over."""
        page = await self.ask(self.phone.page())
        if page.status == 200 and (why := told_apart(page.body.decode())):
            self.world.wrong.append(why)
        before = self.model.newest()
        answer = await self.ask(self.phone.open())
        if answer.again:
            await self.world.wait(answer)
        if answer.status != 200:
            raise ValueError(answer.status)
        if not self.phone.opened(answer):
            self.over = True
            return False
        said = answer.json
        self.model.opened(before, said["answers"])
        self._contact(said["at"], said["ends"])
        return True

    def _contact(self, at: int, ends: int) -> None:
        self.at, self.since, self.ends = at, monotonic(), ends

    def now(self) -> int:
        return int(self.at + (monotonic() - self.since) * 1000)

    def open_still(self) -> bool:
        return not self.over and self.now() < self.ends

    def choose(self) -> None:
        """A choice: on this device first."""
        self.sequence += 1
        dice, sure = self.world.dice, True
        said_at = min(self.now(), int(self.ends))
        if self.device.wrong and self.world.chance(0.3):
            self.world.faults["clock wrong by hours"] += 1
            said_at, sure = said_at + self.device.wrong, False
        slot = dice.randint(1, self.world.slots)
        one = Said(self.phone.turn, self.sequence, slot, dice.choice(LETTERS), said_at, sure)
        self.model.said[one.key] = self.unsent[one.key] = one

    async def pump(self) -> bool:
        """Send what waits, or ask how it stands. Whether an answer came."""
        batch = list(self.unsent.values())[:50]
        request = self.phone.save(batch, len(self.unsent) - len(batch))

        def look(answer: Answer) -> None:
            self.world.look(answer)
            if answer.status == 200:
                self._heard(batch, heard(answer))
            elif why := held_up(answer):
                self.world.wrong.append(why)

        try:
            answer = await self.world.line.ask(request, look)
        except AWAY:
            return False
        return answer.status == 200

    def _heard(self, batch: list[Said], answer: Kept) -> None:
        self.model.heard(batch, answer)
        for key in answer.kept | answer.refused:
            self.unsent.pop(key, None)
        if answer.at >= self.at:
            self._contact(answer.at, answer.ends)
        self.elsewhere = self.elsewhere or answer.turn > self.phone.turn
        self.over = self.over or answer.over

    async def contradict(self) -> None:
        """The same key with another content: a fault of a page, or a forgery."""
        kept = [key for key in self.model.kept if key[0] <= self.phone.turn]
        if not kept:
            return
        key = self.world.dice.choice(kept)
        other = self.model.said[key]._replace(answer=["D"])
        self.world.faults["another content under a known key"] += 1
        try:
            answer = await self.world.line.ask(self.phone.save([other]), self.world.look)
        except AWAY:
            return
        if answer.status == 200:
            self.model.refused(heard(answer), key)

    async def hand_in(self) -> bool:
        """Whether the server has said that it is handed in."""
        try:
            answer = await self.ask(self.phone.submit())
        except AWAY:
            return False
        if answer.again:
            await self.world.wait(answer)
        return self.phone.submitted(answer)


class Cadre:
    """One person, who sits again and again."""

    def __init__(self, world: World, phone: Phone, number: int) -> None:
        self.world, self.phone, self.number = world, phone, number
        self.devices = [Device(f"device-{number}-{one}", world.dice) for one in range(3)]
        self.tickets: list[Page] = []  # whose devices may hold something still
        self.ended = 0

    async def ask(self, request: bytes) -> Answer | None:
        try:
            return await self.world.line.ask(request, self.world.look)
        except AWAY:
            return None

    async def before_the_bell(self) -> None:
        """Looks at all that may be looked at, and presses what is not there yet."""
        guess = self.phone.attempt or self.number + 1
        while not self.world.rung:
            requests = [self.phone.get("/"), self.phone.get("/exams/"), self.phone.before()]
            requests.append(self.phone.get(f"/exams/attempts/{guess}"))
            for request in requests:
                await self.ask(request)
            answer = await self.ask(self.phone.start())
            if answer and answer.status == 303 and not self.world.rung:
                self.world.wrong.append("somebody began before the bell")
            await asyncio.sleep(1 + self.world.dice.random())

    async def live(self) -> None:
        while not self.world.ending:
            device = self.world.dice.choice(self.devices)
            phone = replace(self.phone, device=device.name)
            answer = await self.ask(phone.start())
            if answer is not None and phone.started(answer):
                self.phone.attempt = phone.attempt
                if phone.ticket and (why := told_apart(answer.text)):
                    self.world.wrong.append(why)
                await self.sit(device, phone)
            else:
                await self.world.wait(answer)

    async def sit(self, device: Device, phone: Phone) -> None:
        """One attempt, to whatever end it comes. phone: as it was told when it began."""
        dice = self.world.dice
        until = monotonic() + dice.uniform(8, 70)
        vanishes = self.world.chance(0.15)
        page = self.entered(phone, device) if phone.ticket else await self.opened(device)
        while page and page.open_still() and monotonic() < until and not self.world.ending:
            await asyncio.sleep(dice.uniform(0.1, 0.9))
            page.choose()
            if self.world.chance(0.6):
                await page.pump()
            if self.world.chance(0.02):
                await page.contradict()
            if page.elsewhere or self.world.chance(0.06):
                self.world.faults["page reloaded"] += 1
                page = await self.opened(device)
            elif self.world.chance(0.04):
                self.world.faults["device changed"] += 1
                device = dice.choice([one for one in self.devices if one is not device])
                page = await self.opened(device)
        if page and vanishes:
            self.world.faults["phone switched off"] += 1
            await self.world.rest(dice.choice((5, 20, 60, 150)))
        elif page and not page.over:
            await self.end(page)
        await self.ask(self.phone.result())

    def entered(self, phone: Phone, device: Device) -> Page:
        """The page that came as it began."""
        self.tickets.append(Page(self.world, phone, device))
        return self.tickets[-1]

    async def opened(self, device: Device) -> Page | None:
        """The attempt on a device; none when it is over."""
        while True:
            page = Page(self.world, self.phone, device)
            try:
                if not await page.open():
                    return None
            except AWAY:
                if self.world.ending:
                    return None
                await asyncio.sleep(0.3)
                continue
            self.tickets.append(page)
            return page

    async def end(self, page: Page) -> None:
        """As the page: what waits is sent first, then it is handed in."""
        while not page.over and not page.elsewhere:
            if page.unsent:
                await page.pump()
            elif await page.hand_in():
                self.ended += 1
                return
            await asyncio.sleep(0.3)

    async def bring_home(self) -> None:
        """Every device sends what it holds still, by the newest ticket that it has."""
        for page in reversed(self.tickets):
            while page.unsent:
                if not await page.pump():
                    await asyncio.sleep(0.3)
