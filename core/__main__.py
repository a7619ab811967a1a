"""The command line: `python -m core predict | sample | trace | train | exam | bench`.

Exit 0 on success, on bad input 2 with one line on stderr. `--json` prints JSON on stdout and
nothing else.
"""

from __future__ import annotations

import argparse
import codecs
import contextlib
import io
import json
import math
import os
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from core import trace_file, training_cli
from core.config import SamplingConfig
from core.errors import UserError
from core.paths import SMALL_WORLD_MODEL
from core.tokenizer import sanitize

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.language_model import LanguageModel

BAD_INPUT = 2
INTERRUPTED = 130  # as a shell says it: 128 + SIGINT
NO_READER = 141  # 128 + SIGPIPE


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: The words after `python -m core`.

    Returns:
        The exit code.
    """
    _be_able_to_print_everything()
    try:
        args = _parser().parse_args(argv)
        code = args.run(args)
        sys.stdout.flush()
    except UserError as error:
        return _refuse(str(error))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return NO_READER
    except OSError as error:
        what = f"{error.filename} cannot be used: " if error.filename else ""
        return _refuse(f"{what}{error.strerror or error}.")
    return int(code or 0)


def _predict(args: argparse.Namespace) -> None:
    """Say what may come next."""
    sampling = _sampling(args)
    model = _open(args)
    trace = model.trace(args.prompt)
    if trace is None:
        raise _empty()
    prediction = model.predict(trace, sampling, args.top)
    if not args.json:
        for candidate in prediction.candidates:
            print(f"{candidate.probability:9.4%}  {candidate.label}")
        return
    _print_json(
        tokens=[{"id": token.id, "text": token.text} for token in trace.tokens],
        predictions=[
            {
                "id": candidate.id,
                "text": candidate.text,
                "probability": candidate.probability,
                # JSON knows no infinity.
                "logit": candidate.logit if math.isfinite(candidate.logit) else None,
            }
            for candidate in prediction.candidates
        ],
    )


def _sample(args: argparse.Namespace) -> None:
    """Continue a text."""
    sampling = _sampling(args)
    model = _open(args)
    seed = secrets.randbelow(2**31) if args.seed is None else args.seed
    tokenizer = model.tokenizer
    if not tokenizer.ids(args.prompt):
        raise _empty()
    show: Callable[[str], object] = (lambda text: None) if args.json else _show
    whole_characters = codecs.getincrementaldecoder("utf-8")("replace")
    show(args.prompt)
    ids = []
    for token_id in model.generate(args.prompt, sampling, seed, args.tokens):
        ids.append(token_id)
        show(whole_characters.decode(tokenizer.raw(token_id)))
    show(whole_characters.decode(b"", final=True) + "\n")
    if args.json:
        _print_json(
            prompt=args.prompt,
            text=tokenizer.decode(ids),
            tokens=[{"id": token_id, "text": tokenizer.text(token_id)} for token_id in ids],
            seed=seed,
        )


def _trace(args: argparse.Namespace) -> None:
    """Write everything of one forward pass to a file."""
    out: Path = args.out
    if not out.name or (out.exists() and not out.is_file()):
        raise UserError(f"{out} is not a file that can be written: give --out a file name.")
    trace = _open(args).trace(args.prompt)
    if trace is None:
        raise _empty()
    trace_file.save(trace, out)
    print(f"{out}: {len(trace.arrays())} arrays of {len(trace.tokens)} tokens")


def _train(args: argparse.Namespace) -> int:
    """Train a model."""
    return training_cli.run(args)


def _exam(args: argparse.Namespace) -> None:
    """Ask a model what it has learnt."""
    from core import exams
    from core.exams import card
    from core.language_model import LanguageModel, prepare_thread

    prepare_thread()
    model = LanguageModel.load(args.model)
    if args.card:
        card.check(args.model, model.info)
    results = exams.run(model, args.seed, _say_on_terminal)
    if args.json:
        _print_json(exams=card.as_json(results))
    else:
        print(card.table(results))
        print(f"Behind their aims, the farthest first:\n{card.weaknesses(results)}", end="")
    if args.card:
        card.write(args.model, model.info, results)


def _bench(args: argparse.Namespace) -> int:
    from core import bench

    return bench.main(args)


def _open(args: argparse.Namespace) -> LanguageModel:
    """The model, after a word about a prompt that it cannot see all of."""
    if not args.prompt:
        raise _empty()
    from core.generation import n_in_sight
    from core.language_model import LanguageModel, prepare_thread

    prepare_thread()
    model = LanguageModel.load(args.model)
    n_tokens, context = len(model.tokenizer.ids(args.prompt)), model.config.context
    if n_tokens > context:
        print(
            f"note: the prompt has {n_tokens} tokens and this model looks at {context} at most; "
            f"only the last {n_in_sight(n_tokens, context)} were looked at.",
            file=sys.stderr,
        )
    return model


def _empty() -> UserError:
    return UserError("The prompt is empty: give --prompt some text.")


def _sampling(args: argparse.Namespace) -> SamplingConfig:
    return SamplingConfig(
        args.temperature, args.top_k, args.top_p, args.min_p, args.repetition_penalty
    )


def _show(text: str) -> None:
    """Print at once, so that a text is seen growing."""
    print(text, end="", flush=True)


def _say_on_terminal(what: str) -> None:
    """Progress, for whoever watches."""
    if sys.stderr.isatty():
        print(what, file=sys.stderr)


def _print_json(**values: Any) -> None:
    print(json.dumps(values, allow_nan=False))


# Arguments


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, as everything else here does."""

    def error(self, message: str) -> NoReturn:
        raise UserError(f"{message} ({self.prog} --help lists what there is).")


def _parser() -> argparse.ArgumentParser:
    """All commands."""
    parser = _Parser(
        prog="python -m core", description="Small language models, opened up.", allow_abbrev=False
    )
    commands = parser.add_subparsers(title="commands", dest="command", required=True)

    def command(run: Callable[[argparse.Namespace], object], text: str) -> _Parser:
        name = run.__name__.lstrip("_")
        added = commands.add_parser(name, help=text, description=text, allow_abbrev=False)
        added.set_defaults(run=run)
        return added

    predict = command(_predict, "what may come next, and how probable it is")
    _add_prompt(predict)
    predict.add_argument("--top", type=_whole(1), default=10, help="how many candidates")
    _add_sampling(predict)

    sample = command(_sample, "continue a text")
    _add_prompt(sample)
    sample.add_argument("--tokens", type=_whole(1), default=40, help="how many to add at most")
    sample.add_argument("--seed", type=_whole(0), help="the same seed gives the same text")
    _add_sampling(sample)

    trace = command(_trace, "everything of one forward pass, as arrays in a file")
    _add_prompt(trace)
    trace.add_argument("--out", type=Path, required=True, metavar="FILE.npz")

    training_cli.add_arguments(command(_train, "train a model"))

    exam = command(_exam, "what a model has learnt, measured")
    _add_model(exam)
    exam.add_argument("--seed", type=_whole(0), default=0, help="of held-out texts and draws")
    exam.add_argument("--card", action="store_true", help="write the results into the model folder")
    exam.add_argument("--json", action="store_true", help="print one JSON object")

    bench = command(_bench, "side-by-side timings")
    bench.add_argument("--json", action="store_true", help="print one JSON object")
    bench.add_argument(
        "--race", type=_whole(1), metavar="MINUTES", help="who learns more in so many minutes"
    )
    return parser


def _add_prompt(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--prompt", type=sanitize, required=True, metavar="TEXT")
    _add_model(parser)


def _add_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--model", type=Path, default=SMALL_WORLD_MODEL, metavar="DIR", help="a model folder"
    )


def _add_sampling(parser: argparse.ArgumentParser) -> None:
    default = SamplingConfig()
    parser.add_argument("--temperature", type=float, default=default.temperature)
    parser.add_argument("--top-k", type=_whole(0), default=default.top_k, help="0: off")
    parser.add_argument("--top-p", type=float, default=default.top_p, help="1: off")
    parser.add_argument("--min-p", type=float, default=default.min_p, help="0: off")
    parser.add_argument(
        "--repetition-penalty", type=float, default=default.repetition_penalty, help="1: off"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _whole(least: int) -> Callable[[str], int]:
    """A whole number that also fits the libraries' 64 bits."""

    def whole_number(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = -1
        if not least <= number < 2**63:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {least} on")
        return number

    return whole_number


# Output


def _be_able_to_print_everything() -> None:
    """A terminal that lacks a character shows its escape instead of ending the program.

    Where a stream was closed before the start, Python has None; what would go there goes nowhere.
    """
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _refuse(sentence: str) -> int:
    """Say what was wrong, in one line."""
    with contextlib.suppress(OSError):  # nobody reads it; the exit code says it too
        print(f"error: {' '.join(sentence.split())}", file=sys.stderr)
    return BAD_INPUT


def _exit(code: int) -> NoReturn:
    """Leave; what nobody can read any more is dropped, for flushing it would fail once again.

    One of several processes that `torchrun` started leaves without Python's tidying up: threads of
    its connection live on, PyTorch keeps them, and now and then they abort a process that ends.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    if "TORCHELASTIC_RUN_ID" in os.environ:
        os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    _exit(main())
