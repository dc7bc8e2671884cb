"""The seeded generator of the illustrative panels; see ``docs/bundled.md``."""
