"""身份: who is at the door: passwords, sessions, API tokens, and the count of failed sign-ins."""
