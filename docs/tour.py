"""Run the tour: ``python docs/tour.py`` takes each step of ``tour.md`` and writes down what it prints.

A block of the page that begins with ``console`` holds commands, each after a ``$``, and below each what it
prints. The words after ``console`` say more: ``exit=2`` is the exit code of the last command, ``lines=9``
keeps the first nine lines of what it prints, ``same`` says that it prints the same everywhere, and not only
mostly lines that begin alike. With ``--pictures`` Chromium takes the pictures of the page from this very run.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "tour.md"
WIDTH = 100
_BLOCK = re.compile(r"(?<=^```console)([^\n]*)\n(.*?)(?=^```$)", re.DOTALL | re.MULTILINE)
_CUT = "..."


@dataclass(frozen=True)
class Step:
    """A command of the page, and what it is to print."""

    command: str
    printed: tuple[str, ...]
    exit_code: int
    lines: int | None
    same: bool


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    printed: tuple[str, ...]
    exit_code: int


def steps(page: str) -> list[list[Step]]:
    """Return the commands of every block of the page."""
    return [list(_steps(found[1].split(), found[2])) for found in _BLOCK.finditer(page)]


def _steps(words: list[str], text: str) -> Iterator[Step]:
    told = dict(word.split("=") for word in words if "=" in word)
    parts = re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]
    for number, part in enumerate(parts, start=1):
        command, *printed = part.rstrip("\n").split("\n")
        yield Step(
            command,
            tuple(printed),
            int(told.get("exit", 0)) if number == len(parts) else 0,
            int(told["lines"]) if "lines" in told else None,
            "same" in words,
        )


def prepare(folder: Path) -> None:
    """Put into a folder what a clone has and the tour reads."""
    shutil.copytree(ROOT / "scenarios", folder / "scenarios")


def run(step: Step, folder: Path) -> Ran:
    """Run a command as a person with the package installed would, on a terminal 100 wide."""
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        ["bash", "-c", step.command],
        cwd=folder,
        env=os.environ | {"PATH": programs, "COLUMNS": str(WIDTH)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    return Ran(tuple(line.rstrip() for line in done.stdout.rstrip("\n").split("\n")), done.returncode)


def shown(step: Step, ran: Ran) -> tuple[str, ...]:
    """What the page shows of what was printed."""
    lines = tuple(line for line in ran.printed if line) if ran.printed == ("",) else ran.printed
    if step.lines is None or len(lines) <= step.lines:
        return lines
    kept = lines[: step.lines]
    while kept and not kept[-1]:
        kept = kept[:-1]
    return (*kept, _CUT)


def differences(step: Step, ran: Ran) -> list[str]:
    """Return how a run differs from what the page says.

    Where it need not be the same, most lines must begin as on the page: what a search proves, and whether it
    leaves a trip out, depends on how far it gets.
    """
    found = []
    if ran.exit_code != step.exit_code:
        found.append(f"$ {step.command}: exit code {ran.exit_code}: {' / '.join(ran.printed[-3:])}")
    if step.same and shown(step, ran) != step.printed:
        found.append(f"$ {step.command}: prints {shown(step, ran)}")
    asked = {_label(line) for line in step.printed} - {"", _CUT}
    lost = asked - {_label(line) for line in ran.printed}
    if not step.same and 2 * len(lost) > len(asked):
        found.append(f"$ {step.command}: prints no lines that begin with {sorted(lost)}")
    return found


def _label(line: str) -> str:
    """The beginning of a line, up to its first figure."""
    return " ".join(re.split(r"[0-9]", line, maxsplit=1)[0].split())


def main() -> int:
    """Run every command and write down what it printed; stop where an exit code is not as told."""
    text = PAGE.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder)
        written = []
        for block in steps(text):
            lines = []
            for step in block:
                ran = run(step, folder)
                if ran.exit_code != step.exit_code:
                    print(
                        *ran.printed,
                        f"$ {step.command}: exit code {ran.exit_code}",
                        sep="\n",
                        file=sys.stderr,
                    )
                    return 1
                lines += [f"$ {step.command}", *shown(step, ran)]
            written.append("\n".join(lines))
        blocks = iter(written)
        PAGE.write_text(_BLOCK.sub(lambda found: f"{found[1]}\n{next(blocks)}\n", text), encoding="utf-8")
        if "--pictures" in sys.argv[1:]:
            from pictures import tour_pictures

            tour_pictures(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
