"""规则: calendar, limits, closed reason lists, rule documents and charged offices, as facts that cite documents."""
