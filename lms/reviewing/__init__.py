"""Who did not write a question answers it blind, then lets it pass or returns it."""
