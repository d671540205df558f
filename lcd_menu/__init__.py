"""The menu of the front panel: keys in, a screen of text out, drawn into a 1-bit frame.

It knows no display, no keypad and nothing of the DCU: see docs/panel.md.
"""
