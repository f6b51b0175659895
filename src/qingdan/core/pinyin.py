"""Chinese text by the letters of its pinyin: initials (whxp), whole syllables (weixian), or a mixture."""

from __future__ import annotations

from functools import cache, lru_cache


@lru_cache(maxsize=1 << 16)
def spelled(text: str, letters: str) -> bool:
    """Whether characters of ``text`` that follow one another are read as ``letters``.

    Each character gives a whole syllable or its first letter, the last one also the beginning of its
    syllable; of a character with several readings any will do.
    """
    reached: set[int] = set()
    for character in _characters(text):
        after: set[int] = set()
        for place in (0, *reached):
            for reading in readings(character):
                if reading[0] != letters[place]:
                    continue
                if reading.startswith(letters[place:]):
                    return True
                after.add(place + 1)
                if letters.startswith(reading, place):
                    after.add(place + len(reading))
        reached = after
    return False


def sketched(text: str, letters: str) -> bool:
    """Whether ``letters`` are the initials of characters of which at most every second one is left out.

    So that 危险化学品 is found by ``whp`` as well.
    """
    initials = [{reading[0] for reading in readings(char)} for char in _characters(text)]
    reached = {place for place, first in enumerate(initials) if letters[:1] in first}
    for letter in letters[1:]:
        reached = {
            place + step
            for place in reached
            for step in (1, 2)
            if place + step < len(initials) and letter in initials[place + step]
        }
    return bool(reached)


def _characters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


@cache
def readings(character: str) -> tuple[str, ...]:
    """The syllables of a character, without tones; any other character is read as itself."""
    from pypinyin import Style, pinyin

    found = pinyin(character, style=Style.NORMAL, heteronym=True, v_to_u=False)
    return tuple(reading.casefold() for reading in found[0] if reading) if found else (character,)
