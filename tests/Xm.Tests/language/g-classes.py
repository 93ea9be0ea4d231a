# Level G: classes that hold values, decorators, and what else stands in files and is hardly ever reached.
class Guest:
    """A guest."""
    bridge = 'xenbr0'
    count = 0
    def __init__(self, name, memory=256):
        self.name = name
        self.memory = memory
        Guest.count += 1
    def disk(self, dev='xvda'):
        return 'phy:/dev/vg0/%s,%s,w' % (self.name, dev)
    def grow(self, by):
        self.memory += by
        return self
    def __str__(self):
        return 'guest ' + self.name
class Big(Guest):
    bridge = 'br1'
    def __init__(self, name):
        Guest.__init__(self, name, 4096)
        self.big = True
g = Guest('web1')
h = Big('db1')
a = [g.name, g.memory, g.bridge, g.disk(), g.disk(dev='sda'), g.grow(10).memory, str(g), '%s' % h, h.memory, h.bridge, h.disk(), h.big, Guest.count]
b = [isinstance(h, Guest), isinstance(g, Big), isinstance(g, Guest), issubclass(Big, Guest), h.__class__.__name__, Guest.__name__, hasattr(g, 'name'), hasattr(g, 'nope'), getattr(g, 'nope', 7), callable(Guest), callable(g.disk), g == g, g == h, g != h]
setattr(g, 'extra', 5); g.other = [1]; g.other += [2]; del g.memory
c = [g.extra, g.other, sorted(g.__dict__.keys()), sorted(vars(h).keys()), hasattr(g, 'memory')]
class Holder(object):
    size = 2
    half = size / 2
    names = ['x%d' % n for n in range(3)]
    @staticmethod
    def twice(x): return x * 2
    @classmethod
    def label(cls, x): return cls.__name__ + x
    @property
    def both(self): return self.size + self.half
    def lower(self): return super(Holder, self).__class__ and self.size
d = [Holder.size, Holder.half, Holder.names, Holder.twice(4), Holder().twice(3), Holder.label('!'), Holder().both, Holder().size]
class Empty: pass
e = Empty(); e.x = 1; e.y = e.x + 1
f = [e.x, e.y]
class Wrong(ValueError): pass
class Worse(Wrong):
    """With a text."""
try:
    raise Worse('no', 3)
except Wrong, error:
    i = [error.args, str(error), error.__class__.__name__]
try:
    raise Wrong
except (KeyError, ValueError):
    i.append('caught')
def twice(function):
    def inner(*a, **k): return function(*a, **k) * 2
    return inner
def times(n):
    return lambda function: lambda *a: function(*a) * n
@twice
@times(3)
def one(x): return x
j = one(2)
def outer():
    class Inner:
        z = 9
        def get(self): return self.z
    return Inner().get()
k = outer()
def unpack((p, q), r=1): return p, q, r
l = [unpack((1, 2)), unpack([3, 4], r=5), (lambda (x, y): x + y)((1, 2)), [v for v in 1, 2, 3]]
def gen():
    got = yield 1
    x = [(yield 2), got]
    yield x
m = list(gen())
if 0:
    exec 'a = 1'
    exec 'b = 2' in {}, {}
    import urllib
    class Opener(urllib.FancyURLopener):
        def http_error_default(self, url, fp, errcode, errmsg, headers):
            raise IOError("%s %s" % (errcode, errmsg))
    @urllib.nothing
    def never(): pass
    with open('a') as one_, open('b') as two_: pass
    t = a[1:2, ..., 3]
    u = 3 + 5j
    raise SystemExit, 'no', None
    assert False, 'never'
globals()['made'] = 4
n = made + 1
made2 = 6
o = [globals()['made2'], 'made' in globals(), locals()['n'], len([x for x in globals().keys() if x == 'made'])]
p = {'bc': 5, 'd': 6}['abcd'[1:3]], [1, 2, 3]['xyz'.find('xyz'[1:2]):len('ab'[1:])+1]
