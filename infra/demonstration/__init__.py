"""演示县: the invented county 示范市示范县, and how it is loaded."""
