"""办理之外: reminders and copies, instructions, statements, merging and splitting, confidentiality."""
