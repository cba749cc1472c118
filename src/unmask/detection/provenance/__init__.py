"""What a file says of its own origin: signed records, notes of generators.

In: the bytes of a file. Out: claims, each with whether it is signed. Judges no pixels.
"""
