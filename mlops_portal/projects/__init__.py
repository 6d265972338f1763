"""Projects, memberships, targets and who may do what."""
