"""Persons, their dated postings, and the roles they hold."""
