"""The room of those who run classes, and the pages of those who are in one."""

from flask import Blueprint, render_template

from lms.access.permissions import Permission, needs
from lms.classes import queries

classes = Blueprint("classes", __name__, url_prefix="/classes")
RUNS = (Permission.RUN_TRAINING, Permission.RUN_CLASS)


@classes.get("/")
@needs(*RUNS)
def shelf():
    found = queries.classes()
    return render_template(
        "classes/shelf.html",
        classes=found,
        persons=queries.persons_by_class([one.id for one in found]),
    )
