"""A scorecard for readers: terminal table, badge."""
