"""需要较长时间的事项: interim resolution, shelving, consultation."""
