"""The command line: `unmask VERB ...`, one file a verb.

In: arguments. Out: text or JSON on standard output, messages and progress on standard error, and an
exit status: 0 done, 2 bad input. Holds no logic that the API needs, too. A verb's file is imported
when the verb is called and not before: `unmask detect` never loads what only training needs.
"""
