"""Frameworks of abilities; the eight abilities are one of them."""
