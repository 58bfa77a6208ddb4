"""What a person practises alone: the mistake notebook, ten a day, chapters and abilities."""
