"""Made-up text whose words are as unevenly common as real ones (Zipf's law: the n-th word comes 1/n as often)."""

import random
from collections.abc import Iterator
from itertools import accumulate, combinations

VOCABULARY = 20_000
SENTENCES = 30_000
# What people at a help desk write about; the commonest words of the vocabulary after the little ones.
_LITTLE = "the to I and my is it not on in a of for can when with have this we no but from after that again".split()
_OURS = (
    "printer password screen mail laptop network account file room course login folder projector phone update exam "
    "wifi calendar software drive scanner monitor server keyboard licence paper code message error page"
).split()
_ONSETS = "b br c ch d dr f g gr h k l m n p pl r s st t tr v w".split()
_VOWELS = "a e i o u ai ea ou".split()
_CODAS = ["", "", "l", "n", "nd", "r", "s", "t", "x"]


class Words:
    """Draws words, sentences and paragraphs; the same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(0)
        self._vocabulary = self._invent()  # always the same one
        self.chance.seed(seed)
        self._weights = list(accumulate(1 / rank for rank in range(1, len(self._vocabulary) + 1)))
        self._sentences = [self._sentence() for _ in range(SENTENCES)]

    def rarest_first(self) -> Iterator[str]:
        """Some of the vocabulary, each a tenth more common than the one before."""
        rank = len(self._vocabulary)
        while rank > 1:
            yield self._vocabulary[rank - 1]
            rank = rank * 10 // 11

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Two of the commonest words, rarer pairs first."""
        common = self._vocabulary[: len(_LITTLE) + len(_OURS)]
        ranks = sorted(combinations(range(len(common)), 2), key=lambda pair: -(pair[0] + 1) * (pair[1] + 1))
        return ((common[one], common[other]) for one, other in ranks)

    def title(self) -> str:
        return " ".join(self.draw(self.chance.randint(3, 8))).capitalize()[:120]

    def paragraph(self, sentences: int) -> str:
        return " ".join(self.chance.choices(self._sentences, k=sentences))

    def name(self) -> str:
        """A person's name of two or three parts."""
        return " ".join(self._syllables(2).capitalize() for _ in range(2 if self.chance.random() < 0.9 else 3))

    def draw(self, count: int) -> list[str]:
        return self.chance.choices(self._vocabulary, cum_weights=self._weights, k=count)

    def _sentence(self) -> str:
        return " ".join(self.draw(self.chance.randint(6, 18))).capitalize() + "."

    def _invent(self) -> list[str]:
        known = dict.fromkeys([*_LITTLE, *_OURS])
        while len(known) < VOCABULARY:
            known[self._syllables(self.chance.choice((2, 2, 3)))] = None
        return list(known)

    def _syllables(self, count: int) -> str:
        pick = self.chance.choice
        return "".join(pick(_ONSETS) + pick(_VOWELS) for _ in range(count)) + pick(_CODAS)
