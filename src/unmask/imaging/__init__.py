"""Bytes become a picture, a picture becomes faces, a face becomes a crop.

In: the bytes of a file. Out: upright RGB pixels, the faces in them, and for each face the
aligned crop that every network sees, with the reasons where a face cannot be judged.
Knows nothing of models, labels, the dataset or the application.
"""
