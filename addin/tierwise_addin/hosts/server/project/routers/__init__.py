"""Where xlwings-server looks for routes."""
