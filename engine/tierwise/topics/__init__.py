"""Topics of a report 专题: each kind declared once, with its settings, figures, table, sentence and chart."""
