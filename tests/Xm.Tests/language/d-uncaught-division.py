before = 1
memory = 1024 / (before - 1)
