"""A query as typed to what is looked for: runs of bigrams, words, quoted phrases and document numbers."""

import re
from dataclasses import dataclass

from gongkai.engine.passage import Understood
from gongkai.engine.ports import MAX_QUERY
from gongkai.engine.schema import exact_key
from gongkai.engine.tokens import NumberKey, bigram_terms, fold, number_keys, units, word_terms

_QUOTED = re.compile(r"[“”\"「『]([^“”\"「」『』]+)[“”\"」』]")
_APART = re.compile(r"[\s,，。；;、：:！!？?/|]+")
# What makes words a question and says nothing of what is asked; runs are cut there, so that 何办 and 请问我 are no terms.
_FILLER = re.compile(
    r"请问|[您你]好|谢谢|想(?:问|知道|了解|咨询)(?:一下)?|咨询一下|怎么办(?!理)|该?怎么|怎样|如何|是否|能否|可否|能不能|可不可以|是不是|有没有|"
    # The particles only where a sentence ends: 吗啡 and 呢绒 are goods.
    r"(?:都|包括|具体)?有哪些|哪些|为什么|是什么|什么是|什么|多少|[吗呢](?=[\s,，。;；、!！?？]|$)"
)
# Words that ask rather than name: never marked in a result, they say nothing about it.
ASKING = frozenset(
    [
        "请问",
        "什么",
        "怎么",
        "怎样",
        "如何",
        "哪些",
        "哪里",
        "哪个",
        "哪儿",
        "是否",
        "多少",
        "有关",
        "关于",
        "怎么办",
        "为什么",
        "可以",
        "需要",
        "应该",
        "能否",
        "以及",
        "我们",
        "他们",
        "有哪些",
    ]
)


@dataclass(frozen=True)
class Sought:
    """What the index is asked for. ``grams`` are terms of the bigram fields, ``singles`` ASCII words and
    numbers that stand alone, ``characters`` single characters that stand alone; ``whole`` is the query as
    one run of units, for titles and proximity."""

    grams: tuple[str, ...]
    singles: tuple[str, ...]
    characters: tuple[str, ...]
    words: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...]
    numbers: tuple[NumberKey, ...]
    exact: str
    whole: tuple[str, ...]
    understood: Understood

    @property
    def empty(self) -> bool:
        return not (self.grams or self.singles or self.characters)


def understand(text: str) -> Sought:
    """Never raises, whatever ``text`` is; a query of punctuation alone is `empty`."""
    read = "".join(ch for ch in text if ch >= " " or ch.isspace())[:MAX_QUERY]
    # A lone surrogate cannot be written to the index's terms or to a page.
    read = read.encode("utf-8", "ignore").decode("utf-8").strip()
    numbers = tuple(number_keys(read))
    quoted = [m.group(1) for m in _QUOTED.finditer(read) if units(m.group(1))]
    grams: dict[str, None] = {}
    singles: dict[str, None] = {}
    characters: dict[str, None] = {}
    bare = _FILLER.sub(" ", fold(read))
    for run in _APART.split(bare if units(bare) else fold(read)):
        found = [unit.text for unit in units(run)]
        if len(found) > 1:
            grams.update(dict.fromkeys(bigram_terms(run)))
        elif found:
            (singles if found[0].isascii() else characters)[found[0]] = None
    words = tuple(w for w in dict.fromkeys(word_terms(read)) if len(w) > 1 and w not in ASKING)
    return Sought(
        grams=tuple(grams),
        singles=tuple(singles),
        characters=tuple(characters),
        words=words,
        phrases=tuple(tuple(u.text for u in units(phrase)) for phrase in quoted),
        numbers=numbers,
        exact=exact_key(read),
        whole=tuple(u.text for u in units(read)),
        understood=Understood(
            text=read,
            numbers=tuple(n.key for n in numbers),
            phrases=tuple(quoted),
            words=words,
            cut=len(text) > MAX_QUERY,
        ),
    )
