"""Pages and commands across both apps."""
