"""Times without a search for garbage."""

from types import TracebackType

class PauseGC:
    def __enter__(self) -> PauseGC: ...
    def __exit__(
        self,
        type: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...
