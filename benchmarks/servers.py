"""What the database server takes of the processor, beside the process that measures."""

from pathlib import Path

from sqlalchemy import func, select

from benchmarks.house import House
from lms.access.scope import seeing_everything
from lms.db import db


class Servers:
    """The processes of a PostgreSQL on this machine that serve this database."""

    def __init__(self, house: House) -> None:
        self.house = house

    def cpu(self) -> float:
        """CPU they took so far, in ms; 0 for the embedded database."""
        if not self.house.url:
            return 0
        with self.house.app.app_context(), seeing_everything():
            activity = func.pg_stat_get_activity(None).table_valued("pid")
            pids = db.session.scalars(select(activity.c.pid)).all()
        files = [Path(f"/proc/{pid}/schedstat") for pid in pids]
        return sum(int(file.read_text().split()[0]) for file in files if file.exists()) / 1e6
