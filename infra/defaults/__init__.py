"""默认规则: what the product ships with, as files that cite their documents; every county replaces them by its own."""
