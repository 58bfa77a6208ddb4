"""Reads what people send into plain rows and writes workbooks; knows no table and no page."""
