"""The program. Folders are rooms; docs/architecture.md says on which floor each stands."""
