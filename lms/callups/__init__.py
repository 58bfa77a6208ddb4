"""Who is called when: lists split into classes, persons moved between them, quotas of 调训."""
