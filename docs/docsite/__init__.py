"""Pages with commands, and the compiler itself, to the Markdown that mkdocs reads."""
