"""The routes, one file a group. A route reads its input, asks a room below, and answers."""
