"""Questions, their versions, review, import and export."""
