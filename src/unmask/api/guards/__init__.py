"""What stands before the routes: bounds on bodies, connections and rates, headers, page files.

In: requests as they come. Out: those that may be answered. Knows no route and no picture.
"""
