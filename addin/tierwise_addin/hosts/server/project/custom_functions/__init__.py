"""Where xlwings-server looks for custom functions."""

from tierwise_addin.hosts.server.functions import CUSTOM_FUNCTIONS

globals().update(CUSTOM_FUNCTIONS)
