"""The git collector: reads a repository at one commit, bounded and without executing anything from it."""
