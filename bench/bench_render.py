"""How long it takes to draw the panel, on both interpreters, and the heap that the menu takes."""

from bench import render_rate
from bench.interpreters import on_micropython


def main():
    render_rate.report("cpython")
    for words in (["render_rate.py"], ["panel_heap.py", "en"], ["panel_heap.py", "zh"]):
        on_micropython("2M", *words)


if __name__ == "__main__":
    main()
