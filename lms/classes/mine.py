"""The doors of who is in a class: when and where it is, on the phone."""

from flask import render_template

from lms.access.permissions import Permission, needs
from lms.classes import queries
from lms.classes.models import ClassMember
from lms.classes.views import classes
from lms.errors import NotFound
from lms.web.here import me, now, today

LEARN = Permission.LEARN


@classes.get("/mine")
@needs(LEARN)
def mine():
    found = queries.memberships(me().id)
    return render_template("classes/mine.html", memberships=found, day=today(), now=now())


@classes.get("/mine/<int:class_id>")
@needs(LEARN)
def own_class(class_id: int):
    return render_template("classes/own_class.html", **_own_class(own_place(class_id)))


def _own_class(place: ClassMember) -> dict[str, object]:
    return {
        "place": place,
        "found": place.whole_class,
        "lessons": queries.lessons_of(place.whole_class),
        "day": today(),
    }


def own_place(class_id: int) -> ClassMember:
    """This person's place in a class that is open."""
    found = queries.own_membership(me().id, class_id)
    if found is None or found.whole_class.opened_at is None:
        raise NotFound("没有找到这个班，或您已不在班上。")
    return found
