"""安全: who may come in, what a request must show, and what every answer says to the browser."""
