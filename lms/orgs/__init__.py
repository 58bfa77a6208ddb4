"""The tree of units: dated, and with successors after a merger."""
