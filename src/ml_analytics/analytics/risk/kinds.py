"""The ways in which a future is drawn, as the numbers that the compiled loop knows."""

IID, BLOCKS, NORMAL, STUDENT, SHUFFLE = range(5)
