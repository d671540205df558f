"""What 376.1 costs the processor, on both interpreters: frames of the published vectors taken
apart and put together, and requests answered from the store."""

from bench import gdw_rate
from bench.interpreters import on_micropython


def main():
    gdw_rate.report("cpython")
    on_micropython("16M", "gdw_rate.py")


if __name__ == "__main__":
    main()
