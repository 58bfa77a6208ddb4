"""The doors of an ability profile: one's own, and another's for the city's training officer."""

from functools import partial

from flask import render_template

from lms.access.permissions import Permission, needs
from lms.exams import profiles
from lms.marking.appeals import marking
from lms.web import transaction
from lms.web.here import me, now


@marking.get("/abilities")
@needs(Permission.SIT_EXAM)
def abilities():
    found = profiles.own_profile(me().id, now())
    return render_template("marking/abilities.html", profile=found, name=me().name, now=now())


@marking.get("/persons/<int:person_id>/abilities")
@needs(Permission.RUN_EXAMS)
def profile(person_id: int):
    person, found = profiles.profile_for_city(me(), person_id, now())
    transaction.afterwards(partial(profiles.note_look, person.id, now()))
    return render_template("marking/profile.html", profile=found, name=person.name, now=now())
