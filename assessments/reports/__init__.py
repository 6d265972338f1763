"""A scorecard for readers: terminal table, badge, and an assessment as a document and as a table of cells."""
