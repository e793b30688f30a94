"""派发: by the list or off it, in parts, objected to, designated, passed on."""
