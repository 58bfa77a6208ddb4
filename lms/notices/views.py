"""The doors to say a word to an office, and to answer it."""

from flask import Blueprint, render_template

from lms.access.permissions import OPEN, needs

notices = Blueprint("notices", __name__)


@notices.get("/complaints/new")
@needs(OPEN)
def complaint():
    return render_template("notices/complaint.html")
