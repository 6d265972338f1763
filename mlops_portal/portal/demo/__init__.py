"""The demo: a small organisation made of real repositories, real data, real training runs and real assessments.

Nothing here states a level. What the portal shows about the demo is what its engine read in the evidence.
"""
