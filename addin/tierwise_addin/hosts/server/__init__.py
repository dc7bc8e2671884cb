"""Excel on Mac and the web: custom functions and a task pane, served by xlwings-server.

The optional extra ``server``: xlwings-server and the parts of xlwings that it stands on are licensed under
PolyForm Noncommercial 1.0.0 or a paid licence. Nothing else in tierwise imports them.
"""
