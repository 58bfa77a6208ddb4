"""Key × answer → share of the points. Standard library only; knows no table and no page."""
