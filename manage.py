#!/usr/bin/env python
"""Django's command line for the portal."""

import os
import sys


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mlops_portal.settings.development")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 – the settings must be named first

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
