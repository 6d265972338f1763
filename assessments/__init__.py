"""How mature is this project, why, and what next?"""
