from __future__ import annotations

import numpy as np

from core.word_classes import CLASSES, NAMES, NONE, classes_of, word_classes


def test_words_of_the_world_have_the_class_of_their_table():
    classes = word_classes()
    for word, name in {
        "dog": "animal",
        "puppies": "animal",
        "bread": "food",
        "red": "colour",
        "seven": "number",
        "anna": "name",
        "queen": "people",
        "bakers": "people",
        "girl": "people",
        "men": "people",
        "friends": "people",
        "bird": "animal",
        "paris": "place",
        "monday": "time",
        "window": "thing",
        "went": "verb",
        "bigger": "quality",
    }.items():
        assert NAMES[classes[word]] == name, word
    assert "xyzzy" not in classes
    assert set(classes.values()) == set(range(len(CLASSES)))


def test_only_whole_words_have_a_class():
    classes = {"dog": 0, "anna": 4}
    texts = (" dog", "dog", " Dog", "Anna", " do", "", " ", "dogs")
    expected = [0, NONE, 0, 4, NONE, NONE, NONE, NONE]
    np.testing.assert_array_equal(classes_of(texts, classes), expected)
