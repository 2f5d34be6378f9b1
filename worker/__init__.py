"""THE PROCESS: all input and output, around the decisions of `jobs`."""
