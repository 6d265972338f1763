"""Actions of the assessments app: collect, push, re-score. The only doors through which its state changes."""
