"""What was answered in the demonstration is added up at once, as the worker does every hour."""

from lms.analyses.tallying import tally_due
from lms.demonstration.city import City
from lms.web import transaction
from lms.words import N_


def leave_analyses(city: City) -> None:
    """The sums that the pages about papers, abilities and topics read."""
    for _ in tally_due(city.now):
        transaction.finish()
    city.say(N_("作答汇总"))
