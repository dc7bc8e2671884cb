"""The report's sentences, drafted from counts: true by construction, each in English and Chinese."""
