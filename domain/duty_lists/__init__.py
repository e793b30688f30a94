"""责任清单: lists, their revisions, items and duties, and which of them applies on a day."""
