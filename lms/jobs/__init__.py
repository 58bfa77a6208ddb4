"""Work that takes longer than a page may: in slices, seen, left and found again."""
