"""How an action says no."""


class Refused(ValueError):
    """What was asked is not possible; the text is a sentence for the person who asked.

    `field` names the part of a form that the sentence belongs to, where there is one.
    """

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field
