"""What is given to be delivered to people."""

from worker.alerting.message import Message


class Taking:
    """An outbox that takes everything."""

    def __init__(self) -> None:
        self.taken: list[Message] = []
        self.forgotten: list[str] = []

    def take(self, message: Message) -> None:
        self.taken.append(message)

    def take_again(self, message: Message) -> None:
        self.taken.append(message)

    def forget(self, key: str) -> None:
        self.forgotten.append(key)
