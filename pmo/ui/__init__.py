"""Page kit and shell: declared lists, details, edits and actions, and the leaves they are drawn with."""
