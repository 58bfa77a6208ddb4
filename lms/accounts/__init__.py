"""Signing in: slips, PINs, passwords, devices, and the sessions they open."""
