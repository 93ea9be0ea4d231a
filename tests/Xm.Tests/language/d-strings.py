# Level D: strings.
a = ['a' "b" 'c', 'it''s', "it's", 'say "x"', 'both \' and "', '''tri
ple''', """x"y""", r'\n\t', u'uni', u'\xe9', 'a\x41\101\n\t\\\'', '\q', b'bytes', ur'x', 'con\
tinued', '']
b = ['a' * 3, 3 * 'ab', 'x' * 0, 'x' * -1, 'a' + 'b', 'abc'[0], 'abc'[-1], 'abc'[1:], 'abc'[:-1], 'abcdef'[::2], 'abc'[::-1], 'abc'[5:], 'abcdef'[4:1:-1], 'abc'[-5:2]]
c = ['a,b,c'.split(','), ' a  b '.split(), 'a,b,c'.split(',', 1), 'a b c'.rsplit(None, 1), 'a,b,c'.rsplit(',', 1), ''.split(), ''.split(','), 'a  b'.split(' '), '  a b  '.split(None, 1), ' a b c '.rsplit(None, 1)]
d = [' x '.strip(), 'xxaxx'.strip('x'), ' x '.lstrip(), ' x '.rstrip(), 'a\n'.rstrip('\n'), 'Abc'.upper(), 'Abc'.lower(), 'abc def'.title(), 'aBC'.capitalize(), 'aBc'.swapcase()]
e = ['abcabc'.find('c'), 'abc'.find('x'), 'abcabc'.rfind('c'), 'abc'.index('b'), 'abcabc'.count('bc'), 'abcabc'.find('c', 3), 'aaa'.count('aa'), 'abc'.find(''), 'abc'.rfind(''), 'abc'.find('', 4), ''.find('')]
f = ['abc'.startswith('ab'), 'abc'.endswith(('x', 'c')), 'abc'.startswith('b', 1), '12'.isdigit(), 'a1'.isalnum(), 'ab'.isalpha(), ' '.isspace(), 'AB'.isupper(), 'ab'.islower(), ''.isdigit(), 'Ab Cd'.istitle()]
g = ['a-b-c'.replace('-', '+'), 'aaa'.replace('a', 'b', 2), 'abc'.replace('', '-'), 'x'.join(['a', 'b']), ','.join('abc'), ''.join([]), 'ab'.join(('x',))]
h = ['x'.center(4), 'x'.center(5, '*'), 'ab'.center(5, '*'), 'ab'.ljust(4) + '|', 'ab'.rjust(4, '.'), '7'.zfill(3), '-7'.zfill(4), '+7'.zfill(1), 'a\tb'.expandtabs(4)]
i = ['k=v=w'.partition('='), 'k=v=w'.rpartition('='), 'kv'.partition('='), 'kv'.rpartition('='), 'a\nb\r\nc\rd'.splitlines(), 'a\n\nb\n'.splitlines(1), ''.splitlines()]
j = [len('abc'), 'a' < 'b', 'a' < 'B', 'abc' == 'abc', 'abc' < 'abd', 'b' > 'abc', 'x' in 'xyz', list('abc'), sorted('cab'), repr('a\'b'), repr("x\n\t\x01\x7f"), str('x'), str([1, 'a', u'b', 2L, None])]
k = ['%s' % 'a', '%d' % 3, '%5d|%-5d|%05d' % (1, 2, 3), '%x %X %o %#x %#o' % (255, 255, 8, 255, 8), '%+d % d' % (1, 2), '%5.2f|%-8.3f|%08.2f' % (3.14159, 2.5, -1.5), '%e %E %g %G' % (12345.678, 0.00012, 0.00001, 1e10)]
l = ['%s %r' % ('x', 'x'), '%(a)s-%(b)03d' % {'a': 'A', 'b': 5}, '%%', '%d%%' % 5, '%c%c' % ('a', 66), '%.2s|%5s|%-5s|' % ('abc', 'ab', 'ab'), '%*d' % (5, 3), '%.*f' % (2, 1.005), '%s' % (1,), '%s' % [1, 2], '%i' % 3.99, '%d' % 2**70, '%-*d|' % (4, 7), '%.3d' % 5, '%+.1e' % 12345]
m = ['%f' % 0.5, '%.0f' % 0.5, '%.0f' % 1.5, '%.0f' % 2.5, '%.1f' % 0.25, '%.1f' % 0.35, '%.3g' % 1234567, '%g' % 100000, '%g' % 1000000, '%#g' % 1.0, '%.10g' % 0.1, '%g' % 0.0001, '%g' % 0, '%5s' % None, '%s' % True, '%r' % u'x', '%s' % 1.0, '%s' % 10L, u'%s' % 'x', '%s' % u'x']
n = ['{0}-{1}'.format('a', 'b'), '{}{}'.format(1, 2), '{a}{b}'.format(a=1, b='x'), '{0[0]}{0[1]}'.format([1, 2]), '{0[k]}'.format({'k': 'v'}), '{{}}'.format(), '{0!r}'.format('x'), '{:>5}|{:<5}|{:^5}|'.format('a', 'b', 'c'), '{:05d}'.format(42), '{:x}'.format(255), '{:#x}'.format(255), '{:.2f}'.format(3.14159), '{:,}'.format(1234567), '{:*^9}'.format('mid'), '{:+d}'.format(5), '{:%}'.format(0.5), '{:e}'.format(12345.678), '{:g}'.format(0.1), '{:5}'.format(3), '{:5}'.format('x'), '{:b}'.format(10), '{:<05d}'.format(3), '{:{w}d}'.format(3, w=4), '{:.3}'.format('abcdef'), '{:.3}'.format(1.0), '{:6.2f}|'.format(2.5), '{!s:>4}'.format(1), '{:c}'.format(65), '{:o}'.format(8)]
o = [format(3, '04d'), format('x', '>3'), format(1.5, '.2f'), format(7), 'abc'.encode('utf-8'), 'abc'.decode('utf-8'), unicode('x'), u'a' + 'b', 'a' + u'b', u'abc'.upper(), unichr(233), 'a%sb' % u'x', ','.join([u'a', 'b'])]
