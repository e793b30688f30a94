"""名录: divisions, organizations, posts and persons, as facts."""
