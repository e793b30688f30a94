"""What keeps a local service from running, said to the person who must put it right."""


class ServiceUnavailable(Exception):
    """本机服务不可用: one clear Chinese sentence naming the cause and the way out."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def refuse_unwritable(folder: object, error: OSError) -> ServiceUnavailable:
    """The sentence for a folder that can't be made or written."""
    return ServiceUnavailable(
        f"数据目录 {folder} 无法写入({error.strerror}):请换一个目录,或为当前用户开通该目录的写权限。"
    )
