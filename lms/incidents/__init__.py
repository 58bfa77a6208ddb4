"""重大事项 of training: what happened, who has read it, what was decided."""
