"""The routes of the task pane and of LibreOffice."""

from tierwise_addin.hosts.server.routes import router

__all__ = ["router"]
