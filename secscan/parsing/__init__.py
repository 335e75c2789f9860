"""Pure, total readers of what targets send: any bytes give a value or a named fault."""
