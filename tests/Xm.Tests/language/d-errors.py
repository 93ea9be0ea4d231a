# The words of the errors that files run into.
log = []
try:
    1 + "a"
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    "a" + 1
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    [1] + (2,)
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    len(5)
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    5[0]
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    "abc"[9]
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    {}["x"]
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    None.x
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    "x".nope
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    int([])
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    int(None)
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    float("z")
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    [1, 2].index(5)
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    1()
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    "%d" % "x"
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    "%s %s" % 1
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    "%s" % (1, 2)
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    max([])
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    [].pop()
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    {[]: 1}
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    unhashable
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    chr(300)
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    ord("ab")
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    "x" * "y"
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    -"a"
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    range(1, 2, 0)
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    dict([1])
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    5 % 0
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    1.0 / 0
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    5 // 0.0
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    abs("x")
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    sum(["a"])
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    "a".join([1])
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    open("/nonexistent/x")
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    iter(5)
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    [1, 2, 3][1:2:0]
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    "a" in 5
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    5 in "abc"
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    int("12", 99)
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    (lambda x: x)()
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    (lambda x: x)(1, 2)
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    (lambda x: x)(y=1)
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    "%(a)s" % 1
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    "{}".format()
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    "{a}".format(b=1)
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    "{:d}".format("x")
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    next(iter([]))
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    reduce(lambda a, b: a, [])
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    "abc".index("z")
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    [3].remove(4)
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    set([[]])
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    (1,)[3]
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    1 < 2 < nope
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    int("0x", 16)
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    "a" - "b"
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    [] % 2
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    {} + {}
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    len()
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    len(1, 2)
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
try:
    a.b.c
except Exception, e:
    log.append((e.__class__.__name__, str(e)))
del e
