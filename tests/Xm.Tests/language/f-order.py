# Level F: what follows from Python 2's hashes: the order of dictionaries and sets, and seeded numbers.
a = [hash('web1'), hash(''), hash('a'), hash(u'web1'), hash(1), hash(-1), hash(True), hash(2 ** 61), hash(2 ** 64), hash(-2 ** 100), hash(1.0), hash(1.5), hash(-0.1), hash(1e300), hash(1e19), hash(5e-324), hash((1, 'a', 2.5)), hash(()), hash(frozenset('abc')), hash(10 ** 30), hash('\xe9'), hash(float('inf')), hash(-float('inf'))]
disks = {'root': 'xvda', 'swap': 'xvdb', 'home': 'xvdc', 'data': 'xvdd'}
b = disks.keys(), disks.values(), disks.items(), [k_ for k_ in disks], list(disks.iteritems()), ['phy:/dev/vg0/%s,%s,w' % pair_ for pair_ in disks.items()]
c = {}
for i_ in 'sda1 sda2 xvda xvdb hda hdb web1 web2 db1 db2 mail www'.split():
    c[i_] = len(c)
d = c.keys()
del c['xvda'], c['hda']
c['xvda'] = 1
e = c.keys()
f = dict(c).keys(), c.copy().keys(), dict(c, z=1, y=2).keys(), dict(bridge='br0', mac='m', ip='i').keys()
g = list(set('hello world')), list(set([10, 3, 8, 16, 1])), list({5, 3, 9, 'x'}), list(frozenset(['xvda', 'xvdb', 'hda']))
h = list(set('abcdef') & set('defghi')), list(set('abcdef') | set('xyz')), list(set('abcdefgh') - set('ab')), list(set('abc') ^ set('cde'))
s = set(range(20))
s -= set(range(3, 18)); s |= set('pq'); s &= set([1, 2, 18, 'p', 'q']); s ^= set([2, 99])
t = list(s), s.pop(), s.pop(), list(s)
u = dict.fromkeys('zyxwvut', 0).keys(), {}.fromkeys(set('hello')).keys(), dict([(n_, n_ * n_) for n_ in range(30, 0, -3)]).keys()
v = {'a': 1, 'b': 2, 'c': 3, 'd': 4, 'e': 5, 'f': 6, 'g': 7}
w = v.popitem(), v.popitem(), v.keys(), v.popitem(), v.setdefault('q', 1), v.keys()
x = str({'x': 1, 'b': 2, 'a': [3]}), repr(set(['q', 'r', 's'])), '%s' % {1: 2, 'k': 'v'}
def names(**more):
    return more.keys()
y = names(vnc=1, sdl=2, vnclisten=3, keymap=4), names(**{'vnc': 1, 'sdl': 2}), names(a=1, **disks)
z = {1: 'i', 1.0: 'f', True: 't'}, {None: 1}.keys(), {(1, 2): 3, (2, 1): 4, 'k': 5}.keys(), {-1: 1, -2: 2, 7: 3, 15: 4}.keys()
import random
ra = []
for seed_ in ['web1', 'guest', '', 42, -42, 1.5, -0.0, (1, 'a'), 12345678901234567890, 2 ** 100, True, frozenset('ab')]:
    random.seed(seed_)
    ra.append((random.random(), random.randint(0, 255), random.choice('abcdef'), random.getrandbits(33), random.uniform(-1, 1)))
random.seed('web1')
rb = [random.random()]
rc = random.sample(range(10), 4), random.sample(range(1000), 12), random.sample('abcdefghij', 2), random.sample(set(range(50)), 3), random.sample({1: 2, 3: 4, 5: 6}, 2)
rd = range(12)
random.shuffle(rd)
re_ = random.randrange(5), random.randrange(2, 50, 7), random.randrange(50, 2, -7), random.randint(0, 2 ** 70), random.randrange(2 ** 60), random.gauss(0, 1), random.gauss(5, 2), random.expovariate(0.5), random.triangular(), random.triangular(1, 9, 2)
rf = list('abcdef')
random.shuffle(rf, lambda: 0.3)
rg = random.Random('db1')
rh = rg.random(), rg.randint(1, 6), random.random()
ri = '00:16:3e:%02x:%02x:%02x' % (hash('web1') & 0x7f, hash('web1') >> 8 & 0xff, hash('web1') >> 16 & 0xff)
