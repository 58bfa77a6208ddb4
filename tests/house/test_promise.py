"""No page, list, mark or export says that a person is chosen, in reserve or promising."""

import re
from pathlib import Path

from lms.callups.forms import CallUpForm, SplitForm
from lms.classes.forms import ClassForm, CopyForm
from lms.exams.asking import TermsForm
from lms.ledger.forms import ListForm, OneForm
from lms.training.forms import CohortForm, ProgrammeForm
from lms.web.forms import neutral

CHOSEN = re.compile("后备|优秀年轻干部|储备干部|拟提拔")
REFUSES = {"lms/sheets/promise.py"}
PLACES = (("templates", "*.html"), ("static", "*.js"), ("lms", "*.py"))


def test_only_the_refusal_knows_the_words():
    found = {
        str(file)
        for root, kind in PLACES
        for file in Path(root).rglob(kind)
        if CHOSEN.search(file.read_text())
    }
    assert found == REFUSES


def test_whatever_a_training_is_called_is_looked_at():
    named = [(ProgrammeForm, "title"), (CohortForm, "title"), (CallUpForm, "title")]
    named += [(ClassForm, "title"), (CopyForm, "title"), (SplitForm, "name")]
    named += [(ListForm, "title"), (OneForm, "title"), (TermsForm, "title")]
    assert [one for one in named if neutral not in getattr(*one).kwargs["validators"]] == []


def test_the_catalogue_has_them_in_the_refusal_alone():
    text = Path("translations/en/LC_MESSAGES/messages.po").read_text()
    entries = [entry for entry in text.split("\n\n") if CHOSEN.search(entry)]
    assert all("不登记、不标注" in entry.replace('"\n"', "") for entry in entries)
