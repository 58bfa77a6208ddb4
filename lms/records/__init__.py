"""培训档案: what a person has been, learned and owes, on one page; and a city's yearly table."""
