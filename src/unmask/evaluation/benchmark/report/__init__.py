"""How the benchmark reads: a result becomes tables, plots, Markdown and HTML.

In: a result. Out: files. Measures nothing.
"""
