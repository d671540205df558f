"""`make bench`: every figure of this folder, one after the other, in one run.

python -m bench.run [name ...]      without names: all
"""

import importlib
import pathlib
import sys

HERE = pathlib.Path(__file__).parent


def names():
    return sorted([path.stem[6:] for path in HERE.glob("bench_*.py")])


def main(words):
    chosen = words or names()
    unknown = [name for name in chosen if name not in names()]
    if unknown:
        print(f"no bench {unknown[0]!r}; there are: {', '.join(names())}")
        return 1
    for name in chosen:
        print(f"— {name}", flush=True)
        importlib.import_module(f"bench.bench_{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
