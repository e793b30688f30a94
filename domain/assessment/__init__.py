"""考核评价: what is counted, from the facts; periods, exclusions and frozen results (domain.md §7)."""
