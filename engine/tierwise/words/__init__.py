"""All text in two languages: messages, headings, notes, names of methods, meanings of settings."""
