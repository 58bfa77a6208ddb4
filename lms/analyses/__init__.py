"""What an assessment showed: marks by unit, the quality of a paper, abilities, what is missed."""
