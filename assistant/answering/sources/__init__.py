"""The second hop: does the source behind a fact-check hold what is claimed of it?"""
