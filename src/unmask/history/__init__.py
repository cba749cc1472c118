"""What was checked and what of it is kept: tables, store, picture files, migrations.

In: a visitor, a report and the bytes of its picture. Out: the visitor's own reports and pictures
again, and nobody else's. Until it is saved a report lies on the shelf, for 15 minutes at most.
Must not know the API, the command line or anything that trains.
"""
