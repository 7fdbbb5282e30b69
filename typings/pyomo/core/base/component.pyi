"""What a model is made of."""

class Component:
    @property
    def name(self) -> str: ...
