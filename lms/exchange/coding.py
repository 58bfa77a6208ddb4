"""What a question is called that comes without a name: the same file gives the same names."""

import re
from hashlib import sha256

from lms.bank.rules import Question, QuestionType
from lms.exchange.matching import text_key, whole_stem

LONGEST = 40  # characters, as `rules.ID` has it
PREFIX = 20
LETTERS = dict(zip(QuestionType, "SMITBQEC", strict=True))  # sections of a file each begin with 1
STRANGE = re.compile(r"[^A-Za-z0-9.]+")


class Coding:
    """Gives names within a bank. taken: those that are in use."""

    def __init__(self, bank_code: str, taken: set[str]) -> None:
        plain = STRANGE.sub("-", bank_code).strip("-.")[:PREFIX].rstrip("-.")
        self.prefix = plain if plain[:1].isalpha() else f"q{plain}"
        self.taken = taken

    def code(self, question: Question, number: str) -> str:
        """From the bank's code and the number in the file, else from the text."""
        told = STRANGE.sub("-", number).strip("-.")[:10]
        print_ = sha256(text_key(whole_stem(question)).encode()).hexdigest()
        wanted = [f"{LETTERS[question.type]}{told}"] if told else []
        wanted += [f"{LETTERS[question.type]}{told}-{print_[:4]}", print_[:12], print_[:16]]
        for end in wanted:
            if self.takes(code := f"{self.prefix}-{end}".replace("--", "-")[:LONGEST]):
                return code
        count = 2
        while not self.takes(code := f"{self.prefix}-{print_[:8]}-{count}"):
            count += 1
        return code

    def takes(self, code: str) -> bool:
        """Whether a name is free; from now on it is in use."""
        if code in self.taken:
            return False
        self.taken.add(code)
        return True
