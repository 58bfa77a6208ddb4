"""The SQLite database of a worker: emptied from test to test, made anew where rows were not all."""

import shutil
import sqlite3
from pathlib import Path


class Embedded:
    """A file with the schema and no rows. `empty` file: what it is a copy of, never written to."""

    def __init__(self, empty: Path) -> None:
        self.source, self.file = empty, empty.with_name("of_this_test.sqlite")
        self.url = f"sqlite:///{self.file}"
        self.cleaner: sqlite3.Connection | None = None

    def renew(self) -> None:
        """A new copy. Nobody may be in the old one."""
        self.close()
        for end in ("", "-wal", "-shm"):
            self.file.with_name(self.file.name + end).unlink(missing_ok=True)
        shutil.copy(self.source, self.file)
        self.cleaner = sqlite3.connect(self.file, timeout=0.5, isolation_level=None)
        self.cleaner.execute("pragma synchronous=off")
        names = "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'"
        self.tables = [name for (name,) in self.cleaner.execute(names)]
        self.filled = " union all ".join(
            f"select '{name}' where exists (select 1 from {name})" for name in self.tables
        )
        self.schema = self._schema()

    def close(self) -> None:
        if self.cleaner is not None:
            self.cleaner.close()

    def _schema(self) -> int:
        """Another number when a table came or went, or the database has looked at its rows."""
        return self.cleaner.execute("pragma schema_version").fetchone()[0]

    def emptied(self) -> bool:
        """Take out all rows. False where that is not enough, or somebody holds on to them."""
        if self.cleaner is None or self._schema() != self.schema:
            return False
        try:
            filled = self.cleaner.execute(self.filled).fetchall()
            self.cleaner.executescript(";".join(f"delete from {name}" for (name,) in filled))
        except sqlite3.OperationalError:
            return False
        return True
