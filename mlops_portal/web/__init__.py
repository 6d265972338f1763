"""Kit for pages: base templates, components, charts, navigation."""
