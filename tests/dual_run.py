"""Run one file of dual tests without pytest:  micropython tests/dual_run.py FILE [test ...]

Prints "PASS name", or "FAIL name" followed by the traceback, then "DONE count".
"""

import sys

sys.path.insert(0, ".")


def main(path, names):
    module = path[:-3].replace("/", ".")
    tests = __import__(module, None, None, ("x",))
    failed = 0
    names = names or sorted([name for name in dir(tests) if name.startswith("test_")])
    for name in names:
        try:
            getattr(tests, name)()
            print("PASS", name)
        except Exception as error:
            failed += 1
            print("FAIL", name)
            sys.print_exception(error)
    print("DONE", len(names))
    return 1 if failed else 0


sys.exit(main(sys.argv[1], sys.argv[2:]))
