"""Running the whole portal on one machine: which processes, on which ports, and how they start and stop together."""
