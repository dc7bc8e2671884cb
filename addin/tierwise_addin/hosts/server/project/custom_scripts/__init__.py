"""Where xlwings-server looks for scripts; the task pane needs none."""
