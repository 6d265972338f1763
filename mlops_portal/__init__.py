"""The Django project: composition on top, the platform's kits at the bottom (see ARCHITECTURE.md)."""
