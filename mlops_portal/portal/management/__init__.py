"""Commands across both apps."""
