"""How a verb of the console ended, as the exit code of the command line: README.md tells them."""

GOOD = 0
WRONG_USE = 1
PARTLY = 3
NO_ANSWER = 4
REFUSED = 5
