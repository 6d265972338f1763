"""`run`, `demo` and what else an operator types about the portal as a whole."""
