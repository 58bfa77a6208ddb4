"""Parts questions that have no numbers: by blank lines, separators, and what a question holds."""

from collections.abc import Sequence

from lms.exchange.looking import Look
from lms.exchange.sections import Heading
from lms.exchange.splitting import Block


class Unnumbered:
    """Goes through the lines and begins a question where the one before is complete."""

    def __init__(self, looks: Sequence[Look]) -> None:
        self.looks = looks
        self.blocks: list[Block] = []
        self.chapters: tuple[Heading, ...] = ()
        self.section: Heading | None = None
        self.part = 0
        self.parted = _parted_by_blanks(looks)
        self._reset()

    def _reset(self) -> None:
        self.block: Block | None = None
        self.options = self.answer = self.told = False
        self.gap = False  # a blank line came since
        self.ended = False

    def split(self) -> list[Block]:
        for look in self.looks:
            if look.heading and (look.heading.typed or self._complete() or self.block is None):
                self._heading(look.heading)
            elif look.separator:
                self._reset()
            elif look.blank:
                self.gap = True
                if self.block:
                    self.block.looks.append(look)
            else:
                self._take(look)
        return [block for block in self.blocks if block.looks]

    def _heading(self, heading: Heading) -> None:
        if heading.typed:
            self.section = heading
        else:
            self.chapters = (heading,)
        self.part += 1
        self._reset()

    def _complete(self) -> bool:
        return self.answer or self.options

    def _take(self, look: Look) -> None:
        if self.block is None or self._begins(look):
            self._reset()
            self.block = Block([], None, self.chapters, self.section, self.part)
            self.blocks.append(self.block)
        self.block.looks.append(look)
        self.options = self.options or look.opens or look.letter is not None
        self.answer = self.answer or look.answered
        self.told = any(piece.field == "explanation" for piece in look.pieces) or (
            self.told and not look.labelled
        )
        self.ended = look.ends and not look.letter
        self.gap = False

    def _begins(self, look: Look) -> bool:
        if look.opens and look.letter == "A" and self.options and self.answer:
            return True  # options again: what went before has no stem of its own here
        if not look.plain and not (look.labelled and look.pieces[0].field in ("stem", "type")):
            return False
        if look.labelled:
            again = self.block is not None and any(
                one.labelled and one.pieces[0].field == "stem" for one in self.block.looks
            )
            return self._complete() or look.pieces[0].field == "type" or again
        if self.answer:
            return self.gap if self.parted or self.told else True
        if self.options:
            return self.gap
        return self.ended and not (look.line.text[:1].isspace())


def _parted_by_blanks(looks: Sequence[Look]) -> bool:
    """Whether blank lines stand between questions: before most stems, after most answers."""
    after_answer = 0
    blank = 0
    answered = False
    for look in looks:
        if look.answered:
            answered = True
        elif answered and not look.labelled:
            after_answer += 1
            blank += look.blank
            answered = False
    return blank * 2 > after_answer


def fused(blocks: Sequence[Block]) -> list[Block]:
    """Pieces of text that hold neither options nor an answer belong to what they follow, where
    most others hold them."""
    whole = [block for block in blocks if _holds(block)]
    if len(whole) * 3 < len(blocks) * 2:
        return list(blocks)
    found: list[Block] = []
    for block in blocks:
        lone = not _holds(block) and not any(look.gap for look in block.looks)
        if lone and found and found[-1].part == block.part and not _asks(block):
            found[-1].looks += block.looks
        elif not lone or _asks(block):
            found.append(block)
    return found


def _holds(block: Block) -> bool:
    return any(look.opens or look.letter or look.answered for look in block.looks)


def _asks(block: Block) -> bool:
    return block.looks[-1].text.rstrip().endswith(("?", "？"))
