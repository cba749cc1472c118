"""What the API promises: requests, answers, problem documents, the OpenAPI document.

In: reports and errors of the rooms below. Out: what a client reads. Decides nothing.
"""
