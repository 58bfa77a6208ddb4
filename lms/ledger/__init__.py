"""The ledger of hours: what was earned, by which rule, on what evidence."""
