"""What a person decides of an attempt: written answers, changed keys, publication, appeals."""
