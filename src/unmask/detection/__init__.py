"""The running detector: a picture becomes a report.

In: a decoded picture and a bundle. Out: a report with the verdict, the probability, the label
scores and the heat map of every face, for machines (pydantic) and for people (text).
Must not know torch, the training side, the API, the command line or any setting.
"""
