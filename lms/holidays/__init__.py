"""The calendar of this house: which days are worked."""
