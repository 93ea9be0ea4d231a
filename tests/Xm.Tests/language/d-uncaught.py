# An error that nobody catches ends the file, where it is.
before = 1
def f(x):
    return x.nope
value = f('text')
after = 2
