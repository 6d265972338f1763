"""Four-eyes decisions on anything: what is asked, by whom, bound to what was shown, decided by others."""
