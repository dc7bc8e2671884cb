"""The version, in one place: read by the build, the outputs and the hosts."""

__version__ = "0.1.0"
