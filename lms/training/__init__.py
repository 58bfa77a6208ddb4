"""The five projects, programmes, cohorts, enrolments, and the ledger of hours."""
