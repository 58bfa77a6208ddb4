"""What the database server takes of the processor, beside the process that measures."""

from pathlib import Path

from benchmarks.house import House

OTHERS = "select pid from pg_stat_activity where pid <> pg_backend_pid()"


class Servers:
    """The processes of a PostgreSQL on this machine that serve this database.

    It asks over a line of its own: the house's own connections keep what they have prepared.
    """

    def __init__(self, house: House) -> None:
        self.line = None
        if house.url:
            import psycopg

            self.line = psycopg.connect(house.url.replace("+psycopg", ""), autocommit=True)

    def cpu(self) -> float:
        """CPU they took so far, in ms; 0 for the embedded database."""
        if self.line is None:
            return 0
        files = [Path(f"/proc/{pid}/schedstat") for (pid,) in self.line.execute(OTHERS)]
        return sum(int(file.read_text().split()[0]) for file in files if file.exists()) / 1e6
