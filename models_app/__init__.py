"""Which models run, who let them, are they healthy?"""
