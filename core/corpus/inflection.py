"""The regular forms of English words; what is irregular stands in the tables."""

from __future__ import annotations

import re

_VOWELS = "aeiou"
_LIKE_YOU = re.compile(r"(?:u(?:ni(?![nm])|s[eu]|tensil)|eu|one\b|once\b)")  # a unit, a useful tool
_SILENT_H = re.compile(r"(?:hour|honest|honour|heir)")

PERSONS = ("1s", "2", "3s", "3p")
_BE = {"1s": "am", "2": "are", "3s": "is", "3p": "are"}
_WAS = {"1s": "was", "2": "were", "3s": "was", "3p": "were"}

# Words that differ with the gender of who is meant, by column of a table that has a gender.
PRONOUNS = {
    "m": {"he": "he", "him": "him", "his": "his", "himself": "himself"},
    "f": {"he": "she", "him": "her", "his": "her", "himself": "herself"},
    "n": {"he": "it", "him": "it", "his": "its", "himself": "itself"},
    "p": {"he": "they", "him": "them", "his": "their", "himself": "themselves"},
}
KIN = {
    "m": {"boy": "boy", "man": "man", "son": "son", "brother": "brother", "king": "king"},
    "f": {"boy": "girl", "man": "woman", "son": "daughter", "brother": "sister", "king": "queen"},
}


def article(following: str) -> str:
    """The indefinite article before a text: "an" before a vowel sound, else "a"."""
    word = following.lstrip('"').lower()
    if _SILENT_H.match(word):
        return "an"
    return "an" if word[:1] in _VOWELS and word and not _LIKE_YOU.match(word) else "a"


def plural(noun: str) -> str:
    """The regular plural of the last word: dog, dogs; fox, foxes; city, cities."""
    if noun.endswith(("s", "x", "z", "ch", "sh")):
        return noun + "es"
    return noun[:-1] + "ies" if _consonant_y(noun) else noun + "s"


def third_person(verb: str) -> str:
    """The regular form with he, she or it: walk, walks; go, goes; moo, moos; carry, carries."""
    return verb + "es" if verb.endswith("o") and verb[-2:-1] not in _VOWELS else plural(verb)


def gerund(verb: str) -> str:
    """The regular form in -ing: walk, walking; make, making; sit, sitting."""
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        return verb[:-1] + "ing"
    return _doubled(verb) + "ing"


def past(verb: str) -> str:
    """The regular past: walk, walked; bake, baked; carry, carried; stop, stopped."""
    if verb.endswith("e"):
        return verb + "d"
    return verb[:-1] + "ied" if _consonant_y(verb) else _doubled(verb) + "ed"


def comparative(adjective: str) -> str:
    """The regular comparative: tall, taller; large, larger; happy, happier; big, bigger."""
    if adjective.startswith("more "):
        return adjective
    if adjective.endswith("e"):
        return adjective + "r"
    return adjective[:-1] + "ier" if _consonant_y(adjective) else _doubled(adjective) + "er"


def superlative(compared: str) -> str:
    """The superlative that belongs to a comparative: taller, tallest; more, most."""
    if compared.startswith("more "):
        return "most " + compared.removeprefix("more ")
    return compared.removesuffix("er") + "est"


def agreeing(verb: str, s: str, person: str) -> str:
    """The present tense form of a verb for a grammatical person; "be" and "was" included.

    Args:
        verb: Base form, or "was" for the past of "be".
        s: Its form with he, she or it.
        person: One of `PERSONS`.
    """
    if verb in ("be", "was"):
        return (_BE if verb == "be" else _WAS)[person]
    return s if person == "3s" else verb


def _consonant_y(word: str) -> bool:
    return len(word) > 1 and word[-1] == "y" and word[-2] not in _VOWELS


def _doubled(word: str) -> str:
    """Double the last letter of a short word that ends consonant, vowel, consonant."""
    short = re.fullmatch(r"[^aeiou]*[aeiouy][^aeiouwxy]", word)
    return word + word[-1] if short and not re.match(r"y[^aeiou]", word) else word
