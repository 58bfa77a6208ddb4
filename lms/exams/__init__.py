"""Assessments, attempts, answers, machine marks and results."""
