import copy
import itertools
import json
import tempfile
import time
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import tokenizers

from core.errors import UserError
from core.labels import visible
from core.splits import merges_of
from core.tokenizer import END_OF_TEXT, Tokenizer, sanitize
from core.tokenizer_file import MOST_BYTES

FAMILY = "👩\u200d👩\u200d👧"
TEXTS = [
    "The river runs to the bank, and the banker runs to the river bank.\n",
    "Hello there, hello world! It's 2024; they're running, aren't they?\r\n",
    f"Café, naïve, {FAMILY} e\u0301 中文字 שלום مرحبا",
    "aaaaaaaaaaaaaaaaaaaaaaaa bbbbbb    spaces\t\ttabs",
] * 3
ODD = [
    "",
    " ",
    "   leading and trailing   ",
    "\0",
    "a\0b\x01\x1b\x7f\x85",
    "\r\n\r\n \n\t x",
    "\ufeffBOM",
    "line\u2028para\u2029end\u0085",
    "\u202ertl override\u202c \u2066isolate\u2069",
    "Z\u0351\u0300\u0327\u0489a\u030a\u035f\u0316l\u0334g\u0361o\u0321",
    f"{FAMILY} and {FAMILY}{FAMILY}",
    "e\u0301 \u0301 ❤\ufe0f 🇩🇪 👍🏽",
    "שלום עולם مرحبا بالعالم",
    "中文、日本語。한국어 ไทย देवनागरी",
    "\ud800 lone \udfff\udc80 surrogates \ud83d\ude00",
    "\U0010ffff\ufffe\ufdd0\ue000",
    f"{END_OF_TEXT}",
    f"one{END_OF_TEXT} two {END_OF_TEXT}{END_OF_TEXT}",
    "<|endoftext|<|endoftext|>>",
    "it's IT'S they'll we'd I'M 1234567890 ٣٤ Ⅷ ½",
    '<b>bold</b> &amp; \\x41 "quoted"',
    "x" * 5_000,
    "aab" * 3_000,
    "ab é " * 2_000,
]


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.train(TEXTS, vocab_size=370)


@pytest.fixture(scope="module")
def library(tokenizer: Tokenizer) -> tokenizers.Tokenizer:
    return tokenizers.Tokenizer.from_str(tokenizer.to_json())


@pytest.fixture
def spec(tokenizer: Tokenizer) -> dict:
    return json.loads(tokenizer.to_json())


def random_strings(n: int, seed: int) -> list[str]:
    """Strings of characters from all over Unicode, mixed with what the vocabulary knows."""
    rng = np.random.default_rng(seed)
    known = "".join(TEXTS) + " \n\t'"
    ranges = [(0, 0x80), (0x80, 0x800), (0x300, 0x370), (0x2000, 0x2070), (0x590, 0x700)]
    ranges += [(0x4E00, 0x9FFF), (0x1F000, 0x1FAFF), (0xD800, 0xE000), (0, 0x110000)]

    def character() -> str:
        if rng.random() < 0.6:
            return known[rng.integers(len(known))]
        return chr(int(rng.integers(*ranges[rng.integers(len(ranges))])))

    return ["".join(character() for _ in range(rng.integers(0, 60))) for _ in range(n)]


ALL = [*ODD, *random_strings(300, seed=1)]


def test_ids_equal_the_librarys_own(tokenizer, library):
    for text in ALL:
        ours = tokenizer.ids(text)
        assert ours == library.encode(sanitize(text), add_special_tokens=False).ids, ascii(text)
        assert ours == [token.id for token in tokenizer.encode(text)]
    assert tokenizer.encode_many(ALL) == [tokenizer.ids(text) for text in ALL]


def test_every_string_round_trips(tokenizer):
    for text in ALL:
        tokens = tokenizer.encode(text)
        assert tokenizer.decode([token.id for token in tokens]) == sanitize(text)
        assert b"".join(token.raw for token in tokens) == sanitize(text).encode()


def test_merging_does_not_depend_on_how_the_merges_are_ranked(spec):
    # A shuffled order makes merges meet in ways that a trained order never does.
    rng = np.random.default_rng(3)
    for _ in range(5):
        rng.shuffle(spec["model"]["merges"])
        shuffled = load(spec)
        library = tokenizers.Tokenizer.from_str(json.dumps(spec))
        for text in ALL:
            assert shuffled.ids(text) == library.encode(sanitize(text)).ids


def test_offsets_cover_exactly_the_characters_that_a_tokens_bytes_belong_to(tokenizer):
    for text in ALL:
        safe = sanitize(text)
        owner = [n for n, character in enumerate(safe) for _ in character.encode()]
        at = 0
        for token in tokenizer.encode(text):
            bytes_owners = owner[at : at + len(token.raw)]
            assert (token.start, token.end) == (bytes_owners[0], bytes_owners[-1] + 1)
            at += len(token.raw)
        assert at == len(owner)


def test_a_split_character_belongs_to_each_of_its_tokens(tokenizer):
    tokens = tokenizer.encode("a𝄞b")
    assert [token.raw for token in tokens[1:-1]] == [b"\xf0", b"\x9d", b"\x84", b"\x9e"]
    assert {(token.start, token.end) for token in tokens[1:-1]} == {(1, 2)}
    assert tokens[1].text == "\\xf0"
    assert tokens[1].label == "⟨F0⟩"
    assert (tokens[-1].start, tokens[-1].end) == (2, 3)


def pieces(words, n_steps=None):
    """The pieces of words after so many merges; after all of them, if none are said."""
    merges = merges_of(words)
    cuts = merges.cuts(merges.n_steps if n_steps is None else n_steps)
    return [visible(merges.raw[a:b]) for a, b in itertools.pairwise(cuts)]


def test_explaining_ends_where_encoding_ends(tokenizer):
    for text in [text for text in ALL if len(text) < 100]:
        words = tokenizer.explain(text)
        assert b"".join(word.raw for word in words) == sanitize(text).encode()
        assert pieces(words) == [token.label for token in tokenizer.encode(text)]
        for word in words:
            removed = [cut for _, cut in word.merges]
            assert len(set(removed)) == len(removed)
            assert set(removed) <= set(word.cuts[1:-1])


def test_explain_by_hand(spec):
    # "abab" with the merges ab (0) and abab (2); bc (1) never applies.
    spec["model"]["vocab"] = dict(list(spec["model"]["vocab"].items())[:257])
    for token, merge in [("ab", "a b"), ("bc", "b c"), ("abab", "ab ab")]:
        spec["model"]["vocab"][token] = len(spec["model"]["vocab"])
        merges = spec["model"]["merges"] if token != "ab" else []
        spec["model"]["merges"] = [*merges, merge]
    tokenizer = load(spec)
    (word,) = tokenizer.explain(" ababc")
    assert word.merges == ((0, 2), (0, 4), (2, 3))
    assert pieces([word], 0) == ["␣", "a", "b", "a", "b", "c"]
    assert pieces([word], 1) == ["␣", "ab", "a", "b", "c"]
    assert pieces([word], 2) == ["␣", "ab", "ab", "c"]
    assert pieces([word], 3) == ["␣", "abab", "c"]
    assert [token.label for token in tokenizer.encode(" ababc")] == ["␣", "abab", "c"]


def test_a_special_token_is_one_step(tokenizer):
    before, special = tokenizer.explain(f"a{END_OF_TEXT}")
    assert (special.raw, special.merges) == (END_OF_TEXT.encode(), ())
    assert pieces([before, special]) == ["a", END_OF_TEXT]
    assert tokenizer.ids(END_OF_TEXT) == [tokenizer.end_of_text]


def test_a_very_long_word_takes_time_and_memory_in_step_with_its_length(tokenizer):
    word = "a" * 20_000
    started = time.process_time()
    ids = tokenizer.ids(word)
    (explained,) = tokenizer.explain(word)
    assert time.process_time() - started < 1.0  # 0.1 s measured; quadratic would take minutes
    assert tokenizer.decode(ids) == word
    assert len(explained.merges) == len(word) - len(ids)

    tracemalloc.start()
    tokenizer.ids("ab" * 25_000)
    assert tracemalloc.get_traced_memory()[1] < 40e6
    tracemalloc.stop()


def test_long_words_do_not_stay_in_memory(tokenizer):
    tracemalloc.start()
    for n in range(50):
        tokenizer.explain("x" * (2_000 + n))
    assert tracemalloc.get_traced_memory()[0] < 1e6
    tracemalloc.stop()


def test_vocabulary_facts(tokenizer):
    assert tokenizer.vocab_size == 370
    raws = [tokenizer.raw(n) for n in range(tokenizer.vocab_size)]
    assert len(set(raws)) == 370
    assert {bytes([byte]) for byte in range(256)} <= set(raws)
    assert tokenizer.raw(tokenizer.end_of_text) == END_OF_TEXT.encode()
    river = tokenizer.ids(" river")
    assert [tokenizer.text(n) for n in river] == [" river"]
    assert [tokenizer.label(n) for n in river] == ["␣river"]


def test_training_twice_gives_the_same(tokenizer):
    assert Tokenizer.train(iter(TEXTS), 370).to_json() == tokenizer.to_json()


def test_training_survives_surrogates_and_nothing_at_all():
    assert Tokenizer.train(["\ud800 \ud800 \ud800"], 258).vocab_size == 258
    assert Tokenizer.train([], 1000).vocab_size == 257
    with pytest.raises(UserError, match="at least 257"):
        Tokenizer.train(TEXTS, 256)


def test_decode_makes_half_a_character_visible(tokenizer):
    assert tokenizer.decode(tokenizer.ids("🙂")[:2]) == "\ufffd"
    assert tokenizer.decode([]) == ""


def test_sanitize_keeps_the_length():
    assert sanitize("a\ud800\udfffb🙂") == "a\ufffd\ufffdb🙂"


# Files, ours and foreign


def load(spec: object) -> Tokenizer:
    """Through a real file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tokenizer.json"
        data = spec if isinstance(spec, bytes) else json.dumps(spec).encode()
        path.write_bytes(data)
        return Tokenizer.load(path)


def test_saved_and_loaded_it_is_the_same(tokenizer, tmp_path):
    tokenizer.save(tmp_path / "tokenizer.json")
    again = Tokenizer.load(tmp_path / "tokenizer.json")
    assert again.to_json() == tokenizer.to_json()
    assert again.encode("river bank 🙂") == tokenizer.encode("river bank 🙂")


def as_gpt2s_own_file(spec: dict) -> dict:
    """The layout of the file that comes with GPT-2: older merges, no model type, end token last."""
    spec = copy.deepcopy(spec)
    model = spec["model"]
    del model["type"], model["ignore_merges"], model["byte_fallback"]
    model["continuing_subword_prefix"] = model["end_of_word_suffix"] = ""
    model["merges"] = [" ".join(pair) for pair in model["merges"]]
    model["vocab"] = {token: n - 1 for token, n in model["vocab"].items() if token != END_OF_TEXT}
    model["vocab"][END_OF_TEXT] = len(model["vocab"])
    spec["added_tokens"][0] |= {"id": model["vocab"][END_OF_TEXT], "normalized": True}
    spec["post_processor"] = {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": False}
    return spec


def test_gpt2s_own_layout_is_opened(spec, tokenizer):
    foreign = load(as_gpt2s_own_file(spec))
    assert foreign.end_of_text == foreign.vocab_size - 1 == 369
    for text in ALL:
        assert foreign.ids(text) == [(n - 1) % 370 for n in tokenizer.ids(text)]


def test_added_tokens_outside_the_vocabulary_are_found_longest_first(spec):
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
    for n, content in enumerate(["<|a|>", "<|a|>b", "né"]):
        spec["added_tokens"].append({"id": 370 + n, "content": content, "special": False, **flags})
    tokenizer = load(spec)
    assert tokenizer.ids("<|a|>b<|a|>né") == [371, 370, 372]
    assert tokenizer.raw(372) == "né".encode()
    assert tokenizer.decode(tokenizer.ids("né<|a|>")) == "né<|a|>"
    assert tokenizer.encode_many(["x <|a|>b né"]) == [tokenizer.ids("x <|a|>b né")]


def test_a_plain_token_that_is_also_added_keeps_its_bytes(spec):
    number = spec["model"]["vocab"]["un"]
    spec["added_tokens"].append({"id": number, "content": "un", "special": True})
    tokenizer = load(spec)
    assert tokenizer.raw(number) == b"un"
    assert number in tokenizer.ids("the river runs")
    assert tokenizer.decode(tokenizer.ids("the river runs")) == "the river runs"


def test_padding_and_truncation_of_a_foreign_file_are_left_out(spec):
    spec["padding"] = {
        "strategy": {"Fixed": 200_000_000},
        "direction": "Right",
        "pad_to_multiple_of": None,
        "pad_id": 0,
        "pad_type_id": 0,
        "pad_token": "x",
    }
    spec["truncation"] = {
        "max_length": 2,
        "strategy": "LongestFirst",
        "stride": 0,
        "direction": "Right",
    }
    tokenizer = load(spec)
    assert tokenizer.encode_many(["the river runs"]) == [tokenizer.ids("the river runs")]
    assert json.loads(tokenizer.to_json())["padding"] is None


def _set(*keys_and_value):
    *keys, last, value = keys_and_value

    def change(spec: dict) -> None:
        for key in keys:
            spec = spec[key]
        spec[last] = value

    return change


def _add(**token):
    return lambda spec: spec["added_tokens"].append(
        {"id": 370, "content": "x!", "special": True} | token
    )


def _add_plain(content):
    """Call a token of the vocabulary, which is written for other bytes, an added token too."""

    def change(spec: dict) -> None:
        number = spec["model"]["vocab"][content]
        spec["added_tokens"].append({"id": number, "content": content, "special": True})

    return change


def _add_and_merge(left, right):
    """Let a merge make an added token."""

    def change(spec: dict) -> None:
        _add(content=left + right)(spec)
        spec["model"]["merges"].append([left, right])

    return change


def _drop_byte(spec: dict) -> None:
    model = spec["model"]
    del model["vocab"]["Ā"]
    model["vocab"] = {token: n for n, token in enumerate(model["vocab"])}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_set("model", None), "does not describe"),
        (_set("model", "type", "WordPiece"), "only byte-level BPE"),
        (_set("model", "type", "Unigram"), "only byte-level BPE"),
        (_set("normalizer", {"type": "NFC"}), "normalizer"),
        (_set("pre_tokenizer", None), "only byte-level BPE"),
        (_set("pre_tokenizer", {"type": "Metaspace"}), "only byte-level BPE"),
        (_set("pre_tokenizer", "add_prefix_space", True), "space in front"),
        (_set("pre_tokenizer", "use_regex", False), "as GPT-2 does"),
        (_set("model", "dropout", 0.1), "dropout"),
        (_set("model", "end_of_word_suffix", "</w>"), "end_of_word_suffix"),
        (_set("model", "continuing_subword_prefix", "##"), "continuing_subword_prefix"),
        (_set("model", "byte_fallback", True), "byte_fallback"),
        (_set("model", "ignore_merges", True), "ignore_merges"),
        (_set("model", "vocab", [["a", 0.1]]), "no vocabulary"),
        (_set("model", "vocab", {}), "byte 21"),
        (_set("model", "vocab", "a", 5), "once each"),
        (_set("model", "vocab", "a", -1), "once each"),
        (_set("model", "vocab", "a", True), "once each"),
        (_set("model", "vocab", "a", "7"), "once each"),
        (_set("model", "vocab", "new", 2**40), "once each"),
        (_set("model", "vocab", "\ud800", 370), "not valid text"),
        (_drop_byte, "byte 00"),
        (_set("model", "merges", None), "no merges"),
        (_set("model", "merges", ["a"]), "merge 0 is not a pair"),
        (_set("model", "merges", ["a b c"]), "merge 0 is not a pair"),
        (_set("model", "merges", [["a", 3]]), "merge 0 is not a pair"),
        (_set("model", "merges", [7]), "merge 0 is not a pair"),
        (_set("model", "merges", [["a", "b"], ["q", "qq"]]), "merge 0 joins|merge 1 joins"),
        (_set("model", "merges", [["Q", "Z"]]), "merge 0 joins"),
        (_set("added_tokens", {"a": 1}), "not a list"),
        (_set("added_tokens", ["a"]), "not a list"),
        (_add(content=""), "added token is empty"),
        (_add(content=7), "added token is empty"),
        (_add(content=END_OF_TEXT), "there twice"),
        (_add(lstrip=True), "swallows"),
        (_add(content="a"), "another id"),
        (_add_plain("Ġthe"), "'Ġthe' is also a token for other text"),
        (_add_plain("Ġ"), "'Ġ' is also a token for other text"),
        (_add_and_merge("n", "é"), "'né' is also a token for other text"),
        (_add(content="x" * 10_000, lstrip=True), r"added token 'x+\.\.\.x+' swallows"),
        (_set("model", "type", "x" * 10_000), r"not 'x+\.\.\.x+'"),
        (_add(id=371), "once each"),
        (_add(id=None), "once each"),
        (_add(id=7), "once each"),
    ],
)
def test_what_is_not_plain_byte_level_bpe_is_refused_in_a_sentence(spec, change, sentence):
    change(spec)
    with pytest.raises(UserError, match=sentence) as refusal:
        load(spec)
    assert str(refusal.value).startswith("tokenizer.json cannot be used: ")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b'{"model": 1, "model": 2}',
        b"\xff\xfe{\0}\0",
        b"[" * 100_000,
        b"[]",
        b"null",
        b'"text"',
        b'{"model": 1' + b"0" * 5_000 + b"}",
        b"\0" * 1_000,
        b" " * (MOST_BYTES + 1),
    ],
)
def test_a_damaged_file_is_refused_in_a_sentence(data):
    with pytest.raises(UserError, match=r"tokenizer.json (is|cannot)"):
        load(data)


def test_no_file_and_a_folder_in_its_place(tmp_path):
    with pytest.raises(UserError, match="missing"):
        Tokenizer.load(tmp_path / "tokenizer.json")
    with pytest.raises(UserError, match="missing"):
        Tokenizer.load(tmp_path)


def test_a_panic_of_the_library_is_a_sentence_and_an_interrupt_goes_through(
    spec, monkeypatch, tmp_path
):
    class PanicException(BaseException):  # as the library's own: no Exception
        pass

    def fail_with(error: type[BaseException]) -> None:
        def fail(vocabulary: object) -> None:
            raise error

        monkeypatch.setattr("core.tokenizer._library_tokenizer", fail)

    fail_with(PanicException)
    with pytest.raises(UserError, match="tokenizers library fails"):
        load(spec)
    fail_with(KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        load(spec)
