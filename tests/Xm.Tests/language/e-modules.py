# Level E: modules without effects.
import re, string, math, random, sys, os, errno, fnmatch
from string import upper, digits
from math import *
m = re.match(r'(\w+)-(?P<num>\d+)(x)?', 'ab-12 cd')
a = [m.group(), m.group(1), m.group('num'), m.groups(), m.groupdict(), m.start(), m.end(), m.span(2), m.group(1, 2), m.groups('none')]
b = [re.search('x', 'abc') is None, re.findall(r'\d+', 'a1b22c333'), re.findall(r'(\w)=(\d)', 'a=1,b=2'), re.findall('a|(b)', 'ab'), re.split(r'[,;]\s*', 'a, b;c'), re.split('(,)', 'a,b'), re.split(',', 'a,b,c', 1)]
c = [re.sub(r'(\w)(\d)', r'\2\1', 'a1 b2'), re.sub('a', 'b', 'aaa', 2), re.sub(r'(?P<x>o)', r'<\g<x>>', 'foo'), re.sub('o', lambda k: k.group().upper(), 'foo'), re.subn('o', '0', 'foo'), re.sub('x*', '-', 'abxd'), re.escape('a.b')]
d = re.compile('^(.*):(.*)$', re.I | re.M)
e = [d.search('A:b\nc:d').groups(), len(d.findall('A:b\nc:d')), bool(re.match('abc', 'ABC', re.I)), re.match('a.c', 'a\nc') is None, re.match('a.c', 'a\nc', re.S) is not None, bool(re.match(r'(?i)x', 'X')), re.match(r'(a)(?:b)(c)', 'abc').groups(), re.match(r'(.)\1', 'aa').group(), re.match('a(?=b)', 'ab').group(), re.match('[^]a]', 'b').group(), re.match('[[]', '[').group(), re.search(r'\bfoo\b', 'a foo b').start(), re.match('a{2,3}', 'aaaa').group(), re.match('a+?', 'aaa').group(), re.match(r'\d', u'\u0661') is None, re.match('x$', 'x\n') is not None, re.match(r'x\Z', 'x\n') is None]
f = [string.upper('a'), upper('b'), string.join(['a', 'b'], '-'), string.split('a b'), string.lowercase, digits, string.ascii_letters, string.hexdigits, string.zfill('5', 3), string.atoi('12'), string.replace('aa', 'a', 'b'), string.strip(' x '), string.capwords('ab cd'), string.find('abc', 'c'), 'abc'.translate(string.maketrans('ab', 'xy'))]
g = [sqrt(16), floor(2.7), ceil(2.1), pi, math.log(8, 2), math.pow(2, 3), fabs(-1), fmod(7, 3), int(math.log10(1000)), hypot(3, 4), math.exp(0), math.factorial(5), trunc(2.9), degrees(pi)]
random.seed(42)
h = [random.random(), random.randint(0, 255), random.randrange(10), random.randrange(0, 100, 5), random.choice('abcdef'), random.uniform(1, 2), random.getrandbits(8), random.getrandbits(40), random.sample(range(10), 3), random.sample(range(100), 3)]
order = list(range(8)); random.shuffle(order)
random.seed('guest1')
mac = '00:16:3e:%02x:%02x:%02x' % (random.randint(0, 0x7f), random.randint(0, 0xff), random.randint(0, 0xff))
random.seed(12345678901234567890)
big = random.randint(0, 2 ** 40)
i = [sys.maxint, sys.byteorder, os.sep, os.linesep, errno.ENOENT, fnmatch.fnmatch('a.cfg', '*.cfg'), fnmatch.filter(['a.x', 'b.y'], '*.x'), fnmatch.fnmatch('ab', '[!b]?')]
try:
    import nosuchmodule
except ImportError, error:
    j = str(error)
