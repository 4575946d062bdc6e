"""The ladder of a page, laid out and drawn as SVG."""
