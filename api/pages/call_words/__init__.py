"""事项办理记录的写法, by the subjects of `domain.calls`."""
