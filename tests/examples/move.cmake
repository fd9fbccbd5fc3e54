# Moves the installed tree, so that a path to where it was installed leads nowhere.
file(REMOVE_RECURSE ${to})
file(RENAME ${from} ${to})
