"""Frameworks: rubrics as versioned data. Dimensions, levels, and which criterion stands at which level."""
