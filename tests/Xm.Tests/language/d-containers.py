# Level D: lists, tuples, dictionaries, sets.
a = [1, 2, 3]
a.append(4); a.extend([5, 6]); a.insert(0, 0); a.insert(-1, 'm'); a.insert(99, 'e')
b = a.pop(), a.pop(0), a.pop(-2), a
a2 = list(a); a2.remove(2); a2.reverse()
c = [3, 1, 2]; c.sort(); c2 = sorted(c, reverse=True); c3 = sorted(['b', 'A', 'c'], key=str.lower); c4 = sorted([(1, 'b'), (1, 'a'), (0, 'c')]); c5 = sorted([1, 2, 3], cmp=lambda x, y: y - x)
d = [1, 2] + [3], [0] * 3, 2 * [1, 2], [1, 2, 1].count(1), [1, 2].index(2), len([1]), [1, [2]] == [1, [2]], [1, 2] < [1, 3], [1] < [1, 0], (1, 2) == (1, 2)
e = [0, 1, 2, 3, 4, 5]
e2 = e[1:3], e[::2], e[::-1], e[-2:], e[:-2], e[10:], e[4:1:-1], e[:], e[-1]
e[1:3] = ['x']; e[0] = 'z'; e[3:] = []; e[1:1] = [7, 8]
f = list(range(10)); f[::2] = [0] * 5; del f[0]; del f[-2:]; del f[::3]
g = {'a': 1, 'b': 2, 3: 'c'}
g['d'] = 4; g['a'] += 10; del g['b']
h = g.get('a'), g.get('x'), g.get('x', 'dflt'), 'a' in g, g.has_key('zz'), len(g), sorted(g.keys()), sorted(g.values()), sorted(g.items())
i = {}; i.update({'k': 1}); i.update(z=2); i2 = i.setdefault('k', 5), i.setdefault('n', 6), i.pop('z'), i.pop('zz', 'none'), i
j = dict(a=1, b=2), dict([('x', 1), ('y', 2)]), dict({'q': 1}, r=2), {}.fromkeys(['a', 'b'], 0), {1: 'i', 1.0: 'f'}, {True: 1}
k = set([1, 2, 2]), set('ab') | set('bc'), set('ab') & set('bc'), set('ab') - set('b'), set('ab') ^ set('bc'), {1, 2}, len(set([1])), 1 in set([1]), set([1]) <= set([1, 2]), frozenset([1])
s = set(); s.add(1); s.update([2, 3]); s.discard(9); s.remove(2)
l = (), (1,), (1, 2) + (3,), (1, 2) * 2, (1, 2, 3)[1:], tuple('ab'), list((1, 2)), (1, 2).index(2)
m, n = 1, 2
m, n = n, m
(o, p), q = (1, 2), 3
[r, t] = 'xy'
u = v = []
u.append(1)
w = zip([1, 2], 'ab'), zip([1, 2], [3]), map(None, [1], [2]), map(str, [1, 2]), map(lambda x, y: x + y, [1, 2], [3, 4]), filter(None, [0, 1, '']), filter(lambda c: c != 'b', 'abc'), reduce(lambda x, y: x * y, [1, 2, 3], 10), zip()
x = list(enumerate('ab')), list(enumerate(['x'], 1)), list(reversed([1, 2])), range(3), range(1, 4), range(5, 0, -2), list(xrange(3)), range(0), any([0, 1]), all([1, 0]), all([]), any([])
y = [i_ * 2 for i_ in range(3)], [x_ + y_ for x_ in 'ab' for y_ in 'cd'], [i_ for i_ in range(6) if i_ % 2 if i_ > 1], {k_: 1 for k_ in 'ab'}, {k_ for k_ in 'aa'}, list(k_ * 2 for k_ in 'ab'), [[c_ for c_ in r_] for r_ in ['ab', 'c']], dict((k_, v_) for k_, v_ in [('a', 1)])
leaked = i_
z = [min(4, 2), next(iter([1])), next(iter([]), 'end'), iter([1, 2]).next(), list(iter('ab')), sum(i_ for i_ in range(4)), ','.join(str(i_) for i_ in range(3))]
aa = isinstance(1, int), isinstance('x', str), isinstance(u'x', basestring), isinstance([], (list, tuple)), type(1) == int, type('') is str, isinstance(True, int), callable(len), hasattr('x', 'upper'), hasattr('x', 'nope'), getattr('x', 'upper')(), getattr('x', 'nope', 5), isinstance(1L, long), isinstance({}, dict)
bb = [None < 0, 'a' > 5, [] > 'a', () > [], {} < [], 1 < 'a', sorted([3, 'a', None, 1.5, [1]])]
cc = [1, 2, 3]
for item in cc:
    if item < 3: cc.append(item + 5)
    if len(cc) > 6: break
dd = [1, 2][True], 'ab'[False]
ee = [[0] * 2] * 2
ee[0][0] = 1
