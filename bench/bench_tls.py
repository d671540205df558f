"""What TLS costs the processor and the line, on both interpreters."""

from bench import tls_rate
from bench.interpreters import on_micropython


def main():
    tls_rate.report("cpython")
    on_micropython("8M", "tls_rate.py")


if __name__ == "__main__":
    main()
