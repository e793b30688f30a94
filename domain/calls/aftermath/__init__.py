"""办结之后: evaluation contested or excluded, a call opened again."""
