"""The HTTP API, and the door by which the web page is served.

In: requests. Out: the detector's reports as JSON, problem documents (RFC 9457), the page's files.
Holds no logic that the command line needs, too; must not know torch, the training side or the CLI.
"""
